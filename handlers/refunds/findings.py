"""Writing down what does not fit: one row for each thing, with an owner, until it is closed."""

from __future__ import annotations

from handlers.refunds.models import ReconciliationRow, RefundAttempt
from handlers.refunds.states import Finding
from processes import clock


def note(
    attempt: RefundAttempt,
    finding: Finding,
    *,
    ours: int | None = None,
    theirs: int | None = None,
    critical: bool = False,
    detail: str = "",
) -> None:
    """Note a finding about one of our keys; the same on the same day is noted once."""
    now = clock.now()
    part = attempt.part
    ReconciliationRow.objects.get_or_create(
        provider=part.provider,
        bill_date=now.date(),
        provider_key=attempt.provider_key,
        finding=finding,
        defaults={
            "payment_ref": part.payment_ref,
            "refund_no": part.refund.refund_no,
            "ours": ours,
            "theirs": theirs,
            "currency": part.refund.currency,
            "critical": critical,
            "detail": detail[:400],
            "opened_at": now,
        },
    )


def is_known(attempt: RefundAttempt, finding: Finding) -> bool:
    """Whether that was found about the key before, on any day."""
    rows = ReconciliationRow.objects.filter(
        provider=attempt.part.provider, provider_key=attempt.provider_key, finding=finding
    )
    return rows.exists()
