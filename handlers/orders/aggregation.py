"""The order's status as a function of its lines (flows §2.11). Pure; stored only for reading."""

from __future__ import annotations

from handlers.orders.values import LineMoney, Mark, OrderMoney, OrderStatus


def status_of(order: OrderMoney) -> OrderStatus:
    """Where the order stands; a partial refund changes nothing but the mark."""
    if order.closed_at is not None or _all_gone(order):
        return OrderStatus.CLOSED
    if order.paid_at is None:
        return OrderStatus.PENDING_PAYMENT
    if order.received_at is not None:
        return OrderStatus.COMPLETED
    if any(_still_to_ship(line) for line in order.lines):
        return OrderStatus.TO_SHIP
    return OrderStatus.TO_RECEIVE


def mark_of(order: OrderMoney) -> Mark:
    """The order-wide mark: a case in progress before a refund that happened."""
    if any(line.open_cases for line in order.lines):
        return Mark.AFTER_SALE
    if order.refunded and status_of(order) is not OrderStatus.CLOSED:
        return Mark.PARTIAL_REFUND
    return Mark.NONE


def may_complete(order: OrderMoney) -> bool:
    """Whether the receipt timer may complete the order: no case is open on any line."""
    return not any(line.open_cases for line in order.lines)


def _all_gone(order: OrderMoney) -> bool:
    """Every cent of every line was given back, and nobody argues any more."""
    return order.paid > 0 and all(
        line.refunded >= line.paid and not line.open_cases for line in order.lines
    )


def _still_to_ship(line: LineMoney) -> bool:
    return line.shipped + line.cancelled < line.ordered
