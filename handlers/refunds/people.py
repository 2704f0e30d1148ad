"""Where two people settle what no provider can: payment another way, and unknown outcomes."""

from __future__ import annotations

from datetime import timedelta

from handlers.refunds import exchanges, facts
from handlers.refunds.errors import (
    FourEyesMissing,
    NotTerminal,
    ReferenceUsed,
    RefundError,
    UnknownRefund,
)
from handlers.refunds.lifecycle import AttemptLife
from handlers.refunds.locking import Opened, opened
from handlers.refunds.models import OfflinePayment, RefundAttempt, RefundOrder
from handlers.refunds.port import Fact, Status
from handlers.refunds.preparing import check_covered
from handlers.refunds.states import AttemptState, HoldState, PartState, Proof
from processes import clock

GIVE_UP = timedelta(hours=24)
"""A provider that has not said a word for so long may be left behind, with a proof."""


def refund_no_for(*, refund_no: str = "", case_no: str = "") -> str:
    """The refund order of a case.

    Raises:
        UnknownRefund: there is none.
    """
    if refund_no:
        return refund_no
    number = RefundOrder.objects.filter(case_no=case_no).values_list("refund_no", flat=True).first()
    if number is None:
        raise UnknownRefund(case_no)
    return number


def pay_offline(
    refund_no: str, *, by: str, second_by: str, bank_reference: str, proof: str
) -> RefundOrder:
    """Record that what is still owed went by bank transfer. The same reference again is fine.

    Points and gift cards are never paid in money: they come back as what they are.

    Raises:
        FourEyesMissing: not two different people.
        ReferenceUsed: the reference proves another payment.
        NotTerminal: the provider may still pay.
        AboveCeiling: the order's money no longer covers it.
    """
    _check_people(by, second_by)
    if not bank_reference.strip() or not proof.strip():
        raise RefundError("Expected a bank reference and a proof of the transfer")
    case = opened(refund_no=refund_no)
    reference = bank_reference.strip()
    used = OfflinePayment.objects.filter(bank_reference=reference).first()
    if used is not None and used.refund_id != case.refund.pk:
        raise ReferenceUsed(f"Expected a new bank reference, but {reference} was used")
    owed = [part for part in case.parts if part.state != PartState.SUCCEEDED]
    if not owed:
        return case.refund
    if used is not None:
        raise ReferenceUsed(f"Expected a new bank reference, but {reference} was used")
    if case.refund.hold.state != HoldState.COMMITTED:
        raise RefundError(f"Expected refund {refund_no} to be open")
    check_covered(case.refund.hold, case.order)
    facts.pay_internally(case)
    owed = [part for part in owed if part.provider]
    if not owed:
        return case.refund
    _leave_provider(case)
    payment = OfflinePayment.objects.create(
        refund=case.refund,
        amount=sum(part.amount for part in owed),
        currency=case.refund.currency,
        bank_reference=reference,
        proof=proof.strip()[:400],
        paid_by=by,
        confirmed_by=second_by,
        at=clock.now(),
    )
    for part in owed:
        facts.settle_offline(case, part, payment)
    facts.pay_internally(case)
    return case.refund


def confirm_unknown(
    provider_key: str, *, paid: bool, by: str, second_by: str, proof: str
) -> RefundOrder:
    """Two people found out what became of a key, e.g. on the provider's console.

    Paid: it counts as the provider's success. Not paid: the key is closed, a new one may follow.

    Raises:
        FourEyesMissing: not two different people.
        NotTerminal: its outcome is not unknown.
        UnknownRefund: nobody has that key.
    """
    _check_people(by, second_by)
    if not proof.strip():
        raise RefundError("Expected a proof of what became of the refund")
    attempt = RefundAttempt.objects.filter(provider_key=provider_key).first()
    if attempt is None:
        raise UnknownRefund(provider_key)
    case = opened(refund_no=attempt.part.refund.refund_no)
    attempt.refresh_from_db()
    if attempt.state not in (AttemptState.SENT, AttemptState.UNKNOWN):
        raise NotTerminal(f"Expected {provider_key} to be unknown, but it is {attempt.state}")
    attempt.message = f"{by}, {second_by}: {proof}"[:400]
    facts.learn(
        case,
        attempt,
        Fact(
            provider_key=provider_key,
            status=Status.SUCCEEDED if paid else Status.CLOSED,
            # No time of the provider's: should it speak after all, it is heard.
        ),
        proof=Proof.PEOPLE,
        digest=exchanges.digest(attempt.message),
    )
    return case.refund


def _leave_provider(case: Opened) -> None:
    """No key may pay any more beside the transfer."""
    attempt = case.attempt
    if attempt is None or attempt.state in (
        AttemptState.REJECTED,
        AttemptState.CLOSED,
        AttemptState.REVERSED,
        AttemptState.ABANDONED,
    ):
        return
    silent = clock.now() - attempt.created_at >= GIVE_UP
    unknown = attempt.state in (AttemptState.SENT, AttemptState.UNKNOWN)
    if attempt.state == AttemptState.PROCESSING or (unknown and not silent):
        raise NotTerminal(
            f"Expected {attempt.provider_key} to be beyond paying, but it is {attempt.state}:"
            " the provider may still execute it"
        )
    AttemptLife(attempt).abandon()
    attempt.save(update_fields=["state"])


def _check_people(by: str, second_by: str) -> None:
    if not by or not second_by or by == second_by:
        raise FourEyesMissing(f"Expected two different people, but found {by!r} and {second_by!r}")
