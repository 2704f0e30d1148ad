"""What happens to an order's money: in flight, refunded, back, or moved outside of us."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from handlers.orders import books
from handlers.orders.models import Order, Tender
from handlers.orders.money import MoneyError
from handlers.orders.values import Movement

_joined = transaction.atomic(savepoint=False)
"""For what only refunds call, which roll back to a savepoint of their own."""


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
