"""Whether a refund may be applied for at all: the decision table `eligibility` says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handlers.cases.errors import NotEligible
from handlers.cases.facts import Facts
from processes.decisions import Decision, parse_decisions

_SENTENCES: Mapping[str, str | Promise] = {
    "open_case": _("There is an open case about these goods already."),
    "too_many_applications": _("A refund for these goods was applied for too often."),
    "order_not_refundable": _("Nothing was paid for this order, or it is closed."),
    "window_closed": _("The time in which a refund can be applied for is over."),
    "already_received": _("The goods have been received; please choose another reason."),
}
_OTHERWISE = _("The rules allow no refund here.")


def check(facts: Facts, *, reason: str, now: datetime) -> None:
    """Ask the decision table.

    Raises:
        NotEligible: it says no; `why` is its code.
    """
    why = why_not(facts, reason=reason, now=now)
    if why:
        raise NotEligible(why, sentence(why))


def why_not(facts: Facts, *, reason: str, now: datetime) -> str:
    """The code of the refusal; empty when a refund may be applied for."""
    inputs: dict[str, Any] = {"reason": reason, **facts.as_variables()}
    verdict = _table().evaluate(inputs, now=now, functions={})
    if not isinstance(verdict, Mapping):
        return "undecided"
    return "" if verdict["allowed"] is True else str(verdict["why"])


def sentence(why: str) -> str:
    """The code of a refusal in words."""
    return str(_SENTENCES.get(why, _OTHERWISE))


@cache
def _table() -> Decision:
    xml = (Path(settings.BASE_DIR) / "bpmn" / "eligibility.dmn").read_bytes()
    return parse_decisions(xml)["eligibility"]
