"""Writing down what does not fit: one row for each thing, with an owner, until it is closed."""

from __future__ import annotations

from django.db.models import Q

from handlers.orders import api as orders
from handlers.refunds.models import ReconciliationRow, RefundAttempt, RefundOrder
from handlers.refunds.states import AttemptState, Finding
from processes import clock

REVERSED = "Reversed"


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


def is_known(attempt: RefundAttempt, finding: Finding) -> bool:
    """Whether that was found about the key before, on any day."""
    rows = ReconciliationRow.objects.filter(
        provider=attempt.part.provider, provider_key=attempt.provider_key, finding=finding
    )
    return rows.exists()
