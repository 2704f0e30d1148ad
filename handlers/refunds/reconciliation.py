"""The daily comparison: the provider's bill × our attempts × the ledger (adapters §3.1.6).

Days are UTC days of the provider's bill. Running it again changes nothing but closes what has
been put right since. What a day cannot show, two days together do: a key that was paid on both
was paid twice, and what no bill ever had was not paid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Greatest

from handlers.orders import api as orders
from handlers.refunds.bills import Billed, by_key
from handlers.refunds.differences import PAID, Judged, beside_our_books, judge
from handlers.refunds.findings import RECONCILIATION, beside_of, follow_bill, keep
from handlers.refunds.models import ReconciliationRow, RefundAttempt
from handlers.refunds.providers import provider
from handlers.refunds.states import AttemptState, Finding
from processes import clock

_AGREED = (Finding.MATCH, Finding.LATE)


def reconcile(name: str, day: date) -> list[ReconciliationRow]:
    """Compare one day with one provider; return every row of it, matches included.

    Raises:
        BillUnavailable: the provider does not give it (yet).
    """
    bill = by_key(provider(name).download_bill(day))
    with transaction.atomic():
        _queue_up(name)
        rows = [_compare(name, day, one) for one in bill]
        rows += [_only_ours(name, day, attempt) for attempt in _unbilled(name, day, bill)]
    return rows


def count_findings(rows: Iterable[ReconciliationRow]) -> dict[str, int]:
    """How many of each class."""
    return dict(Counter(row.finding for row in rows))


def _queue_up(name: str) -> None:
    """One comparison of a provider at a time: two would lock orders in different orders."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reconcile\n{name}"]
        )


def _compare(name: str, day: date, one: Billed) -> ReconciliationRow:
    attempt = (
        RefundAttempt.objects.select_related("part__refund")
        .filter(part__provider=name, provider_key=one.key)
        .first()
    )
    before = _on_other_days(name, day, one.key)
    beside = beside_our_books(one, attempt, before.values())
    judged = judge(day, one, attempt, twice=_is_news(name, day, one, before, beside))
    row = keep(
        provider=name,
        day=day,
        key=one.key,
        finding=judged.finding,
        theirs=one.net,
        payment_ref=one.payment_ref[:64],
        currency=one.currency[:3],
        billed=True,
        **_figures(attempt, judged),
    )
    _follow(row, one, attempt, before)
    _put_right(row)
    return row


def _on_other_days(name: str, day: date, key: str) -> dict[date, int]:
    """What the bills of other days said about the key, each as it was read last."""
    rows = ReconciliationRow.objects.filter(provider=name, provider_key=key, billed=True)
    others = rows.exclude(bill_date=day).order_by("pk").values_list("bill_date", "theirs")
    return {bill_date: theirs or 0 for bill_date, theirs in others}


def _is_news(name: str, day: date, one: Billed, before: dict[date, int], beside: int) -> bool:
    """Whether the key was paid on another day as well, and no other day has said so yet."""
    if not one.out or not any(net > 0 for net in before.values()):
        return False
    said = ReconciliationRow.objects.filter(
        provider=name, provider_key=one.key, bill_date=day, finding=Finding.DUPLICATE_SUSPECT
    )
    return beside > beside_of(name, one.key) or said.exists()


def _unbilled(name: str, day: date, bill: Sequence[Billed]) -> list[RefundAttempt]:
    """What we settled that day and no bill has, neither that day's nor another's.

    A provider may have paid before midnight what we heard of after it. What two people have
    said is compared as well: they may have been wrong.
    """
    begin = datetime.combine(day, time(), tzinfo=UTC)
    # Not `__date`: that is the day in the zone that pages are shown in.
    settled = RefundAttempt.objects.select_related("part__refund").alias(
        on=Greatest("settled_at", "fact_at")
    )
    ours = settled.filter(
        part__provider=name,
        state=AttemptState.SUCCEEDED,
        on__gte=begin,
        on__lt=begin + timedelta(days=1),
    )
    billed = ReconciliationRow.objects.filter(provider=name, billed=True, theirs__gt=0)
    there = {one.key for one in bill}
    return [
        attempt
        for attempt in ours.exclude(provider_key__in=billed.values("provider_key"))
        if attempt.provider_key not in there
    ]


def _only_ours(name: str, day: date, attempt: RefundAttempt) -> ReconciliationRow:
    judged = Judged(finding=Finding.ONLY_OURS, critical=True, detail="Not on their bill")
    return keep(
        provider=name,
        day=day,
        key=attempt.provider_key,
        finding=Finding.ONLY_OURS,
        theirs=None,
        payment_ref=attempt.part.payment_ref,
        currency=attempt.part.refund.currency,
        **_figures(attempt, judged),
    )


def _figures(attempt: RefundAttempt | None, judged: Judged) -> dict[str, object]:
    settled = judged.finding in _AGREED
    return {
        "refund_no": attempt.part.refund.refund_no if attempt else "",
        "ours": attempt.part.amount if attempt and attempt.state in PAID else None,
        "critical": judged.critical,
        "detail": judged.detail,
        "closed_at": clock.now() if settled else None,
        "closed_by": RECONCILIATION if settled else "",
    }


def _follow(
    row: ReconciliationRow, one: Billed, attempt: RefundAttempt | None, before: dict[date, int]
) -> None:
    """The ceiling falls, or rises by what came back, unless it is of a currency that the order
    does not know. What is not ours is judged by its payment: it may come back under another
    number than it left."""
    payment = attempt.part.payment_ref if attempt else one.payment_ref
    place = orders.tender_of_payment(row.provider, payment)
    if place is None or orders.get_order(place[0]).currency != one.currency:
        return
    about = ReconciliationRow.objects.filter(provider=row.provider)
    if attempt is not None:
        kin, others = about.filter(provider_key=one.key), list(before.values())
    else:
        kin = about.filter(payment_ref=row.payment_ref, currency=row.currency, refund_no="")
        others = _of_kin(kin, row)
    follow_bill(
        row,
        kin,
        beside=beside_our_books(one, attempt, others),
        back=-sum(one.back),
        ever_back=bool(one.back) or any(net <= 0 for net in others),
        place=place,
    )


def _of_kin(kin: QuerySet[ReconciliationRow], row: ReconciliationRow) -> list[int]:
    """What bills said about the same money, the row's own line aside; each as read last."""
    said = kin.filter(billed=True).order_by("pk")
    last = {
        (day, key): net or 0
        for day, key, net in said.values_list("bill_date", "provider_key", "theirs")
    }
    last.pop((row.bill_date, row.provider_key), None)
    return list(last.values())


def _put_right(row: ReconciliationRow) -> None:
    """What the bill says now stands instead of what it said when it was read before; a key that
    agrees leaves nothing open on that day, and is on a bill after all."""
    still_open = ReconciliationRow.objects.filter(
        provider=row.provider, provider_key=row.provider_key, closed_at__isnull=True
    ).exclude(pk=row.pk)
    same_day = still_open.filter(bill_date=row.bill_date)
    closed = {"closed_at": clock.now(), "closed_by": RECONCILIATION}
    if row.finding in _AGREED:
        same_day.update(**closed, note="Matches now")
        still_open.filter(finding=Finding.ONLY_OURS).update(**closed, note="On another day's bill")
    else:
        same_day.filter(billed=True).update(**closed, note="Read again")
