"""The classes of reconciliation in words: what differs, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Class:
    """A class of findings as finance reads it."""

    label: Text
    advice: Text


_CLASSES = {
    "ONLY_OURS": Class(
        label=_("Paid in our books, not on the provider's bill"),
        advice=_("Ask the provider whether the money has left. It may be on the next day's bill."),
    ),
    "ONLY_THEIRS": Class(
        label=_("On the provider's bill, not in our books"),
        advice=_(
            "Find out who refunded it in the provider's console."
            " What can still be refunded is lowered already."
        ),
    ),
    "AMOUNT_DIFF": Class(
        label=_("The amounts differ"),
        advice=_("Compare both sides with the payment, and settle the rest with the provider."),
    ),
    "STATUS_DIFF": Class(
        label=_("The provider says otherwise than our books"),
        advice=_("Look at the refund in the provider's console, then at the case."),
    ),
    "DUPLICATE_SUSPECT": Class(
        label=_("Perhaps paid twice"),
        advice=_("Have the provider confirm it, and ask for the second payment back."),
    ),
}


def class_of(finding: str) -> Class:
    """The words for a class; its code when it is unknown."""
    return _CLASSES.get(finding) or Class(label=finding, advice="")
