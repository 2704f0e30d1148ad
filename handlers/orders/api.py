"""What other capabilities may ask of orders. Each function joins the caller's transaction.

Amounts are minor units of the order's currency.
"""

from __future__ import annotations

from handlers.orders import books, placing
from handlers.orders.ceiling import (
    Ceiling,
    LineCeiling,
    TenderCeiling,
    ceiling_of,
    max_shipping,
    value_of_units,
)
from handlers.orders.ceiling import max_request as max_request_of
from handlers.orders.errors import OrderError, UnbalancedOrder, UnitsGone, UnknownOrder
from handlers.orders.fulfilment import (
    confirm_overdue_receipts,
    confirm_receipt,
    mark_shipped,
    pause_receipt,
    resume_receipt,
)
from handlers.orders.listeners import on_shipped
from handlers.orders.marks import mark_aftersale, unmark_aftersale
from handlers.orders.money import CurrencyMismatch, Money, MoneyError, apportion, fill, shares
from handlers.orders.movements import (
    hold,
    record_outside_refund,
    record_outside_return,
    record_refund,
    record_reversal,
    settle_units,
    unhold,
)
from handlers.orders.reading import (
    currencies_in_use,
    get_order,
    lock_money,
    orders_of,
    orders_of_tenant,
    tender_of_payment,
)
from handlers.orders.values import (
    SHIPPING,
    Component,
    LineMoney,
    Mark,
    Movement,
    NewDiscount,
    NewLine,
    NewOrder,
    NewTender,
    OrderMoney,
    OrderStatus,
    ShippingGround,
    TenderMoney,
)

__all__ = [
    "SHIPPING",
    "Ceiling",
    "Component",
    "CurrencyMismatch",
    "LineCeiling",
    "LineMoney",
    "Mark",
    "Money",
    "MoneyError",
    "Movement",
    "NewDiscount",
    "NewLine",
    "NewOrder",
    "NewTender",
    "OrderError",
    "OrderMoney",
    "OrderStatus",
    "ShippingGround",
    "TenderCeiling",
    "TenderMoney",
    "UnbalancedOrder",
    "UnitsGone",
    "UnknownOrder",
    "apportion",
    "ceiling",
    "ceiling_of",
    "confirm_overdue_receipts",
    "confirm_receipt",
    "currencies_in_use",
    "fill",
    "get_order",
    "hold",
    "lock_money",
    "mark_aftersale",
    "mark_shipped",
    "max_request",
    "max_request_of",
    "max_shipping",
    "on_shipped",
    "orders_of",
    "orders_of_tenant",
    "pause_receipt",
    "place_order",
    "record_outside_refund",
    "record_outside_return",
    "record_refund",
    "record_reversal",
    "resume_receipt",
    "settle_units",
    "shares",
    "tender_of_payment",
    "unhold",
    "unmark_aftersale",
    "value_of_units",
]


def place_order(new: NewOrder) -> OrderMoney:
    """Store an order with its discounts apportioned.

    Raises:
        UnbalancedOrder: lines + shipping - discounts is not what the tenders paid.
    """
    return books.value_of(placing.place(new))


def ceiling(order_no: str) -> Ceiling:
    """The money proof: every figure of the ceiling with its parts."""
    return ceiling_of(get_order(order_no))


def max_request(
    order_no: str, line_no: str, qty: int | None = None, *, amount_only: bool = False
) -> int:
    """The most a buyer may ask for on one line now (the live hint), shipping not included.

    Raises:
        MoneyError: more units than the line has left.
    """
    return max_request_of(get_order(order_no), line_no=line_no, qty=qty, amount_only=amount_only)
