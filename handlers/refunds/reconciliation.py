"""The daily comparison: the provider's bill × our attempts × the ledger (adapters §3.1.6).

Days are UTC days of the provider's bill. Running it again changes nothing but closes what has
been put right since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from handlers.orders import api as orders
from handlers.refunds.findings import is_known
from handlers.refunds.models import LedgerTransaction, ReconciliationRow, RefundAttempt
from handlers.refunds.port import BillRow
from handlers.refunds.providers import provider
from handlers.refunds.states import AttemptState, Finding, Posting, Proof
from processes import clock

_PAID = (AttemptState.SUCCEEDED, AttemptState.REVERSED)


@dataclass(kw_only=True)
class _Theirs:
    """What the bill says about one key."""

    key: str
    payment_ref: str
    currency: str
    out: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Judged:
    finding: Finding
    critical: bool = False
    detail: str = ""
    outside: int = 0
    """Left the provider beside our books: the ceiling must fall by it."""


def reconcile(name: str, day: date) -> list[ReconciliationRow]:
    """Compare one day with one provider; return every row of it, matches included.

    Raises:
        BillUnavailable: the provider does not give it (yet).
    """
    bill = provider(name).download_bill(day)
    with transaction.atomic():
        theirs = _by_key(bill)
        rows = [_judge_and_keep(name, day, one) for one in theirs.values()]
        rows += [_only_ours(name, day, attempt) for attempt in _unbilled(name, day, theirs)]
    return rows


def _by_key(bill: Iterable[BillRow]) -> dict[str, _Theirs]:
    """The bill by key. What carries no key of ours was made by hand: its own number stands in."""
    theirs: dict[str, _Theirs] = {}
    for row in bill:
        key = row.provider_key or f"hand:{row.provider_ref}"
        one = theirs.setdefault(
            key, _Theirs(key=key, payment_ref=row.payment_ref, currency=row.currency)
        )
        (one.out if row.amount > 0 else one.back).append(row.amount)
    return theirs


def _judge_and_keep(name: str, day: date, one: _Theirs) -> ReconciliationRow:
    attempt = (
        RefundAttempt.objects.select_related("part__refund")
        .filter(part__provider=name, provider_key=one.key)
        .first()
    )
    judged = _judge(day, one, attempt) if attempt else _by_hand(one)
    row, fresh = ReconciliationRow.objects.get_or_create(
        provider=name,
        bill_date=day,
        provider_key=one.key,
        finding=judged.finding,
        defaults=_figures(attempt, judged, theirs=sum(one.out) + sum(one.back))
        | {"payment_ref": one.payment_ref, "currency": one.currency},
    )
    if fresh and judged.outside:
        _lower_ceiling(name, one.payment_ref, judged.outside)
    if judged.finding is Finding.MATCH:
        _put_right(name, day, one.key)
    return row


def _judge(day: date, one: _Theirs, attempt: RefundAttempt) -> _Judged:
    """Compare what they say about a key with what we know of it. The gravest first."""
    if len(one.out) > 1:
        return _Judged(
            finding=Finding.DUPLICATE_SUSPECT,
            critical=True,
            detail=f"Executed {len(one.out)} times",
            outside=sum(one.out[1:]),
        )
    if one.out and attempt.state in (AttemptState.ABANDONED, AttemptState.CLOSED):
        return _Judged(
            finding=Finding.DUPLICATE_SUSPECT,
            critical=True,
            detail=f"They paid a key that was {attempt.state}",
            # Unless their callback has said so before, and lowered the ceiling then.
            outside=0 if is_known(attempt, Finding.DUPLICATE_SUSPECT) else one.out[0],
        )
    wrong = _status_differs(one, attempt)
    if wrong:
        return _Judged(finding=Finding.STATUS_DIFF, critical=True, detail=wrong)
    if any(abs(moved) != attempt.part.amount for moved in one.out + one.back):
        return _Judged(finding=Finding.AMOUNT_DIFF, critical=True)
    if one.out and attempt.settled_at is not None and attempt.settled_at.date() != day:
        return _Judged(finding=Finding.LATE, detail=f"Ours is of {attempt.settled_at.date()}")
    return _Judged(finding=Finding.MATCH)


def _status_differs(one: _Theirs, attempt: RefundAttempt) -> str:
    """How their status and ours disagree; empty when they do not."""
    if one.out and attempt.state not in _PAID:
        return f"They paid, ours is {attempt.state}"
    if one.back and attempt.state != AttemptState.REVERSED:
        return "They took it back, ours stands"
    if one.out and not _posted(attempt, Posting.SETTLEMENT):
        return "Not in the ledger"
    return ""


def _by_hand(one: _Theirs) -> _Judged:
    return _Judged(
        finding=Finding.ONLY_THEIRS,
        critical=True,
        detail="Refunded without us, e.g. in the provider's console",
        outside=max(sum(one.out) + sum(one.back), 0),
    )


def _unbilled(name: str, day: date, theirs: dict[str, _Theirs]) -> Sequence[RefundAttempt]:
    """What we settled that day on the provider's word and is not on its bill."""
    begin = datetime.combine(day, time(), tzinfo=UTC)
    settled = RefundAttempt.objects.select_related("part__refund").filter(
        part__provider=name,
        state__in=_PAID,
        # Not `__date`: that is the day in the zone that pages are shown in.
        settled_at__gte=begin,
        settled_at__lt=begin + timedelta(days=1),
    )
    return [
        attempt
        for attempt in settled.exclude(proof=Proof.PEOPLE)
        if attempt.provider_key not in theirs
        # The provider paid the day before and we heard after midnight: that day's bill has it.
        and not (attempt.fact_at and attempt.fact_at.date() < day)
    ]


def _only_ours(name: str, day: date, attempt: RefundAttempt) -> ReconciliationRow:
    judged = _Judged(finding=Finding.ONLY_OURS, critical=True, detail="Not on their bill")
    row, _ = ReconciliationRow.objects.get_or_create(
        provider=name,
        bill_date=day,
        provider_key=attempt.provider_key,
        finding=Finding.ONLY_OURS,
        defaults=_figures(attempt, judged, theirs=None)
        | {"payment_ref": attempt.part.payment_ref, "currency": attempt.part.refund.currency},
    )
    return row


def _figures(
    attempt: RefundAttempt | None, judged: _Judged, *, theirs: int | None
) -> dict[str, object]:
    now = clock.now()
    settled = judged.finding in (Finding.MATCH, Finding.LATE)
    return {
        "refund_no": attempt.part.refund.refund_no if attempt else "",
        "ours": attempt.part.amount if attempt and attempt.state in _PAID else None,
        "theirs": theirs,
        "critical": judged.critical,
        "detail": judged.detail,
        "opened_at": now,
        "closed_at": now if settled else None,
        "closed_by": "reconciliation" if settled else "",
    }


def _posted(attempt: RefundAttempt, kind: Posting) -> bool:
    refund_no = attempt.part.refund.refund_no
    key = f"{refund_no}:{attempt.part.position}:{kind}:{attempt.provider_key}"
    return LedgerTransaction.objects.filter(posting_key=key).exists()


def _lower_ceiling(name: str, payment_ref: str, amount: int) -> None:
    found = orders.tender_of_payment(name, payment_ref)
    if found is not None:
        orders.record_outside_refund(*found, amount)


def _put_right(name: str, day: date, key: str) -> None:
    """A key that matches now leaves nothing open on that day."""
    still_open = ReconciliationRow.objects.filter(
        provider=name, bill_date=day, provider_key=key, closed_at__isnull=True
    )
    still_open.update(closed_at=clock.now(), closed_by="reconciliation", note="Matches now")


def count_findings(rows: Iterable[ReconciliationRow]) -> dict[str, int]:
    """How many of each class."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.finding] += 1
    return dict(counts)
