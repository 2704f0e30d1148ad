"""Units that were refunded and units that will not leave are the same units, counted once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.orders import api as orders
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.django_db


def part(qty: int) -> orders.Movement:
    """So many units of line 1."""
    return orders.Movement(
        components=(orders.Component(line_no="1", amount=0, qty=qty),), tenders=()
    )


@pytest.fixture
def three() -> str:
    """Three units of one line and ¥12.00 shipping, nothing shipped."""
    return shop_order(lines=[(3, 1000)], shipping=1200).order_no


def refund(order_no: str, qty: int, *, reverse: bool = False) -> orders.OrderMoney:
    """What the end of a refund, or of its reversal, does to the units."""
    if not reverse and orders.get_order(order_no).lines[0].in_case_qty < qty:
        orders.hold(order_no, part(qty))
    orders.settle_units(order_no, part(qty), reverse=reverse)
    return orders.get_order(order_no)


def test_shipping_stays_while_a_unit_is_still_to_leave(three):
    order = refund(three, 1)

    none = orders.ShippingGround.NONE
    assert orders.max_shipping(order, taking={"1": 1}, ground=none) == 0
    assert orders.max_shipping(order, taking={"1": 2}, ground=none) == 1200


def test_what_cost_nothing_does_not_keep_shipping_back():
    order = shop_order(lines=[(1, 1000), (1, 0)], shipping=800)

    none = orders.ShippingGround.NONE
    assert orders.max_shipping(order, taking={"1": 1}, ground=none) == 800


def test_a_refund_that_came_back_and_was_paid_again_cancels_its_units_once(three):
    refund(three, 1)
    refund(three, 1, reverse=True)
    order = refund(three, 1)

    assert order.lines[0].cancelled == 1
    assert orders.mark_shipped(three, {"1": 2}, receive_within=timedelta(days=10))
