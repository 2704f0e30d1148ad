"""The picture of a case for its buyer: what is done, where it stands, what is to come."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handlers.cases import api as cases

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One stop on the line."""

    label: Text
    state: str
    """done, now, wait (it is the buyer's turn), bad or next."""


_ASKED = _("You asked")
_SELLER = _("Seller decides")
_BUYER = _("You decide")
_SERVICE = _("Customer service decides")
_MONEY = _("Money is sent")
_BACK = _("Money is back")

# Per status: where the case stands, and in which state that stop is.
_STANDS = {
    "submitted": (_SELLER, "now"),
    "negotiating": (_BUYER, "wait"),
    "rejected": (_BUYER, "wait"),
    "disputed": (_SERVICE, "now"),
    "approved": (_MONEY, "now"),
    "refunding": (_MONEY, "now"),
    "refund_failed": (_MONEY, "bad"),
    "refunded": (_BACK, "done"),
    "reversed": (_BACK, "bad"),
}
_ENDED = {
    "withdrawn": _("You withdrew it"),
    "closed_by_verdict": _("Closed without a refund"),
    "not_eligible": _("Not possible"),
}


def lifeline(case: cases.CaseView) -> list[Stop]:
    """The stops of this case, in order."""
    disputed = case.status == "disputed" or case.verdict is not None
    if case.status in _ENDED:
        before = [_ASKED, _SELLER, *([_SERVICE] if disputed else [])]
        if case.status == "not_eligible":
            before = [_ASKED]
        end = Stop(label=_ENDED[case.status], state="bad" if disputed else "done")
        return [*(Stop(label=label, state="done") for label in before), end]
    here, state = _STANDS.get(case.status, (_SELLER, "now"))
    turn = [_BUYER] if here == _BUYER else []
    stops = [_ASKED, _SELLER, *turn, *([_SERVICE] if disputed else []), _MONEY, _BACK]
    at = stops.index(here) if here in stops else 1
    return [
        Stop(label=label, state="done" if number < at else state if number == at else "next")
        for number, label in enumerate(stops)
    ]
