"""Writing down what does not fit: one row for each thing, with an owner, until it is closed.

What left a provider beside our books lowers the ceiling of its order, each cent once however
often and from whomever we hear of it: rows remember by how much.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from handlers.orders import api as orders
from handlers.refunds.errors import RefundError
from handlers.refunds.models import Hold, ReconciliationRow, RefundAttempt, RefundOrder
from handlers.refunds.states import AttemptState, Finding
from processes import clock

REVERSED = "Reversed"
RECONCILIATION = "reconciliation"
"""Who closes what a bill has put right; no person may be called so."""


def note(
    attempt: RefundAttempt,
    finding: Finding,
    *,
    ours: int | None = None,
    theirs: int | None = None,
    critical: bool = False,
    detail: str = "",
) -> ReconciliationRow:
    """Note a finding about one of our keys; the same figures on the same day are one finding."""
    part = attempt.part
    return keep(
        provider=part.provider,
        day=clock.now().date(),
        key=attempt.provider_key,
        finding=finding,
        theirs=theirs,
        payment_ref=part.payment_ref,
        refund_no=part.refund.refund_no,
        ours=ours,
        currency=part.refund.currency,
        critical=critical,
        detail=detail[:400],
    )


def keep(
    *, provider: str, day: date, key: str, finding: Finding, theirs: int | None, **more: Any
) -> ReconciliationRow:
    """The row of that finding with those figures. What somebody has closed stays closed; other
    figures are another finding, so that nothing hides behind what was put right before."""
    row, _ = ReconciliationRow.objects.get_or_create(
        provider=provider,
        bill_date=day,
        provider_key=key,
        finding=finding,
        theirs=theirs,
        defaults={"opened_at": clock.now(), **more},
    )
    return row


def lower_ceiling(row: ReconciliationRow, *, to_beside: int, order_no: str, tender_no: str) -> None:
    """See to it that the ceiling is lowered by `to_beside` for the row's key in all."""
    orders.lock_money(order_no)
    missing = to_beside - beside_of(row.provider, row.provider_key)
    if missing > 0:
        _lower(row, missing, order_no, tender_no)


def beside_of(provider: str, key: str) -> int:
    """What is known to have left on a key beside our books, and has lowered a ceiling."""
    rows = ReconciliationRow.objects.filter(provider=provider, provider_key=key)
    return int(rows.aggregate(sum=Sum("beside"))["sum"] or 0)


def standing_of(row: ReconciliationRow) -> int:
    """By how much the ceiling is lowered still for the row's key."""
    gross, returned = _sums(_of_key(row))
    return gross - returned


def give_back(row: ReconciliationRow) -> None:
    """What left on the row's key is proven to be back: the ceiling rises by what it was lowered.

    Raises:
        RefundError: nothing of it is missing any more.
    """
    amount, place = standing_of(row), place_of(row)
    if amount <= 0 or place is None:
        raise RefundError(f"Expected something of {row.provider_key} to be missing still")
    _raise_ceiling(_of_key(row), row.provider_key, amount, place)


def follow_bill(
    row: ReconciliationRow,
    kin: QuerySet[ReconciliationRow],
    *,
    beside: int,
    back: int,
    ever_back: bool,
    place: tuple[str, str],
) -> None:
    """See to it that the ceiling is lowered by what the bills show, and no more by what they
    show to have come back: `back` on the row's own line, `ever_back` on any. `kin` are all rows
    about that money.

    A line that is gone from a bill proves nothing: only one that says so raises it again.
    """
    orders.lock_money(place[0])
    gross, returned = _sums(kin)
    standing = gross - returned
    missing = beside - (standing if ever_back else gross)
    if missing > 0:
        return _lower(row, missing, *place)
    line = kin.filter(bill_date=row.bill_date, provider_key=row.provider_key)
    credited = line.aggregate(sum=Sum("credited"))["sum"] or 0
    again = min(standing - beside, back - credited)
    if again > 0:
        _raise_ceiling(kin, row.provider_key, again, place)
        ReconciliationRow.objects.filter(pk=row.pk).update(credited=F("credited") + again)
    return None


def place_of(row: ReconciliationRow) -> tuple[str, str] | None:
    """The order and the tender that a finding is about, when it is one of ours."""
    attempt = RefundAttempt.objects.filter(provider_key=row.provider_key)
    payment = attempt.values_list("part__payment_ref", flat=True).first() or row.payment_ref
    return orders.tender_of_payment(row.provider, payment) if payment else None


def _of_key(row: ReconciliationRow) -> QuerySet[ReconciliationRow]:
    return ReconciliationRow.objects.filter(provider=row.provider, provider_key=row.provider_key)


def _sums(rows: QuerySet[ReconciliationRow]) -> tuple[int, int]:
    """By how much rows have lowered a ceiling, and raised it again."""
    sums = rows.aggregate(gross=Sum("beside"), returned=Sum("returned"))
    return int(sums["gross"] or 0), int(sums["returned"] or 0)


def _lower(row: ReconciliationRow, amount: int, order_no: str, tender_no: str) -> None:
    orders.record_outside_refund(order_no, tender_no, amount)
    row.beside += amount
    row.save(update_fields=["beside"])


def _raise_ceiling(
    rows: QuerySet[ReconciliationRow], key: str, amount: int, place: tuple[str, str]
) -> None:
    """So much of what the rows say to have left is back: of this key, of just that much, of what
    left first. Each cent that left comes back once, whoever proves it."""
    orders.record_outside_return(*place, amount)
    standing = list(rows.filter(beside__gt=F("returned")).order_by("opened_at", "pk"))
    standing.sort(key=lambda one: (one.provider_key != key, one.beside - one.returned != amount))
    for one in standing:
        taken = min(amount, one.beside - one.returned)
        ReconciliationRow.objects.filter(pk=one.pk).update(returned=F("returned") + taken)
        amount -= taken


def in_doubt(case_no: str) -> bool:
    """Whether a critical difference about the case's order is open."""
    order_no = Hold.objects.filter(case_no=case_no).values_list("order_no", flat=True).first()
    return order_no is not None and blocking(order_no) is not None


def blocking(order_no: str) -> ReconciliationRow | None:
    """The oldest critical finding about the order's refunds or payments that nobody has put
    right; while there is one, what we believe about its money may be wrong.

    A reversal that the books have followed is no such doubt: finance decides what comes next.
    """
    refunds = RefundOrder.objects.filter(order_no=order_no)
    payments = [tender.payment_ref for tender in orders.get_order(order_no).tenders]
    followed = RefundAttempt.objects.filter(
        part__refund__in=refunds, state=AttemptState.REVERSED
    ).values("provider_key")
    rows = ReconciliationRow.objects.filter(
        Q(refund_no__in=refunds.values("refund_no"))
        | Q(payment_ref__in=[payment for payment in payments if payment]),
        critical=True,
        closed_at__isnull=True,
    ).exclude(finding=Finding.STATUS_DIFF, detail=REVERSED, provider_key__in=followed)
    return rows.order_by("opened_at", "pk").first()
