"""What can be wrong with a request about an order."""

from __future__ import annotations


class OrderError(Exception):
    """Base of this capability's errors."""


class UnknownOrder(OrderError):
    def __init__(self, order_no: str) -> None:
        super().__init__(f"Expected an order {order_no!r}, but there is none")


class UnbalancedOrder(OrderError):
    """What the lines and shipping cost is not what was paid."""

    def __init__(self, order_no: str, *, owed: int, paid: int) -> None:
        super().__init__(f"Expected {owed} to be paid for order {order_no}, but {paid} was")


class UnitsGone(OrderError):
    """More units than the line still has to ship or to cancel."""
