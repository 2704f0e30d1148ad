"""Whether a refund may be applied for at all: the decision table `eligibility` says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models.fields.json import KT
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handlers.cases.errors import NotEligible
from handlers.cases.facts import Facts
from processes.decisions import Decision, parse_decisions
from processes.errors import NoSuchProcess
from processes.models import ProcessDefinition

PROCESS = "refund_only"
FILE = "eligibility.dmn"

_SENTENCES: Mapping[str, str | Promise] = {
    "open_case": _("There is an open case about these goods already."),
    "too_many_applications": _("A refund for these goods was applied for too often."),
    "order_not_refundable": _("Nothing was paid for this order, or it is closed."),
    "window_closed": _("The time in which a refund can be applied for is over."),
    "already_received": _("The goods have been received; please choose another reason."),
}
_OTHERWISE = _("The rules allow no refund here.")


@dataclass(frozen=True)
class Rules:
    """The decision table of one version of the process."""

    table: Decision

    def check(self, facts: Facts, *, reason: str, now: datetime) -> None:
        """Ask the table.

        Raises:
            NotEligible: it says no; `why` is its code.
        """
        if why := self.why_not(facts, reason=reason, now=now):
            raise NotEligible(why, sentence(why))

    def why_not(self, facts: Facts, *, reason: str, now: datetime) -> str:
        """The code of the refusal; empty when a refund may be applied for."""
        inputs: dict[str, Any] = {"reason": reason, **facts.as_variables()}
        verdict = self.table.evaluate(inputs, now=now, functions={})
        if not isinstance(verdict, Mapping):
            return "undecided"
        return "" if verdict["allowed"] is True else str(verdict["why"])

    def asks_for(self, fact: str) -> bool:
        """Whether the table looks at a fact at all; some are dear to find out."""
        return fact in self.table.inputs


def live_rules() -> Rules:
    """The rules of the newest live version: those that a new case would live by.

    Raises:
        NoSuchProcess: none is live.
    """
    live = ProcessDefinition.objects.filter(key=PROCESS, status=ProcessDefinition.Status.LIVE)
    newest = live.order_by("-version").values_list(KT(f"resources__{FILE}"), flat=True).first()
    if newest is None:
        raise NoSuchProcess(PROCESS)
    return Rules(_compiled(newest))


def sentence(why: str) -> str:
    """The code of a refusal in words."""
    return str(_SENTENCES.get(why, _OTHERWISE))


@lru_cache(maxsize=8)
def _compiled(xml: str) -> Decision:
    return parse_decisions(xml.encode())["eligibility"]
