"""What other capabilities may ask of orders. Each function joins the caller's transaction.

Amounts are minor units of the order's currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from handlers.orders import books, listeners, placing, receipt
from handlers.orders.aggregation import may_complete
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
from handlers.orders.listeners import on_shipped
from handlers.orders.models import Order, OrderLine, Tender
from handlers.orders.money import CurrencyMismatch, Money, MoneyError, apportion, fill, shares
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
from processes import clock

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

_joined = transaction.atomic(savepoint=False)
"""For what only refunds call, which roll back to a savepoint of their own."""


def place_order(new: NewOrder) -> OrderMoney:
    """Store an order with its discounts apportioned.

    Raises:
        UnbalancedOrder: lines + shipping - discounts is not what the tenders paid.
    """
    return books.value_of(placing.place(new))


def currencies_in_use() -> dict[str, set[str]]:
    """In which currencies each tenant has orders."""
    found: dict[str, set[str]] = {}
    for tenant, currency in Order.objects.values_list("tenant", "currency").distinct():
        found.setdefault(tenant, set()).add(currency)
    return found


def get_order(order_no: str) -> OrderMoney:
    """The order without a lock: to show, not to decide by.

    Raises:
        UnknownOrder: there is none.
    """
    try:
        return books.value_of(Order.objects.get(order_no=order_no))
    except Order.DoesNotExist:
        raise UnknownOrder(order_no) from None


def orders_of(buyer: str, *, limit: int = 50) -> list[OrderMoney]:
    """The buyer's orders, newest first."""
    return books.values_of(Order.objects.filter(buyer=buyer).order_by("-placed_at", "-pk")[:limit])


def orders_of_tenant(tenant: str, *, limit: int = 50) -> list[OrderMoney]:
    """The seller's orders, newest first."""
    rows = Order.objects.filter(tenant=tenant).order_by("-placed_at", "-pk")
    return books.values_of(rows[:limit])


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


def lock_money(order_no: str) -> OrderMoney:
    """The order as it is, with its money row locked until the transaction ends.

    To decide by: the discount shares, which only the proof shows, are left out.
    """
    return books.value_of(books.locked(order_no), proof=False)


@_joined
def hold(order_no: str, movement: Movement) -> None:
    """Put an amount in flight; the units of its lines count as in a case."""
    order = books.locked(order_no)
    books.move(order, movement, in_flight=1)
    books.move_units(order, movement, in_case=1, entitled=1)


@_joined
def unhold(order_no: str, movement: Movement) -> None:
    """Take an amount out of flight unpaid; its units are free again."""
    order = books.locked(order_no)
    books.move(order, movement, in_flight=-1)
    books.move_units(order, movement, in_case=-1, entitled=-1)
    books.restate(order_no)


@_joined
def record_refund(order_no: str, movement: Movement) -> None:
    """An amount in flight has reached the buyer."""
    books.move(books.locked(order_no), movement, refunded=1, in_flight=-1)
    books.restate(order_no)


@_joined
def record_reversal(order_no: str, movement: Movement) -> None:
    """An amount that had reached the buyer came back: it is in flight again."""
    books.move(books.locked(order_no), movement, refunded=-1, in_flight=1)
    books.restate(order_no)


@_joined
def settle_units(order_no: str, movement: Movement, *, reverse: bool = False) -> None:
    """The units of a refund that is complete are refunded, no longer in a case.

    Those that were not shipped yet never will be. `reverse` undoes the first half.
    """
    order = books.locked(order_no)
    sign = -1 if reverse else 1
    books.move_units(order, movement, refunded=sign, in_case=-sign)
    if not reverse:
        books.cancel_unshipped(
            order, {part.line_no: part.qty for part in movement.components if part.qty}
        )
    books.restate(order_no)


@transaction.atomic
def record_outside_refund(order_no: str, tender_no: str, amount: int) -> int:
    """Someone refunded by hand in the provider's console: lower the ceiling by it.

    Returns what found no room any more: it stands as excess, and no refund of the order
    leaves before what is in flight has shrunk by it.
    """
    order = books.locked(order_no)
    tender = next(t for t in books.value_of(order).tenders if t.tender_no == tender_no)
    taken = min(amount, max(tender.room, 0))
    found = {"outside": F("outside") + taken, "excess": F("excess") + amount - taken}
    Tender.objects.filter(order=order, tender_no=tender_no).update(**found)
    Order.objects.filter(pk=order.pk).update(**found)
    return amount - taken


@transaction.atomic
def record_outside_return(order_no: str, tender_no: str, amount: int) -> None:
    """What was refunded outside is proven to be back: it can be refunded again. What had found
    no room falls away first.

    Raises:
        MoneyError: more than was refunded outside.
    """
    order = books.locked(order_no)
    tender = next(t for t in books.value_of(order).tenders if t.tender_no == tender_no)
    excess = min(amount, tender.excess)
    if not 0 < amount <= tender.outside + tender.excess:
        raise MoneyError(f"Expected at most {tender.outside + tender.excess} back, not {amount}")
    found = {"outside": F("outside") - (amount - excess), "excess": F("excess") - excess}
    Tender.objects.filter(order=order, tender_no=tender_no).update(**found)
    Order.objects.filter(pk=order.pk).update(**found)


def tender_of_payment(provider: str, payment_ref: str) -> tuple[str, str] | None:
    """The order number and tender number that a provider's payment belongs to."""
    row = Tender.objects.filter(provider=provider, payment_ref=payment_ref)
    return row.values_list("order__order_no", "tender_no").first()


@transaction.atomic
def pause_receipt(order_no: str, case_no: str) -> None:
    """The receipt timer rests while this case is open; asking twice changes nothing."""
    receipt.pause(books.locked(order_no), case_no=case_no, at=clock.now())


@transaction.atomic
def resume_receipt(order_no: str, case_no: str) -> None:
    """This case no longer holds the receipt timer; asking twice changes nothing."""
    receipt.resume(books.locked(order_no), case_no=case_no, at=clock.now())


@transaction.atomic
def mark_aftersale(order_no: str, case_no: str, line_nos: Sequence[str]) -> None:
    """Mark the lines as in a case; asking twice changes nothing."""
    order = books.locked(order_no)
    for line in OrderLine.objects.filter(order=order, line_no__in=line_nos):
        if case_no not in line.open_cases:
            line.open_cases = [*line.open_cases, case_no]
            line.save(update_fields=["open_cases"])
    books.restate(order_no)


@transaction.atomic
def unmark_aftersale(order_no: str, case_no: str) -> None:
    """Take the case's marks off all lines; asking twice changes nothing."""
    order = books.locked(order_no)
    for line in OrderLine.objects.filter(order=order, open_cases__contains=[case_no]):
        line.open_cases = [other for other in line.open_cases if other != case_no]
        line.save(update_fields=["open_cases"])
    books.restate(order_no)


@transaction.atomic
def mark_shipped(
    order_no: str,
    quantities: Mapping[str, int] | None = None,
    *,
    receive_within: timedelta,
    at: datetime | None = None,
) -> OrderMoney:
    """Units have left, all that still can when no quantities are given; the receipt timer starts.

    `at`: when they left, if that was not just now.

    Raises:
        UnitsGone: more units than the line still has to ship.
    """
    order = books.locked(order_no)
    for line in OrderLine.objects.filter(order=order):
        waiting = line.ordered - line.shipped - line.cancelled
        leaving = waiting if quantities is None else quantities.get(line.line_no, 0)
        if not 0 <= leaving <= waiting:
            raise UnitsGone(f"Expected at most {waiting} of {line} to ship, but found {leaving}")
        OrderLine.objects.filter(pk=line.pk).update(shipped=F("shipped") + leaving)
    order.shipped_at = at or clock.now()
    order.save(update_fields=["shipped_at"])
    receipt.start(order, at=order.shipped_at, within=receive_within)
    books.restate(order_no)
    shipped = get_order(order_no)
    listeners.tell(shipped)
    return shipped


@transaction.atomic
def confirm_receipt(order_no: str, *, at: datetime | None = None) -> OrderMoney:
    """The buyer has the goods: the order is complete, its receipt timer is gone."""
    order = books.locked(order_no)
    if order.received_at is None:
        order.received_at = at or clock.now()
        order.save(update_fields=["received_at"])
        OrderLine.objects.filter(order=order).update(received=F("shipped"))
        receipt.stop(order)
    books.restate(order_no)
    return get_order(order_no)


def confirm_overdue_receipts(*, limit: int = 100) -> int:
    """Complete the orders whose receipt timer has run out; each in its own transaction."""
    due = Order.objects.filter(receipt_due_at__lte=clock.now(), received_at__isnull=True)
    confirmed = 0
    for order_no in due.order_by("receipt_due_at").values_list("order_no", flat=True)[:limit]:
        with transaction.atomic():
            order = books.locked(order_no)
            overdue = order.receipt_due_at is not None and order.receipt_due_at <= clock.now()
            if overdue and may_complete(books.value_of(order)):
                confirm_receipt(order_no)
                confirmed += 1
    return confirmed
