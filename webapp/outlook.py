"""What happens next: of each task in the diagrams, what it asks and what silence does.

Keyed by the task's element id. A task nobody wrote sentences for gets the general ones,
so that a new diagram works before its words are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from webapp import wording

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Three sentences about a task."""

    asks: Text
    """What the person is asked."""
    then: Text
    """What happens when it is done."""
    silence: Text
    """What happens when nobody does it in time."""


_APPROVED_BY_SILENCE = _("the request is approved by itself and the money is sent.")
_NO_LIMIT = _("nothing: this waits until somebody decides.")

_TASKS = {
    "ReviewRefund": Outlook(
        asks=_("Decide whether the buyer gets the money back."),
        then=_(
            "Approve, and the refund is sent at once (a large one needs a second person). "
            "Offer or decline, and it is the buyer's turn."
        ),
        silence=_APPROVED_BY_SILENCE,
    ),
    "SecondApproval": Outlook(
        asks=_("Refunds above the limit need a second person. That is you."),
        then=_("With your yes the refund is sent; with your no the review starts again."),
        silence=_APPROVED_BY_SILENCE,
    ),
    "AnswerOffer": Outlook(
        asks=_("The seller offers you another amount."),
        then=_("Accept, and this amount is refunded. Decline, and the seller decides again."),
        silence=_("the offer lapses and the seller decides again."),
    ),
    "AnswerRejection": Outlook(
        asks=_("The seller declined your request. You decide how it goes on."),
        then=_(
            "Change the request and ask again, call in customer service, or withdraw it. "
            "Customer service hears both sides and decides."
        ),
        silence=_("the request is withdrawn. Your order stays as it is."),
    ),
    "DecideAfterShipping": Outlook(
        asks=_("The seller has shipped the goods while your request was open."),
        then=_("Keep the request, and the seller goes on reviewing it. Or withdraw it."),
        silence=_("the request is kept and the seller goes on reviewing it."),
    ),
    "RespondToDispute": Outlook(
        asks=_("The dispute is with customer service. Tell your side of it."),
        then=_("When both sides were heard, customer service decides."),
        silence=_("customer service decides without your statement."),
    ),
    "AddEvidence": Outlook(
        asks=_("Customer service will decide. Tell your side of it."),
        then=_("When both sides were heard, customer service decides."),
        silence=_("customer service decides on what is known so far."),
    ),
    "DecideDispute": Outlook(
        asks=_("Hear both sides and decide who is right."),
        then=_("The verdict is carried out: the refund is sent, or the case is closed."),
        silence=_("a lead of customer service takes the decision over."),
    ),
    "DecideAsSupervisor": Outlook(
        asks=_("The verdict is late. Decide in place of your team."),
        then=_("The verdict is carried out: the refund is sent, or the case is closed."),
        silence=_("the policy decides: the buyer gets what was asked for."),
    ),
    "ConfirmVerdict": Outlook(
        asks=_("A verdict above the limit needs a second person. That is you."),
        then=_("With your yes the verdict is carried out; with your no it is decided again."),
        silence=_("the policy decides: the buyer gets what was asked for."),
    ),
    "ResolveFailedRefund": Outlook(
        asks=_("The payment provider could not refund. Decide how the money moves."),
        then=_("Try the provider again, or have a payment outside confirmed by a second person."),
        silence=_NO_LIMIT,
    ),
    "ConfirmOfflinePayment": Outlook(
        asks=_("Somebody says that this was paid outside. Check it and confirm."),
        then=_("With your yes the case is refunded; with your no it goes back to finance."),
        silence=_NO_LIMIT,
    ),
    "SettleUnknownRefund": Outlook(
        asks=_("The provider does not say what became of this refund."),
        then=_("Ask again, or give up and let finance settle it another way."),
        silence=_NO_LIMIT,
    ),
}
_GENERAL = Outlook(
    asks=_("Somebody has to act."),
    then=_("The case goes on."),
    silence=_("the case goes on as its diagram says."),
)

FACTS: dict[str, Text] = {
    "first_by": _("First approval by"),
    "judged_by": _("Verdict by"),
    "resolved_by": _("Paid outside, says"),
    "refused": _("Refused before"),
    "reason": _("Reason"),
    "note": _("Message"),
    "seller_statement": _("The seller says"),
    "buyer_statement": _("The buyer says"),
    "bank_reference": _("Bank reference"),
    "proof": _("Proof"),
}
"""Inputs of tasks that are shown beside the form, in this order; all others stay inside."""


def outlook_of(element_id: str) -> Outlook:
    """The sentences about a task."""
    return _TASKS.get(element_id, _GENERAL)


def facts_in(variables: Mapping[str, Any], people: Mapping[str, str]) -> list[tuple[Text, str]]:
    """What others left for a task: label and text."""
    return [
        (label, wording.said(name, value, people))
        for name, label in FACTS.items()
        if isinstance(value := variables.get(name), str) and value
    ]
