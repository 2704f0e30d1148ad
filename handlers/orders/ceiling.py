"""The refund ceiling (flows §2.12): how much may still be asked for, and why exactly that much.

Pure. The same figures guard a refund under the order's lock and fill the money proof panel.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.orders.money import MoneyError, unit_value
from handlers.orders.values import LineMoney, OrderMoney, ShippingGround, TenderMoney


@dataclass(frozen=True, kw_only=True)
class LineCeiling:
    """One line of the proof: `paid - refunded - in_flight = ceiling`."""

    line_no: str
    title: str
    gross: int
    line_discount: int
    allocated: tuple[tuple[str, int], ...]
    """Pairs of discount code and share; `gross - line_discount - sum = paid`."""
    paid: int
    refunded: int
    in_flight: int
    ceiling: int
    units: tuple[int, ...]
    """What each unit that is left is worth, in the order in which they would be refunded."""


@dataclass(frozen=True, kw_only=True)
class TenderCeiling:
    tender_no: str
    kind: str
    paid: int
    refunded: int
    in_flight: int
    outside: int
    ceiling: int


@dataclass(frozen=True, kw_only=True)
class Ceiling:
    """The whole proof: lines + shipping = order = tenders, each figure with its parts."""

    order_no: str
    currency: str
    lines: tuple[LineCeiling, ...]
    shipping_paid: int
    shipping_refunded: int
    shipping_in_flight: int
    shipping_ceiling: int
    tenders: tuple[TenderCeiling, ...]
    paid: int
    refunded: int
    in_flight: int
    outside: int
    ceiling: int

    @property
    def adds_up(self) -> bool:
        """Whether every equation of the proof holds."""
        return (
            self.paid == sum(line.paid for line in self.lines) + self.shipping_paid
            and self.paid == sum(tender.paid for tender in self.tenders)
            and self.refunded == sum(line.refunded for line in self.lines) + self.shipping_refunded
            and self.refunded == sum(tender.refunded for tender in self.tenders)
            and self.in_flight
            == sum(line.in_flight for line in self.lines) + self.shipping_in_flight
            and self.in_flight == sum(tender.in_flight for tender in self.tenders)
            and self.ceiling == sum(tender.ceiling for tender in self.tenders)
            and all(
                line.paid
                == line.gross - line.line_discount - sum(share for _, share in line.allocated)
                for line in self.lines
            )
        )


def ceiling_of(order: OrderMoney) -> Ceiling:
    """Take the order's money apart."""
    return Ceiling(
        order_no=order.order_no,
        currency=order.currency,
        lines=tuple(_line_ceiling(line) for line in order.lines),
        shipping_paid=order.shipping_paid,
        shipping_refunded=order.shipping_refunded,
        shipping_in_flight=order.shipping_in_flight,
        shipping_ceiling=order.shipping_room,
        tenders=tuple(_tender_ceiling(tender) for tender in order.tenders),
        paid=order.paid,
        refunded=order.refunded,
        in_flight=order.in_flight,
        outside=order.outside + order.excess,
        ceiling=order.room,
    )


def max_request(
    order: OrderMoney, *, line_no: str, qty: int | None = None, amount_only: bool = False
) -> int:
    """The most a buyer may ask for on one line, shipping not included.

    `qty` None means every unit that is left; `amount_only` asks for money without giving
    up a unit, and is bounded by the line's ceiling alone.
    """
    line = order.line(line_no)
    bounds = [line.room, order.room, sum(tender.room for tender in order.tenders)]
    if not amount_only:
        wanted = line.free_qty if qty is None else qty
        bounds.append(value_of_units(line, wanted) if wanted else 0)
    return max(min(bounds), 0)


def value_of_units(line: LineMoney, qty: int) -> int:
    """What the next `qty` units of the line are worth.

    Raises:
        MoneyError: the line has not that many left.
    """
    return unit_value(
        line.paid,
        ordered=line.ordered,
        taken=line.refunded_qty + line.in_case_qty,
        entitled=line.entitled,
        qty=qty,
    )


def max_shipping(order: OrderMoney, *, taking: dict[str, int], ground: ShippingGround) -> int:
    """How much shipping may be asked for by a case that takes `taking` units of each line.

    Shipping comes back with the last unit that cost anything, or on a ground of its own.
    """
    if ground is not ShippingGround.NONE:
        return order.shipping_room
    everything = all(
        line.refunded_qty + taking.get(line.line_no, 0) >= line.ordered
        for line in order.lines
        if line.paid
    )
    return order.shipping_room if everything else 0


def _tender_ceiling(tender: TenderMoney) -> TenderCeiling:
    return TenderCeiling(
        tender_no=tender.tender_no,
        kind=tender.kind,
        paid=tender.paid,
        refunded=tender.refunded,
        in_flight=tender.in_flight,
        outside=tender.outside + tender.excess,
        ceiling=tender.room,
    )


def _line_ceiling(line: LineMoney) -> LineCeiling:
    return LineCeiling(
        line_no=line.line_no,
        title=line.title,
        gross=line.list_price * line.ordered,
        line_discount=line.line_discount,
        allocated=tuple(sorted(line.allocated.items())),
        paid=line.paid,
        refunded=line.refunded,
        in_flight=line.in_flight,
        ceiling=line.room,
        units=_values_left(line),
    )


def _values_left(line: LineMoney) -> tuple[int, ...]:
    values = []
    taken, entitled = line.refunded_qty + line.in_case_qty, line.entitled
    for _ in range(line.free_qty):
        value = unit_value(line.paid, ordered=line.ordered, taken=taken, entitled=entitled, qty=1)
        values.append(value)
        taken, entitled = taken + 1, entitled + value
    return tuple(values)


__all__ = [
    "Ceiling",
    "LineCeiling",
    "MoneyError",
    "TenderCeiling",
    "ceiling_of",
    "max_request",
    "max_shipping",
    "value_of_units",
]
