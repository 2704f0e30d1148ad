"""Orders in the database: placing, shipping, the receipt timer that rests and resumes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.orders import api as orders
from processes import clock
from tests.handlers.shop import shop_order, worked_example

pytestmark = pytest.mark.django_db

TEN_DAYS = timedelta(days=10)


def test_an_order_is_stored_with_its_discount_apportioned():
    order = worked_example()

    assert [line.paid for line in order.lines] == [18393, 11073, 7154]
    assert orders.ceiling(order.order_no).adds_up
    assert orders.orders_of("lin.buyer") == [order]
    assert orders.orders_of("wang.buyer") == []


def test_an_order_that_was_not_paid_what_it_costs_is_refused():
    with pytest.raises(orders.UnbalancedOrder):
        shop_order(lines=[(1, 1000)], tenders=[("wallet", 999)])


def test_an_unknown_currency_is_refused():
    with pytest.raises(orders.MoneyError):
        shop_order(lines=[(1, 1000)], currency="XYZ")


def test_the_live_hint_falls_with_what_other_cases_hold():
    order = worked_example()
    part = orders.Component(line_no="3", amount=2384, qty=1, entitled=2384)

    orders.hold(order.order_no, orders.Movement(components=(part,), tenders=(("1", 2384),)))

    assert orders.max_request(order.order_no, "3") == 4770
    assert orders.max_request(order.order_no, "3", amount_only=True) == 4770
    with pytest.raises(orders.MoneyError):
        orders.max_request(order.order_no, "3", 3)


def test_the_receipt_timer_rests_while_any_case_is_open_and_keeps_the_remainder():
    order = orders.mark_shipped(worked_example().order_no, receive_within=TEN_DAYS)
    clock.advance(timedelta(days=3))

    orders.pause_receipt(order.order_no, "C-1")
    orders.pause_receipt(order.order_no, "C-2")
    orders.pause_receipt(order.order_no, "C-1")
    clock.advance(timedelta(days=30))
    orders.resume_receipt(order.order_no, "C-1")
    resting = orders.get_order(order.order_no)
    orders.resume_receipt(order.order_no, "C-2")
    orders.resume_receipt(order.order_no, "C-2")

    assert resting.receipt_due_at is None
    assert abs(resting.receipt_remaining - timedelta(days=7)) < timedelta(seconds=5)
    due = orders.get_order(order.order_no).receipt_due_at
    assert abs(due - clock.now() - timedelta(days=7)) < timedelta(seconds=5)


def test_a_shipment_while_a_case_is_open_waits_at_full_length():
    order = worked_example()
    orders.pause_receipt(order.order_no, "C-1")

    shipped = orders.mark_shipped(order.order_no, receive_within=TEN_DAYS)

    assert (shipped.receipt_due_at, shipped.receipt_remaining) == (None, TEN_DAYS)


def test_overdue_receipts_are_confirmed_but_not_under_an_open_case():
    free, busy = (
        orders.mark_shipped(worked_example().order_no, receive_within=TEN_DAYS) for _ in range(2)
    )
    orders.mark_aftersale(busy.order_no, "C-1", ["1"])
    clock.advance(timedelta(days=10, seconds=1))

    assert orders.confirm_overdue_receipts() == 1

    assert orders.get_order(free.order_no).status is orders.OrderStatus.COMPLETED
    assert orders.get_order(busy.order_no).status is orders.OrderStatus.TO_RECEIVE


def test_a_mark_is_the_lines_own_and_goes_with_the_case():
    order = worked_example()
    orders.mark_aftersale(order.order_no, "C-1", ["2"])
    orders.mark_aftersale(order.order_no, "C-1", ["2"])

    marked = orders.get_order(order.order_no)
    assert [line.mark for line in marked.lines] == ["", "after_sale", ""]
    assert marked.mark == "after_sale"
    orders.unmark_aftersale(order.order_no, "C-1")
    assert orders.get_order(order.order_no) == order


def test_no_more_units_leave_than_there_are():
    order = worked_example()
    orders.mark_shipped(order.order_no, {"3": 2}, receive_within=TEN_DAYS)

    with pytest.raises(orders.UnitsGone):
        orders.mark_shipped(order.order_no, {"3": 2}, receive_within=TEN_DAYS)

    assert orders.get_order(order.order_no).status is orders.OrderStatus.TO_SHIP


def test_an_order_that_is_not_there_is_said_so():
    with pytest.raises(orders.UnknownOrder):
        orders.get_order("O-none")
    with pytest.raises(orders.UnknownOrder):
        orders.lock_money("O-none")
