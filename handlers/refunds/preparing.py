"""From a hold to a refund order with a provider key (flows §2.10.1), and its next keys."""

from __future__ import annotations

import secrets

from handlers.orders import api as orders
from handlers.refunds import findings, holds, ledger
from handlers.refunds.errors import (
    AboveCeiling,
    DifferenceOpen,
    HoldInUse,
    NotAuthorised,
    NotTerminal,
)
from handlers.refunds.lifecycle import AttemptLife
from handlers.refunds.locking import Opened, opened
from handlers.refunds.models import (
    Authorisation,
    Hold,
    RefundAttempt,
    RefundOrder,
    RefundPart,
)
from handlers.refunds.states import (
    MAY_STILL_PAY,
    AttemptState,
    HoldState,
    PartState,
    RefundState,
)
from handlers.sharding import shard_of
from processes import clock

_OVER = (AttemptState.CLOSED, AttemptState.REVERSED)
"""Terminal at the provider, and nothing of it with the buyer: a new key may follow."""


def prepare(case_no: str, *, reason: str = "") -> RefundOrder:
    """Make the case's refund order, or the one there is ready for another try.

    A refund that failed keeps its key unless the provider closed it.

    Raises:
        AboveCeiling: the order's money no longer covers the hold.
        NotAuthorised: nobody said yes to exactly this amount.
        NoHold, HoldInUse: there is nothing to pay from.
    """
    hold, order = holds.locked(case_no)
    made = RefundOrder.objects.filter(hold=hold).first()
    if made is not None:
        return _again(opened(refund_no=made.refund_no))
    if hold.state != HoldState.OPEN:
        raise HoldInUse(case_no, hold.state)
    authorisation = hold.authorisations.filter(superseded_at__isnull=True).first()
    if authorisation is None or authorisation.amount != hold.amount:
        raise NotAuthorised(case_no)
    check_covered(hold, order)
    refund = _create(hold, authorisation, reason)
    _create_parts(refund, hold, order)
    hold.state = HoldState.COMMITTED
    hold.save(update_fields=["state"])
    ledger.post_obligation(refund, actor=authorisation.first_approver or "policy")
    case = opened(refund_no=refund.refund_no)
    ensure_attempt(case)
    return case.refund


def new_attempt(refund_no: str) -> RefundOrder:
    """A new key, only after the last one is terminal at the provider.

    Asked twice, it makes one: the key that has not been sent yet is the answer.

    Raises:
        NotTerminal: the provider may still pay on the last key.
        UnknownRefund: there is no such refund order.
    """
    case = opened(refund_no=refund_no)
    attempt = case.attempt
    fresh = attempt is not None and attempt.state == AttemptState.CREATED and not attempt.sends
    if attempt is None or (attempt.state not in _OVER and not fresh):
        state = attempt.state if attempt else case.refund.state
        raise NotTerminal(f"Expected the last key of {refund_no} to be closed, but it is {state}")
    if attempt.state in _OVER:
        _add_attempt(case)
    return case.refund


def check_covered(hold: Hold, order: orders.OrderMoney) -> None:
    """The ceiling once more, under the lock: what is in flight already counts this hold.

    Raises:
        AboveCeiling: something was refunded besides.
    """
    rooms = [order.room, order.shipping_room]
    rooms += [line.room for line in order.lines] + [tender.room for tender in order.tenders]
    if min(rooms) < 0:
        raise AboveCeiling(asked=hold.amount, max_amount=max(hold.amount + min(rooms), 0))


def check_doubt(order_no: str) -> None:
    """Nothing that was not on its way already leaves while the books and the bill disagree.

    Raises:
        DifferenceOpen: a critical finding about the order's money is not put right yet.
    """
    doubt = findings.blocking(order_no)
    if doubt is not None:
        raise DifferenceOpen(
            order_no=order_no, finding=doubt.finding, provider_key=doubt.provider_key
        )


def ensure_attempt(case: Opened) -> RefundAttempt | None:
    """The attempt of the part whose turn it is; None for what we give back ourselves."""
    part = case.part
    if part is None or not part.provider:
        case.restate()
        return None
    return case.attempt or _add_attempt(case)


def cancel(hold: Hold) -> None:
    """Give up a refund order of which nothing was paid and nothing can be any more.

    Raises:
        HoldInUse: the provider may still pay, or part of the money has moved.
    """
    refund = hold.refund
    busy = RefundAttempt.objects.filter(part__refund=refund, state__in=MAY_STILL_PAY)
    if busy.exists() or refund.parts.filter(state=PartState.SUCCEEDED).exists():
        raise HoldInUse(hold.case_no, refund.state)
    ledger.post_cancellation(refund, refund.amount, actor="policy")
    refund.state = RefundState.CANCELLED
    refund.save(update_fields=["state"])


def _again(case: Opened) -> RefundOrder:
    attempt = case.attempt
    if attempt is not None and attempt.state == AttemptState.REJECTED:
        check_doubt(case.refund.order_no)
        check_covered(case.refund.hold, case.order)
        AttemptLife(attempt).reopen()
        attempt.save(update_fields=["state"])
    elif attempt is not None and attempt.state in _OVER:
        check_covered(case.refund.hold, case.order)
        _add_attempt(case)
    case.restate()
    return case.refund


def _create(hold: Hold, authorisation: Authorisation, reason: str) -> RefundOrder:
    now = clock.now()
    refund_no = f"RF{now:%Y%m%d}{secrets.token_hex(5)}"
    return RefundOrder.objects.create(
        refund_no=refund_no,
        case_no=hold.case_no,
        hold=hold,
        authorisation=authorisation,
        order_no=hold.order_no,
        tenant=hold.tenant,
        region=hold.region,
        shard=shard_of(refund_no),
        currency=hold.currency,
        amount=hold.amount,
        reason=reason[:80],
        waiting_key=f"{refund_no}-1",
        created_at=now,
    )


def _create_parts(refund: RefundOrder, hold: Hold, order: orders.OrderMoney) -> None:
    tenders = {tender.tender_no: tender for tender in order.tenders}
    RefundPart.objects.bulk_create(
        RefundPart(
            refund=refund,
            position=planned.position,
            tender_no=planned.tender_no,
            kind=tenders[planned.tender_no].kind,
            provider=tenders[planned.tender_no].provider,
            payment_ref=tenders[planned.tender_no].payment_ref,
            amount=planned.amount,
            total=tenders[planned.tender_no].paid,
        )
        for planned in hold.tenders.order_by("position")
    )


def _add_attempt(case: Opened) -> RefundAttempt:
    """A new key. The case waits with it when it has waited with the last one of this part.

    Raises:
        DifferenceOpen: a critical finding about the order's money is not put right yet.
    """
    check_doubt(case.refund.order_no)
    part, last = case.part, case.attempt
    if part is None:
        raise NotTerminal(f"Expected something of {case.refund.refund_no} to be unpaid")
    number = RefundAttempt.objects.filter(part__refund=case.refund).count() + 1
    attempt = RefundAttempt.objects.create(
        part=part,
        number=number,
        provider_key=f"{case.refund.refund_no}-{number}",
        created_at=clock.now(),
    )
    if last is not None:
        case.refund.waiting_key = attempt.provider_key
    case.restate()
    return attempt
