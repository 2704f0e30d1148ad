"""Reading and moving an order's counters. Whoever moves them holds the order's row lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F

from handlers.orders.aggregation import mark_of, status_of
from handlers.orders.errors import UnknownOrder
from handlers.orders.models import Order, OrderLine, Tender
from handlers.orders.values import (
    SHIPPING,
    LineMoney,
    Mark,
    Movement,
    OrderMoney,
    OrderStatus,
    TenderMoney,
)


def locked(order_no: str) -> Order:
    """The order's row, locked until the transaction ends.

    Raises:
        UnknownOrder: there is none.
    """
    try:
        return Order.objects.select_for_update(no_key=True).get(order_no=order_no)
    except Order.DoesNotExist:
        raise UnknownOrder(order_no) from None


def values_of(orders: Iterable[Order], *, proof: bool = True) -> list[OrderMoney]:
    """The orders as values, in five statements however many they are.

    Without `proof` in three: the discount shares stay empty, which no decision needs.
    """
    orders = list(orders)
    ids = [order.pk for order in orders]
    lines: dict[int, list[OrderLine]] = {pk: [] for pk in ids}
    rows = OrderLine.objects.filter(order__in=ids).order_by("line_no")
    for line in rows.prefetch_related("discount_shares__discount") if proof else rows:
        lines[line.order_id].append(line)
    tenders: dict[int, list[Tender]] = {pk: [] for pk in ids}
    for tender in Tender.objects.filter(order__in=ids).order_by("position"):
        tenders[tender.order_id].append(tender)
    return [_value(order, lines[order.pk], tenders[order.pk], proof) for order in orders]


def value_of(order: Order, *, proof: bool = True) -> OrderMoney:
    """The order as a value."""
    return values_of([order], proof=proof)[0]


def move(order: Order, movement: Movement, *, refunded: int = 0, in_flight: int = 0) -> None:
    """Add the movement, times the two signs, to every counter it concerns.

    A hold is `in_flight=1`, its end `in_flight=-1`, a refund `refunded=1, in_flight=-1`.
    Units and entitlements follow `move_units`: a refund may arrive in several parts.
    """
    for component in movement.components:
        amount = component.amount
        if component.line_no == SHIPPING:
            Order.objects.filter(pk=order.pk).update(
                shipping_refunded=F("shipping_refunded") + refunded * amount,
                shipping_in_flight=F("shipping_in_flight") + in_flight * amount,
            )
        else:
            OrderLine.objects.filter(order=order, line_no=component.line_no).update(
                refunded=F("refunded") + refunded * amount,
                in_flight=F("in_flight") + in_flight * amount,
            )
    for tender_no, amount in movement.tenders:
        Tender.objects.filter(order=order, tender_no=tender_no).update(
            refunded=F("refunded") + refunded * amount,
            in_flight=F("in_flight") + in_flight * amount,
        )
    Order.objects.filter(pk=order.pk).update(
        refunded=F("refunded") + refunded * movement.amount,
        in_flight=F("in_flight") + in_flight * movement.amount,
    )


def move_units(
    order: Order, movement: Movement, *, refunded: int = 0, in_case: int = 0, entitled: int = 0
) -> None:
    """Add the movement's quantities and entitlements, times the signs, to its lines."""
    for component in movement.components:
        if component.line_no != SHIPPING and component.qty:
            OrderLine.objects.filter(order=order, line_no=component.line_no).update(
                refunded_qty=F("refunded_qty") + refunded * component.qty,
                in_case_qty=F("in_case_qty") + in_case * component.qty,
                entitled=F("entitled") + entitled * component.entitled,
            )


def restate(order_no: str) -> None:
    """Store the status and mark that follow from the rows."""
    order = Order.objects.get(order_no=order_no)
    value = value_of(order, proof=False)
    status, mark = status_of(value), mark_of(value)
    if (status, mark) != (value.status, value.mark):
        Order.objects.filter(pk=order.pk).update(status=status, mark=mark)


def cancel_unshipped(order: Order, quantities: Mapping[str, int]) -> None:
    """Refunded units that have not left will not leave: never more than were refunded, also
    when a refund came back and was paid once more."""
    with transaction.atomic():
        for line in OrderLine.objects.filter(order=order, line_no__in=quantities):
            more = line.cancelled + quantities[line.line_no]
            line.cancelled = min(more, line.ordered - line.shipped, line.refunded_qty)
            line.save(update_fields=["cancelled"])


def _value(order: Order, lines: list[OrderLine], tenders: list[Tender], proof: bool) -> OrderMoney:
    return OrderMoney(
        order_no=order.order_no,
        tenant=order.tenant,
        region=order.region,
        buyer=order.buyer,
        currency=order.currency,
        status=OrderStatus(order.status),
        mark=Mark(order.mark),
        paid=order.paid,
        refunded=order.refunded,
        in_flight=order.in_flight,
        outside=order.outside,
        excess=order.excess,
        shipping_paid=order.shipping_paid,
        shipping_refunded=order.shipping_refunded,
        shipping_in_flight=order.shipping_in_flight,
        lines=tuple(_line_value(line, proof) for line in lines),
        tenders=tuple(_tender_value(tender) for tender in tenders),
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        shipped_at=order.shipped_at,
        received_at=order.received_at,
        closed_at=order.closed_at,
        receipt_due_at=order.receipt_due_at,
        receipt_remaining=order.receipt_remaining,
    )


def _line_value(line: OrderLine, proof: bool) -> LineMoney:
    shares = line.discount_shares.all() if proof else ()
    return LineMoney(
        line_no=line.line_no,
        sku=line.sku,
        title=line.title,
        product_class=line.product_class,
        ordered=line.ordered,
        list_price=line.list_price,
        line_discount=line.line_discount,
        allocated={share.discount.code: share.amount for share in shares},
        paid=line.paid,
        refunded=line.refunded,
        in_flight=line.in_flight,
        entitled=line.entitled,
        refunded_qty=line.refunded_qty,
        in_case_qty=line.in_case_qty,
        cancelled=line.cancelled,
        shipped=line.shipped,
        received=line.received,
        returned=line.returned,
        exchanged_out=line.exchanged_out,
        exchanged_in=line.exchanged_in,
        open_cases=tuple(line.open_cases),
    )


def _tender_value(tender: Tender) -> TenderMoney:
    return TenderMoney(
        tender_no=tender.tender_no,
        kind=tender.kind,
        provider=tender.provider,
        payment_ref=tender.payment_ref,
        paid=tender.paid,
        refunded=tender.refunded,
        in_flight=tender.in_flight,
        outside=tender.outside,
        excess=tender.excess,
    )
