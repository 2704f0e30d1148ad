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
    """The next step in plain words, the same for all who look."""

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
        what=_("The seller states his view for customer service."),
        then=_("If the seller says nothing, customer service decides without it."),
    ),
    "add_evidence": NextStep(
        who="buyer",
        what=_("The buyer states his view for customer service."),
        then=_("If the buyer says nothing, customer service decides without it."),
    ),
    "decide_dispute": NextStep(
        who="platform",
        what=_("Customer service decides."),
        then=_(
            "If nobody decides, a supervisor does; after that the buyer gets what he asked for."
        ),
    ),
    "confirm_verdict": NextStep(
        who="platform",
        what=_("A second person at customer service confirms the verdict."),
        then=_("If nobody confirms or refuses it, the buyer gets what he asked for."),
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


def next_step(status: Status, tasks: Iterable[OpenTask]) -> NextStep:
    """The step that waits for a person soonest; without one, what the status says."""
    known = [task for task in tasks if task.form_id in _BY_FORM]
    if not known or _BY_STATUS[status].who == "nobody":
        return _BY_STATUS[status]
    soonest = min(known, key=lambda task: (task.expires_at is None, task.expires_at))
    return replace(_BY_FORM[soonest.form_id], until=soonest.expires_at)


def forms() -> frozenset[str]:
    """The forms whose tasks have an outlook."""
    return frozenset(_BY_FORM)
