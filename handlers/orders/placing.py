"""How an order comes into our books: discounts apportioned, every equation checked."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from handlers.orders.errors import UnbalancedOrder
from handlers.orders.models import Discount, DiscountShare, Order, OrderLine, Tender
from handlers.orders.money import apportion, exponent_of
from handlers.orders.values import NewDiscount, NewLine, NewOrder, OrderStatus
from handlers.sharding import shard_of
from processes import clock


@transaction.atomic
def place(new: NewOrder) -> Order:
    """Store an order.

    Raises:
        UnbalancedOrder: lines + shipping - discounts is not what the tenders paid.
        MoneyError: an unknown currency, or a discount above what it applies to.
    """
    exponent_of(new.currency)
    lines = sorted(new.lines, key=lambda line: line.line_no)
    shares = _allocate(lines, new.discounts)
    paid = {
        line.line_no: _net(line) - sum(share[line.line_no] for share in shares) for line in lines
    }
    total = sum(tender.amount for tender in new.tenders)
    if min(paid.values(), default=0) < 0 or sum(paid.values()) + new.shipping_paid != total:
        raise UnbalancedOrder(new.order_no, owed=sum(paid.values()) + new.shipping_paid, paid=total)
    order = _store_order(new, total)
    rows = [_line(order, line, paid[line.line_no]) for line in lines]
    OrderLine.objects.bulk_create(rows)
    _store_discounts(order, new.discounts, shares, rows)
    _store_tenders(order, new)
    return order


def _net(line: NewLine) -> int:
    return line.list_price * line.qty - line.line_discount


def _allocate(lines: Sequence[NewLine], discounts: Sequence[NewDiscount]) -> list[dict[str, int]]:
    """The share of each discount on each line: Hamilton over the net value of eligible lines."""
    allocated = []
    for discount in discounts:
        eligible = [
            line for line in lines if discount.line_nos is None or line.line_no in discount.line_nos
        ]
        parts = apportion(discount.amount, [_net(line) for line in eligible])
        share = {line.line_no: 0 for line in lines}
        share.update({line.line_no: part for line, part in zip(eligible, parts, strict=True)})
        allocated.append(share)
    return allocated


def _store_order(new: NewOrder, total: int) -> Order:
    return Order.objects.create(
        order_no=new.order_no,
        tenant=new.tenant,
        region=new.region,
        shard=shard_of(new.order_no),
        buyer=new.buyer,
        currency=new.currency,
        status=OrderStatus.TO_SHIP if new.paid_at else OrderStatus.PENDING_PAYMENT,
        paid=total,
        shipping_paid=new.shipping_paid,
        placed_at=new.placed_at or clock.now(),
        paid_at=new.paid_at,
    )


def _line(order: Order, line: NewLine, paid: int) -> OrderLine:
    return OrderLine(
        order=order,
        line_no=line.line_no,
        sku=line.sku,
        title=line.title,
        product_class=line.product_class,
        ordered=line.qty,
        list_price=line.list_price,
        line_discount=line.line_discount,
        paid=paid,
    )


def _store_discounts(
    order: Order,
    discounts: Sequence[NewDiscount],
    shares: Sequence[dict[str, int]],
    rows: Sequence[OrderLine],
) -> None:
    for discount, share in zip(discounts, shares, strict=True):
        stored = Discount.objects.create(
            order=order, code=discount.code, amount=discount.amount, funder=discount.funder
        )
        DiscountShare.objects.bulk_create(
            DiscountShare(discount=stored, line=row, amount=share[row.line_no])
            for row in rows
            if share[row.line_no]
        )


def _store_tenders(order: Order, new: NewOrder) -> None:
    Tender.objects.bulk_create(
        Tender(
            order=order,
            tender_no=tender.tender_no,
            position=position,
            kind=tender.kind,
            provider=tender.provider,
            payment_ref=tender.payment_ref,
            paid=tender.amount,
        )
        for position, tender in enumerate(new.tenders)
    )
