"""What the rules are told about an order and its buyer before a case opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from handlers.cases.models import Case
from handlers.cases.reasons import Reason
from handlers.cases.status import Status
from handlers.orders import api as orders
from handlers.orders.api import OrderMoney, OrderStatus, ShippingGround

ORDER_STATUS = {
    OrderStatus.PENDING_PAYMENT: "unpaid",
    OrderStatus.TO_SHIP: "paid",
    OrderStatus.TO_RECEIVE: "shipped",
    OrderStatus.COMPLETED: "received",
    OrderStatus.CLOSED: "closed",
}
"""The words of the decision tables for an order's status."""

_SELLERS_FAULT = frozenset(
    {Reason.NOT_RECEIVED, Reason.DAMAGED, Reason.MISSING_PART, Reason.WRONG_ITEM, Reason.QUALITY}
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The variable `facts` of a case."""

    order_status: str
    days_since_receipt: int | None
    """Whole days; None while the goods are not received."""
    applications: int
    """Of the line applied for most often, this application not counted."""
    open_case: bool
    trust: int
    """0 to 100, from the buyer's own history."""
    paid: int
    product_class: str

    def as_variables(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


def variables_of(case: Case) -> dict[str, Any]:
    """What every process about a case is told of it."""
    return {
        "case_no": case.case_no,
        "order_no": case.order_no,
        "tenant": case.tenant,
        "region": case.region,
        "buyer": case.buyer,
        "currency": case.currency,
    }


def facts_of(
    order: OrderMoney,
    *,
    line_nos: Sequence[str],
    applications: dict[str, int],
    open_case: bool,
    trust: int,
    now: datetime,
) -> Facts:
    """Collect the facts; the caller holds the order's lock when they decide about money."""
    received = order.received_at
    return Facts(
        order_status=ORDER_STATUS[order.status],
        days_since_receipt=None if received is None else (now - received).days,
        applications=max((applications.get(line_no, 0) for line_no in line_nos), default=0),
        open_case=open_case,
        trust=trust,
        paid=order.paid,
        product_class=order.line(line_nos[0]).product_class,
    )


def is_shipped(order: OrderMoney) -> bool:
    """Whether anything of the order has left."""
    return order.shipped_at is not None


def shipping_ground(reason: str) -> ShippingGround:
    """Why shipping may come back with part of the goods, if it may."""
    fault = reason in {one.value for one in _SELLERS_FAULT}
    return ShippingGround.SELLER_FAULT if fault else ShippingGround.NONE


_START = 70
_FOR_AN_ORDER = 3
_FOR_A_LOST_DISPUTE = 20
_FOR_A_WITHDRAWAL = 5


def trust_of(buyer: str) -> int:
    """How much a buyer's history speaks for him: orders kept raise it, lost disputes lower it.

    Our choice, no source: enough to let small refunds of long-standing buyers pass by rule.
    """
    kept = sum(
        order.status is OrderStatus.COMPLETED and not order.refunded
        for order in orders.orders_of(buyer)
    )
    past = list(Case.objects.filter(buyer=buyer).values_list("status", flat=True)[:200])
    points = (
        _START
        + _FOR_AN_ORDER * kept
        - _FOR_A_LOST_DISPUTE * past.count(Status.CLOSED_BY_VERDICT)
        - _FOR_A_WITHDRAWAL * past.count(Status.WITHDRAWN)
    )
    return max(0, min(100, points))
