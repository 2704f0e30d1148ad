"""What a verified fact about one key changes: counters, ledger, states, all at once.

Called with the refund opened (locked). A fact is applied once and in the provider's own
order: an older one, or the same again, changes nothing (M8).
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.orders import api as orders
from handlers.refunds import ledger, listeners
from handlers.refunds.findings import REVERSED, lower_ceiling, note
from handlers.refunds.lifecycle import AttemptLife, outcome_of
from handlers.refunds.locking import Opened
from handlers.refunds.models import OfflinePayment, RefundAttempt, RefundPart
from handlers.refunds.port import Fact, Status
from handlers.refunds.states import (
    MAY_STILL_PAY,
    AttemptState,
    Finding,
    HoldState,
    PartState,
    Proof,
)
from handlers.refunds.values import Reversed
from processes import clock
from processes.contract import Actor
from processes.runtime import publish_message

_OPEN = (AttemptState.CREATED, *MAY_STILL_PAY)


def differs(attempt: RefundAttempt, fact: Fact) -> str:
    """What in the fact is not as in our own record; empty when all is."""
    part = attempt.part
    ours = {
        "key": (attempt.provider_key, fact.provider_key),
        "amount": (part.amount, fact.amount),
        "total": (part.total, fact.total),
        "currency": (part.refund.currency, fact.currency),
        "payment": (part.payment_ref, fact.payment_ref),
    }
    return ", ".join(name for name, (own, said) in ours.items() if own != said)


def learn(case: Opened, attempt: RefundAttempt, fact: Fact, *, proof: Proof, digest: str) -> bool:
    """Apply what the provider says about a key; return whether it changed anything."""
    if attempt.fact_at and fact.changed_at and fact.changed_at < attempt.fact_at:
        return False
    match fact.status:
        case Status.SUCCEEDED:
            changed = _succeeded(case, attempt, fact, proof=proof, digest=digest)
        case Status.CLOSED:
            changed = _closed(case, attempt)
        case Status.ABNORMAL:
            changed = _moved(attempt, AttemptState.ABNORMAL)
        case Status.PROCESSING:
            changed = _moved(attempt, AttemptState.PROCESSING)
        case _:
            return False
    if changed:
        attempt.fact_at = fact.changed_at or attempt.fact_at
        attempt.provider_ref = fact.provider_ref or attempt.provider_ref
        attempt.code = fact.status.upper()
    attempt.save()
    case.restate()
    return changed


def settle_part(case: Opened, part: RefundPart, *, proof_key: str, source: str, actor: str) -> None:
    """A part has reached the buyer: post it, and count it as refunded.

    The caller has recorded the proof; with the last part the refund is complete.
    """
    part.state = PartState.SUCCEEDED
    part.save(update_fields=["state", "offline"])
    ledger.post_settlement(part, proof_key=proof_key, source=source, actor=actor)
    refund, hold = case.refund, case.refund.hold
    orders.record_refund(refund.order_no, _movement(case, part))
    if case.part is None:
        refund.settled_at = hold.ended_at = clock.now()
        hold.state = HoldState.SETTLED
        hold.save(update_fields=["state", "ended_at"])
        orders.settle_units(refund.order_no, _units(case))
    case.restate()


def pay_internally(case: Opened) -> None:
    """Give back points, gift cards and the like, which are ours to give, while it is their turn."""
    while (part := case.part) is not None and not part.provider:
        settle_part(
            case, part, proof_key="internal", source=ledger.source_of(part), actor="refunds"
        )


def settle_offline(case: Opened, part: RefundPart, payment: OfflinePayment) -> None:
    """A part went another way, proven by two people."""
    part.offline = payment
    settle_part(
        case,
        part,
        proof_key=f"offline-{payment.pk}",
        source=ledger.bank(),
        actor=f"{payment.paid_by}, {payment.confirmed_by}",
    )


def reverse_transfer(
    case: Opened, payment: OfflinePayment, parts: Sequence[RefundPart], *, actor: str
) -> None:
    """A bank transfer came back, as two people have seen: what it had paid is owed again."""
    for part in parts:
        _owe_again(case, part)
        ledger.post_reversal(
            part, proof_key=f"offline-{payment.pk}", source=ledger.bank(), actor=actor
        )
    case.restate()
    _tell_listeners(case, f"bank:{payment.bank_reference}", payment.amount)


def tell_case(case: Opened, *, actor: Actor) -> None:
    """Send `refund.result` to the case, when there is a result."""
    outcome = outcome_of(case.refund.state)
    if outcome == "pending":
        return
    case.refund.messages += 1
    case.refund.save(update_fields=["messages"])
    publish_message(
        name="refund.result",
        correlation_key=case.refund.waiting_key,
        payload={"outcome": outcome},
        message_id=f"{case.refund.refund_no}:{case.refund.messages}",
        actor=actor,
    )


def _succeeded(
    case: Opened, attempt: RefundAttempt, fact: Fact, *, proof: Proof, digest: str
) -> bool:
    if attempt.state == AttemptState.SUCCEEDED:
        return False
    part = _part_of(case, attempt)
    if attempt.state == AttemptState.REVERSED:
        if _is_newer(fact, attempt):
            _paid_twice(case, attempt, part)
        return False
    given_up = case.refund.hold.state == HoldState.RELEASED
    if given_up or _paid_otherwise(part, attempt):
        _paid_twice(case, attempt, part)
        return False
    AttemptLife(attempt).succeed(proof=proof, digest=digest, at=clock.now())
    attempt.save()
    settle_part(
        case,
        part,
        proof_key=attempt.provider_key,
        source=ledger.source_of(part),
        actor=f"provider:{part.provider}",
    )
    return True


def _is_newer(fact: Fact, attempt: RefundAttempt) -> bool:
    """Whether it is of a time after all we know: not the success that came back since."""
    return bool(fact.changed_at and attempt.fact_at and fact.changed_at > attempt.fact_at)


def _paid_twice(case: Opened, attempt: RefundAttempt, part: RefundPart) -> None:
    """Somebody must look, and until then nobody may ask for that money again."""
    row = note(
        attempt,
        Finding.DUPLICATE_SUSPECT,
        theirs=part.amount,
        critical=True,
        detail=f"Paid on {attempt.provider_key} as well, which was {attempt.state}",
    )
    lower_ceiling(
        row, to_beside=part.amount, order_no=case.refund.order_no, tender_no=part.tender_no
    )


def _paid_otherwise(part: RefundPart, attempt: RefundAttempt) -> bool:
    """Whether the part is paid, or another key may pay it; a key not sent yet is withdrawn."""
    for other in part.attempts.exclude(pk=attempt.pk).filter(state=AttemptState.CREATED, sends=0):
        AttemptLife(other).abandon()
        other.save(update_fields=["state"])
    busy = part.attempts.exclude(pk=attempt.pk).filter(state__in=[*_OPEN, AttemptState.SUCCEEDED])
    return part.state == PartState.SUCCEEDED or busy.exists()


def _closed(case: Opened, attempt: RefundAttempt) -> bool:
    if attempt.state == AttemptState.SUCCEEDED:
        _reverse(case, attempt)
        return True
    if attempt.state in _OPEN:
        AttemptLife(attempt).close()
        return True
    return False


def _reverse(case: Opened, attempt: RefundAttempt) -> None:
    """A success that failed later: owed again, in flight again, and somebody must know."""
    part = _part_of(case, attempt)
    AttemptLife(attempt).reverse()
    attempt.save()
    _owe_again(case, part)
    ledger.post_reversal(
        part,
        proof_key=attempt.provider_key,
        source=ledger.source_of(part),
        actor=f"provider:{part.provider}",
        provider_key=attempt.provider_key,
    )
    note(attempt, Finding.STATUS_DIFF, ours=part.amount, critical=True, detail=REVERSED)
    _tell_listeners(case, attempt.provider_key, part.amount)


def _owe_again(case: Opened, part: RefundPart) -> None:
    """What had reached the buyer is with us again: it is held for him as before."""
    refund, hold = case.refund, case.refund.hold
    part.state, part.offline = PartState.PENDING, None
    part.save(update_fields=["state", "offline"])
    orders.record_reversal(refund.order_no, _movement(case, part))
    if hold.state == HoldState.SETTLED:
        orders.settle_units(refund.order_no, _units(case), reverse=True)
        hold.state, hold.ended_at, refund.settled_at = HoldState.COMMITTED, None, None
        hold.save(update_fields=["state", "ended_at"])


def _tell_listeners(case: Opened, key: str, amount: int) -> None:
    refund = case.refund
    listeners.tell(
        Reversed(
            case_no=refund.case_no,
            refund_no=refund.refund_no,
            provider_key=key,
            amount=amount,
            currency=refund.currency,
        )
    )


def _moved(attempt: RefundAttempt, state: AttemptState) -> bool:
    """To a status that is not final; never away from one that is."""
    if attempt.state == state or attempt.state not in _OPEN:
        return False
    life = AttemptLife(attempt)
    life.accept() if state == AttemptState.PROCESSING else life.find_abnormal()
    return True


def _part_of(case: Opened, attempt: RefundAttempt) -> RefundPart:
    return next(part for part in case.parts if part.pk == attempt.part_id)


def _movement(case: Opened, part: RefundPart) -> orders.Movement:
    """The lines' share of one tender's part: both cut the same sum in their fixed order."""
    lines = list(case.refund.hold.lines.order_by("line_no"))
    table = orders.shares([line.amount for line in lines], [one.amount for one in case.parts])
    column = case.parts.index(part)
    return orders.Movement(
        components=tuple(
            orders.Component(line_no=line.line_no, amount=row[column])
            for line, row in zip(lines, table, strict=True)
            if row[column]
        ),
        tenders=((part.tender_no, part.amount),),
    )


def _units(case: Opened) -> orders.Movement:
    return orders.Movement(
        components=tuple(
            orders.Component(line_no=line.line_no, amount=0, qty=line.qty or 0)
            for line in case.refund.hold.lines.order_by("line_no")
        ),
        tenders=(),
    )
