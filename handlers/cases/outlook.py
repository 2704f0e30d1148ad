"""What happens next to a case, until when, and what if nobody does anything (R002-18).

Who must act is read from the open user tasks (by their forms), the rest from the status;
the deadline is the earliest timer that would end one of those tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handlers.cases.status import Status

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """The next step in plain words, for staff or for the buyer."""

    who: str
    """buyer, seller, platform, finance, system or nobody."""
    what: Text
    then: Text = ""
    """What happens when nobody acts until then; empty when there is no limit."""
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class OpenTask:
    """A user task that waits, as far as the outlook needs it."""

    form_id: str
    expires_at: datetime | None


_BY_FORM: Mapping[str, NextStep] = {
    "review_refund": NextStep(
        who="seller",
        what=_("The seller decides about the request."),
        then=_("If the seller does not answer, the refund is approved."),
    ),
    "second_approval": NextStep(
        who="seller",
        what=_("A second person at the seller's confirms the amount."),
        then=_("If nobody confirms or refuses it, the refund is approved."),
    ),
    "answer_offer": NextStep(
        who="buyer",
        what=_("The buyer accepts or declines the seller's offer."),
        then=_("If the buyer does not answer, the offer lapses and the seller decides again."),
    ),
    "answer_rejection": NextStep(
        who="buyer",
        what=_("The buyer changes the request, calls in customer service, or withdraws."),
        then=_("If the buyer does not answer, the request is withdrawn."),
    ),
    "decide_after_shipping": NextStep(
        who="buyer",
        what=_("The goods have left. The buyer says whether the request stands."),
        then=_("If the buyer does not answer, the seller goes on deciding."),
    ),
    "respond_to_dispute": NextStep(
        who="seller",
        what=_("The seller tells customer service their side."),
        then=_("If the seller says nothing, customer service decides without it."),
    ),
    "add_evidence": NextStep(
        who="buyer",
        what=_("The buyer tells customer service their side."),
        then=_("If the buyer says nothing, customer service decides without it."),
    ),
    "decide_dispute": NextStep(
        who="platform",
        what=_("Customer service decides."),
        then=_(
            "If nobody decides, a supervisor does; after that the buyer gets what was asked for."
        ),
    ),
    "confirm_verdict": NextStep(
        who="platform",
        what=_("A second person at customer service confirms the verdict."),
        then=_("If nobody confirms or refuses it, the buyer gets what was asked for."),
    ),
    "resolve_failed_refund": NextStep(
        who="finance", what=_("Finance finds another way to pay the money back.")
    ),
    "confirm_offline_payment": NextStep(
        who="finance", what=_("A second person at finance confirms the payment.")
    ),
    "settle_unknown_refund": NextStep(
        who="finance", what=_("Finance finds out whether the provider has paid.")
    ),
}

_TO_BUYER: Mapping[str, NextStep] = {
    "review_refund": NextStep(
        who="seller",
        what=_("The seller decides about your request."),
        then=_("If the seller does not answer, your refund is approved."),
    ),
    "second_approval": NextStep(
        who="seller",
        what=_("The seller has said yes; a colleague there confirms the amount."),
        then=_("If nobody confirms or refuses it, your refund is approved."),
    ),
    "answer_offer": NextStep(
        who="buyer",
        what=_("You accept or decline the seller's offer."),
        then=_("If you do not answer, the offer lapses and the seller decides again."),
    ),
    "answer_rejection": NextStep(
        who="buyer",
        what=_("You change your request, call in customer service, or withdraw."),
        then=_("If you do not answer, your request is withdrawn."),
    ),
    "decide_after_shipping": NextStep(
        who="buyer",
        what=_("The goods have left. You say whether your request stands."),
        then=_("If you do not answer, the seller goes on deciding."),
    ),
    "add_evidence": NextStep(
        who="buyer",
        what=_("You tell customer service your side."),
        then=_("If you say nothing, customer service decides without it."),
    ),
    "decide_dispute": NextStep(
        who="platform",
        what=_("Customer service has heard both sides and decides."),
        then=_("If nobody decides, a supervisor does; after that you get what you asked for."),
    ),
    "confirm_verdict": NextStep(
        who="platform",
        what=_("Customer service has decided; a second person there confirms it."),
        then=_("If nobody confirms or refuses it, you get what you asked for."),
    ),
    "resolve_failed_refund": NextStep(
        who="finance",
        what=_("The payment did not go through. We find another way to pay you back."),
    ),
    "confirm_offline_payment": NextStep(
        who="finance",
        what=_("We pay you another way, and a second person checks that it has left us."),
    ),
    "settle_unknown_refund": NextStep(
        who="finance", what=_("We find out whether your money has been sent.")
    ),
}
"""What the buyer reads instead, where staff read of `the buyer`."""

_BY_STATUS: Mapping[Status, NextStep] = {
    Status.SUBMITTED: NextStep(who="system", what=_("The request is on its way to the seller.")),
    Status.NEGOTIATING: NextStep(who="system", what=_("The offer is on its way to the buyer.")),
    Status.REJECTED: NextStep(who="system", what=_("The refusal is on its way to the buyer.")),
    Status.DISPUTED: NextStep(who="system", what=_("Customer service takes over.")),
    Status.APPROVED: NextStep(who="system", what=_("The refund is about to start.")),
    Status.REFUNDING: NextStep(
        who="system",
        what=_("The payment provider pays the money back. Nobody has to do anything."),
        then=_("If the provider does not answer, finance finds out."),
    ),
    Status.REFUND_FAILED: NextStep(
        who="finance", what=_("Finance finds another way to pay the money back.")
    ),
    Status.REFUNDED: NextStep(who="nobody", what=_("The money is back. The case is closed.")),
    Status.REVERSED: NextStep(
        who="finance", what=_("The money came back to the seller. Finance looks into it.")
    ),
    Status.WITHDRAWN: NextStep(
        who="nobody", what=_("The request was withdrawn. The case is closed.")
    ),
    Status.NOT_ELIGIBLE: NextStep(
        who="nobody", what=_("The rules allow no refund. The case is closed.")
    ),
    Status.CLOSED_BY_VERDICT: NextStep(
        who="nobody", what=_("Customer service granted no refund. The case is closed.")
    ),
}

_STATUS_TO_BUYER: Mapping[Status, NextStep] = {
    Status.SUBMITTED: NextStep(who="system", what=_("Your request is on its way to the seller.")),
    Status.NEGOTIATING: NextStep(who="system", what=_("The seller's offer is on its way to you.")),
    Status.REJECTED: NextStep(who="system", what=_("The seller's answer is on its way to you.")),
    Status.APPROVED: NextStep(who="system", what=_("Your refund is about to start.")),
    Status.REFUNDING: NextStep(
        who="system",
        what=_("Your money is being paid back. You do not have to do anything."),
        then=_("If the payment provider does not answer, our finance team finds out."),
    ),
    Status.REFUND_FAILED: NextStep(
        who="finance",
        what=_("The payment did not go through. We find another way to pay you back."),
    ),
    Status.REFUNDED: NextStep(who="nobody", what=_("Your money is back. The case is closed.")),
    Status.REVERSED: NextStep(
        who="finance",
        what=_("Your bank sent the money back to us. We find another way to pay you."),
    ),
    Status.WITHDRAWN: NextStep(
        who="nobody", what=_("Your request was withdrawn. The case is closed.")
    ),
    Status.NOT_ELIGIBLE: NextStep(
        who="nobody", what=_("The rules allow no refund here. The case is closed.")
    ),
}


def next_step(status: Status, tasks: Iterable[OpenTask], *, to_buyer: bool = False) -> NextStep:
    """The step that waits for a person soonest; without one, what the status says."""
    by_form = {**_BY_FORM, **_TO_BUYER} if to_buyer else _BY_FORM
    by_status = {**_BY_STATUS, **_STATUS_TO_BUYER} if to_buyer else _BY_STATUS
    known = [task for task in tasks if task.form_id in by_form]
    if not known or by_status[status].who == "nobody":
        return by_status[status]
    soonest = min(known, key=lambda task: (task.expires_at is None, task.expires_at))
    return replace(by_form[soonest.form_id], until=soonest.expires_at)


def forms() -> frozenset[str]:
    """The forms whose tasks have an outlook."""
    return frozenset(_BY_FORM)
