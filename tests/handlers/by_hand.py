"""A difference for the money desk: what somebody refunded in the provider's console."""

from __future__ import annotations

from datetime import datetime

from handlers.refunds.models import ReconciliationRow


def refunded_by_hand(opened: datetime) -> ReconciliationRow:
    """¥99.00 that stand on the provider's bill and not in our books, found at that moment."""
    return ReconciliationRow.objects.create(
        provider="simulator",
        bill_date=opened.date(),
        finding="ONLY_THEIRS",
        provider_key="hand:4711",
        theirs=9900,
        currency="CNY",
        critical=True,
        opened_at=opened,
    )
