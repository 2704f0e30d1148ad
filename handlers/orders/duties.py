"""What orders do by the clock."""

from __future__ import annotations

from datetime import timedelta

from handlers.orders.api import confirm_overdue_receipts
from processes.contract import Turn, duty


@duty("orders.confirm_overdue_receipts", every=timedelta(minutes=5))
def complete_overdue_orders(_turn: Turn) -> None:
    """T-RECV: who says nothing has received his goods."""
    while confirm_overdue_receipts():
        pass
