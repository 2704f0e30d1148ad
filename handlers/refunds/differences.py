"""What a key's part of a bill means beside our own record: the class of it, and what of it our
books do not count. Decides nothing and stores nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from handlers.refunds.bills import Billed
from handlers.refunds.models import LedgerTransaction, RefundAttempt
from handlers.refunds.states import AttemptState, Finding, Posting, RefundState

PAID = (AttemptState.SUCCEEDED, AttemptState.REVERSED)
_GIVEN_UP = (AttemptState.ABANDONED, AttemptState.CLOSED)


@dataclass(frozen=True, kw_only=True)
class Judged:
    finding: Finding
    critical: bool = False
    detail: str = ""


def judge(day: date, one: Billed, attempt: RefundAttempt | None, *, twice: bool) -> Judged:
    """Compare what they say about a key with what we know of it. The gravest first."""
    if attempt is None:
        detail = "Refunded without us, e.g. in the provider's console"
        if one.net < 0:
            detail = "Came back without us: what can still be refunded rises by it, if it had left"
        return Judged(finding=Finding.ONLY_THEIRS, critical=True, detail=detail)
    if many := _paid_too_often(one, attempt, twice=twice):
        return Judged(finding=Finding.DUPLICATE_SUSPECT, critical=True, detail=many)
    if wrong := _status_differs(one, attempt):
        return Judged(finding=Finding.STATUS_DIFF, critical=True, detail=wrong)
    if wrong := _figures_differ(one, attempt):
        return Judged(finding=Finding.AMOUNT_DIFF, critical=True, detail=wrong)
    if one.out and attempt.settled_at is not None and attempt.settled_at.date() != day:
        return Judged(finding=Finding.LATE, detail=f"Ours is of {attempt.settled_at.date()}")
    return Judged(finding=Finding.MATCH)


def _paid_too_often(one: Billed, attempt: RefundAttempt, *, twice: bool) -> str:
    if len(one.out) > 1:
        return f"Executed {len(one.out)} times"
    if one.out and _is_given_up(attempt):
        return f"They paid a key that was {attempt.state}"
    return "Executed on another day as well" if twice else ""


def _status_differs(one: Billed, attempt: RefundAttempt) -> str:
    """How their status and ours disagree; empty when they do not."""
    if one.out and attempt.state not in PAID:
        return f"They paid, ours is {attempt.state}"
    if one.back and attempt.state != AttemptState.REVERSED:
        return "They took it back, ours stands"
    if one.out and not _posted(attempt, Posting.SETTLEMENT):
        return "Not in the ledger"
    return ""


def _figures_differ(one: Billed, attempt: RefundAttempt) -> str:
    """Which figures are not those of our own record; empty when all are."""
    part = attempt.part
    alike = {
        "amount": all(abs(moved) == part.amount for moved in one.amounts),
        "currency": one.currency == part.refund.currency,
        "payment": one.payment_ref == part.payment_ref,
        "payment or currency": one.uniform,
    }
    wrong = ", ".join(name for name, same in alike.items() if not same)
    return f"Their bill differs in {wrong}" if wrong else ""


def beside_our_books(one: Billed, attempt: RefundAttempt | None, before: Collection[int]) -> int:
    """So much of what left, over all days, our books do not count; `before` are the nets of what
    other bills and lines say about the same money."""
    counted = 0
    if attempt is not None and not _is_given_up(attempt):
        came_back = bool(one.back) or any(net <= 0 for net in before)
        taken_back = attempt.state == AttemptState.REVERSED and came_back
        counted = 0 if taken_back else attempt.part.amount
    return max(one.net + sum(before) - counted, 0)


def _is_given_up(attempt: RefundAttempt) -> bool:
    cancelled = attempt.part.refund.state == RefundState.CANCELLED
    return cancelled or attempt.state in _GIVEN_UP


def _posted(attempt: RefundAttempt, kind: Posting) -> bool:
    refund_no = attempt.part.refund.refund_no
    key = f"{refund_no}:{attempt.part.position}:{kind}:{attempt.provider_key}"
    return LedgerTransaction.objects.filter(posting_key=key).exists()
