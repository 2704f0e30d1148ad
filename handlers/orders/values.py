"""Frozen values of an order's money: what crosses the capability's border.

Amounts are minor units of `currency`; quantities are whole units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

SHIPPING = ""
"""The line number under which shipping travels among an order's components."""


class OrderStatus(StrEnum):
    PENDING_PAYMENT = "pending_payment"
    TO_SHIP = "to_ship"
    TO_RECEIVE = "to_receive"
    COMPLETED = "completed"
    CLOSED = "closed"


class Mark(StrEnum):
    """What the buyer reads beside the status."""

    NONE = ""
    PARTIAL_REFUND = "partial_refund"
    AFTER_SALE = "after_sale"


class ShippingGround(StrEnum):
    """Why shipping may be refunded before everything else is."""

    NONE = ""
    SELLER_FAULT = "seller_fault"
    LAW = "law"
    POLICY = "policy"


@dataclass(frozen=True, kw_only=True)
class LineMoney:
    """An order line with its counters (flows §2.11)."""

    line_no: str
    sku: str
    title: str
    ordered: int
    list_price: int
    """For one unit."""
    line_discount: int
    """For the whole line."""
    allocated: Mapping[str, int] = field(default_factory=dict)
    """Share of each order-level discount, by discount code."""
    paid: int
    refunded: int = 0
    in_flight: int = 0
    entitled: int = 0
    """Nominal value of the units refunded or in a case; see `money.unit_value`."""
    refunded_qty: int = 0
    in_case_qty: int = 0
    cancelled: int = 0
    shipped: int = 0
    received: int = 0
    returned: int = 0
    exchanged_out: int = 0
    exchanged_in: int = 0
    open_cases: tuple[str, ...] = ()
    product_class: str = "general"

    @property
    def room(self) -> int:
        """ceiling_line: what may still be asked for, whatever the quantity."""
        return self.paid - self.refunded - self.in_flight

    @property
    def free_qty(self) -> int:
        """Units neither refunded nor in a case."""
        return self.ordered - self.refunded_qty - self.in_case_qty

    @property
    def mark(self) -> Mark:
        if self.open_cases:
            return Mark.AFTER_SALE
        return Mark.PARTIAL_REFUND if self.refunded else Mark.NONE


@dataclass(frozen=True, kw_only=True)
class TenderMoney:
    """One means of payment of an order."""

    tender_no: str
    kind: str
    """E.g. `wallet`, `card`, `points`, `gift_card`."""
    provider: str
    """Key of PAYMENT_PROVIDERS; empty for what we give back ourselves (points, gift card)."""
    payment_ref: str
    paid: int
    refunded: int = 0
    in_flight: int = 0
    outside: int = 0
    """Refunded by hand in the provider's console, found by reconciliation."""
    excess: int = 0
    """The same, found when no room was left for it: what is in flight must shrink by it."""

    @property
    def room(self) -> int:
        return self.paid - self.refunded - self.in_flight - self.outside - self.excess


@dataclass(frozen=True, kw_only=True)
class OrderMoney:
    """An order as after-sales sees it."""

    order_no: str
    tenant: str
    region: str
    buyer: str
    currency: str
    status: OrderStatus
    mark: Mark = Mark.NONE
    paid: int
    refunded: int = 0
    in_flight: int = 0
    outside: int = 0
    excess: int = 0
    shipping_paid: int = 0
    shipping_refunded: int = 0
    shipping_in_flight: int = 0
    lines: tuple[LineMoney, ...] = ()
    """By line number."""
    tenders: tuple[TenderMoney, ...] = ()
    """In the order in which they are refunded."""
    placed_at: datetime | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    received_at: datetime | None = None
    closed_at: datetime | None = None
    """Closed before it was paid; a refund in full closes an order without it."""
    receipt_due_at: datetime | None = None
    receipt_remaining: timedelta | None = None
    """Set while the receipt timer is paused."""

    @property
    def room(self) -> int:
        """ceiling_order."""
        return self.paid - self.refunded - self.in_flight - self.outside - self.excess

    @property
    def shipping_room(self) -> int:
        return self.shipping_paid - self.shipping_refunded - self.shipping_in_flight

    def line(self, line_no: str) -> LineMoney:
        """The line of that number.

        Raises:
            KeyError: the order has none.
        """
        for line in self.lines:
            if line.line_no == line_no:
                return line
        raise KeyError(f"Expected order {self.order_no} to have a line {line_no!r}")


@dataclass(frozen=True, kw_only=True)
class NewLine:
    line_no: str
    sku: str
    title: str
    qty: int
    list_price: int
    line_discount: int = 0
    product_class: str = "general"


@dataclass(frozen=True, kw_only=True)
class NewDiscount:
    """A discount on the whole order or on some of its lines."""

    code: str
    amount: int
    line_nos: Sequence[str] | None = None
    """None: every line."""
    funder: str = "merchant"


@dataclass(frozen=True, kw_only=True)
class NewTender:
    tender_no: str
    kind: str
    amount: int
    provider: str = ""
    payment_ref: str = ""


@dataclass(frozen=True, kw_only=True)
class NewOrder:
    order_no: str
    tenant: str
    buyer: str
    currency: str
    lines: Sequence[NewLine]
    tenders: Sequence[NewTender]
    region: str = ""
    shipping_paid: int = 0
    discounts: Sequence[NewDiscount] = ()
    placed_at: datetime | None = None
    paid_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Component:
    """A line's part, or shipping's (`line_no == SHIPPING`), of an amount on its way."""

    line_no: str
    amount: int
    qty: int = 0
    entitled: int = 0


@dataclass(frozen=True, kw_only=True)
class Movement:
    """An amount that moves between an order's counters: its components equal its tenders."""

    components: tuple[Component, ...]
    tenders: tuple[tuple[str, int], ...]
    """Pairs of tender number and amount."""

    @property
    def amount(self) -> int:
        return sum(component.amount for component in self.components)
