"""Money that went another way: recorded on the word of two people, once for each transfer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from handlers.refunds import facts
from handlers.refunds.bills import fitting
from handlers.refunds.errors import (
    NotTerminal,
    OwedDiffers,
    ReferenceUsed,
    RefundError,
    UnknownRefund,
)
from handlers.refunds.findings import keep, lower_ceiling
from handlers.refunds.lifecycle import AttemptLife
from handlers.refunds.locking import Opened, opened
from handlers.refunds.models import (
    OfflinePayment,
    ReconciliationRow,
    RefundAttempt,
    RefundOrder,
    RefundPart,
)
from handlers.refunds.people import check_parties, check_people
from handlers.refunds.preparing import check_covered, check_doubt
from handlers.refunds.states import UNANSWERED, AttemptState, Finding, HoldState, PartState
from processes import clock

GIVE_UP = timedelta(hours=24)
"""A provider that has not said a word for so long may be left behind, with a proof."""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """A bank transfer that one person says was made and a second one has seen leave."""

    by: str
    second_by: str
    bank_reference: str
    proof: str
    amount: int | None = None
    """What left; None when nobody was asked: then it counts as what is owed."""


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


def pay_offline(refund_no: str, transfer: Transfer) -> RefundOrder:
    """Record that what is still owed went by bank transfer. The same reference again is fine.

    Points and gift cards are never paid in money: they come back as what they are. A transfer
    of what has arrived meanwhile is noted as a second payment: it has left all the same.

    Raises:
        FourEyesMissing: not two different people, or one of them is the buyer.
        ReferenceUsed: the reference proves another payment.
        OwedDiffers: another amount was transferred than is owed.
        NotTerminal: the provider may still pay.
        DifferenceOpen: perhaps the provider has paid; finance has to find out first.
        AboveCeiling: the order's money no longer covers it.
    """
    check_people(transfer.by, transfer.second_by)
    if not transfer.bank_reference or not transfer.proof:
        raise RefundError("Expected a bank reference and a proof of the transfer")
    case = opened(refund_no=refund_no)
    check_parties(case, transfer.by, transfer.second_by)
    if _is_recorded(case, transfer):
        return case.refund
    if case.part is not None:
        _check_may_be_paid(case)
        facts.pay_internally(case)
    owed = _owed(case)
    if owed:
        _settle(case, transfer, owed)
    else:
        _note_second_payment(case, transfer)
    return case.refund


def _is_recorded(case: Opened, transfer: Transfer) -> bool:
    """Whether the transfer is known, as a payment of this refund or as one too many."""
    reference = transfer.bank_reference
    used = OfflinePayment.objects.filter(bank_reference=reference).first()
    beside = ReconciliationRow.objects.filter(provider_key=_key(transfer)).first()
    refund_nos = {used and used.refund.refund_no, beside and beside.refund_no} - {None}
    if refund_nos - {case.refund.refund_no} or (refund_nos and case.part is not None):
        raise ReferenceUsed(f"Expected a new bank reference, but {reference} was used")
    return bool(refund_nos)


def _check_may_be_paid(case: Opened) -> None:
    if case.refund.hold.state != HoldState.COMMITTED:
        raise RefundError(f"Expected refund {case.refund.refund_no} to be open")
    check_doubt(case.refund.order_no)
    check_covered(case.refund.hold, case.order)


def _owed(case: Opened) -> list[RefundPart]:
    return [part for part in case.parts if part.state != PartState.SUCCEEDED and part.provider]


def _settle(case: Opened, transfer: Transfer, owed: list[RefundPart]) -> None:
    amount = sum(part.amount for part in owed)
    if transfer.amount not in (None, amount):
        raise OwedDiffers(owed=amount, paid=transfer.amount)
    for part in owed:
        _leave_provider(part)
    payment = OfflinePayment.objects.create(
        refund=case.refund,
        amount=amount,
        currency=case.refund.currency,
        bank_reference=transfer.bank_reference,
        proof=transfer.proof,
        paid_by=transfer.by,
        confirmed_by=transfer.second_by,
        at=clock.now(),
    )
    for part in owed:
        facts.settle_offline(case, part, payment)
    facts.pay_internally(case)


def _leave_provider(part: RefundPart) -> None:
    """No key of it may pay any more beside the transfer."""
    attempt = part.attempts.order_by("-number").first()
    if attempt is None or attempt.state in (
        AttemptState.REJECTED,
        AttemptState.CLOSED,
        AttemptState.REVERSED,
        AttemptState.ABANDONED,
    ):
        return
    unknown = attempt.state in UNANSWERED
    if attempt.state == AttemptState.PROCESSING or (unknown and not _is_silent(attempt)):
        raise NotTerminal(
            f"Expected {attempt.provider_key} to be beyond paying, but it is {attempt.state}:"
            " the provider may still execute it"
        )
    AttemptLife(attempt).abandon()
    attempt.save(update_fields=["state"])


def _is_silent(attempt: RefundAttempt) -> bool:
    """Whether the provider has had all the time for its last call, not for its first."""
    since = max(attempt.created_at, attempt.sent_at or attempt.created_at)
    return clock.now() - since >= GIVE_UP


def _note_second_payment(case: Opened, transfer: Transfer) -> None:
    """The transfer left, and the provider has paid as well: somebody must get it back."""
    paid = RefundAttempt.objects.filter(part__refund=case.refund, state=AttemptState.SUCCEEDED)
    last = paid.select_related("part").order_by("-settled_at", "-pk").first()
    if last is None:
        raise RefundError(f"Expected something of {case.refund.refund_no} to be owed in money")
    amount = last.part.amount if transfer.amount is None else transfer.amount
    row = keep(
        provider=last.part.provider,
        day=clock.now().date(),
        key=_key(transfer),
        finding=Finding.DUPLICATE_SUSPECT,
        theirs=amount,
        payment_ref=last.part.payment_ref,
        refund_no=case.refund.refund_no,
        currency=case.refund.currency,
        critical=True,
        detail=f"Paid by bank as well, say {transfer.by} and {transfer.second_by}",
    )
    lower_ceiling(
        row, to_beside=amount, order_no=case.refund.order_no, tender_no=last.part.tender_no
    )


def _key(transfer: Transfer) -> str:
    return fitting(f"bank:{transfer.bank_reference}")
