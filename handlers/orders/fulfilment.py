"""Goods leave and arrive; between the two runs the receipt timer (`receipt`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from handlers.orders import books, listeners, receipt
from handlers.orders.aggregation import may_complete
from handlers.orders.errors import UnitsGone
from handlers.orders.models import Order, OrderLine
from handlers.orders.reading import get_order
from handlers.orders.values import OrderMoney
from processes import clock


@transaction.atomic
def pause_receipt(order_no: str, case_no: str) -> None:
    """The receipt timer rests while this case is open; asking twice changes nothing."""
    receipt.pause(books.locked(order_no), case_no=case_no, at=clock.now())


@transaction.atomic
def resume_receipt(order_no: str, case_no: str) -> None:
    """This case no longer holds the receipt timer; asking twice changes nothing."""
    receipt.resume(books.locked(order_no), case_no=case_no, at=clock.now())


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
