"""The most that a case may hold: of a line, of shipping, of the order and its tenders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.orders import api as orders
from handlers.refunds.errors import AboveCeiling, BadAmount
from handlers.refunds.models import HoldLine


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a case asks for on one line; an empty line number is shipping's."""

    line_no: str
    qty: int | None
    """None: money only."""
    amount: int


def check_whole(amount: int) -> None:
    """Whatever the type checker could not see: no fraction ever becomes money (M15).

    Raises:
        BadAmount: not a whole number of minor units.
    """
    if type(amount) is not int:
        raise BadAmount(f"Expected whole minor units, but found {amount!r}")


def check_amounts(wishes: Sequence[Wish]) -> None:
    """Refuse wishes that name a line twice, less than nothing, or nothing in all.

    Raises:
        BadAmount
    """
    numbers = [wish.line_no for wish in wishes]
    if len(set(numbers)) != len(numbers):
        raise BadAmount("Expected each line once")
    for wish in wishes:
        check_whole(wish.amount)
    if sum(wish.amount for wish in wishes) <= 0 or any(wish.amount < 0 for wish in wishes):
        raise BadAmount("Expected an amount above 0")


def cap_of(
    order: orders.OrderMoney,
    wish: Wish,
    wishes: Sequence[Wish],
    ground: orders.ShippingGround,
) -> int:
    """The most one wish may ask for, the order's own ceiling aside."""
    if wish.line_no == orders.SHIPPING:
        taking = {other.line_no: other.qty or 0 for other in wishes}
        return orders.max_shipping(order, taking=taking, ground=ground)
    try:
        return orders.max_request_of(
            order, line_no=wish.line_no, qty=wish.qty, amount_only=wish.qty is None
        )
    except (orders.MoneyError, KeyError) as error:
        raise BadAmount(str(error)) from error


def check_caps(order: orders.OrderMoney, amounts: Sequence[int], caps: Sequence[int]) -> None:
    """Refuse more than the caps, the order or its tenders have room for.

    Raises:
        AboveCeiling: with the most that could be held.
    """
    most = min(sum(caps), order.room, sum(max(tender.room, 0) for tender in order.tenders))
    asked = sum(amounts)
    if asked > most or any(amount > cap for amount, cap in zip(amounts, caps, strict=True)):
        raise AboveCeiling(asked=asked, max_amount=max(most, 0))


def own_cap(order: orders.OrderMoney, line: HoldLine) -> int:
    """The most that a held line may grow to; `order` no longer counts its hold."""
    if line.line_no == orders.SHIPPING:
        return order.shipping_room
    room = order.line(line.line_no).room
    return min(room, line.entitled) if line.qty else room
