"""The ceiling: the worked example to the cent, and any order refunded in any way."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.orders.ceiling import ceiling_of, max_request, max_shipping, value_of_units
from handlers.orders.money import apportion, fill
from handlers.orders.values import (
    LineMoney,
    OrderMoney,
    OrderStatus,
    ShippingGround,
    TenderMoney,
)


def order_of(lines, *, discount=0, shipping=0, cuts=()):
    """A pure order: pairs of quantity and price, a discount over all lines, tender cuts."""
    nets = [qty * price for qty, price in lines]
    shares = apportion(discount, nets)
    paid = sum(nets) - discount + shipping
    edges = [0, *sorted(cuts), paid]
    return OrderMoney(
        order_no="O-1",
        tenant="lingyue",
        region="cn-east",
        buyer="lin.buyer",
        currency="CNY",
        status=OrderStatus.TO_SHIP,
        paid=paid,
        shipping_paid=shipping,
        lines=tuple(
            LineMoney(
                line_no=str(number),
                sku="S",
                title="T",
                ordered=qty,
                list_price=price,
                line_discount=0,
                allocated={"COUPON": share} if share else {},
                paid=net - share,
            )
            for number, ((qty, price), net, share) in enumerate(
                zip(lines, nets, shares, strict=True), 1
            )
        ),
        tenders=tuple(
            TenderMoney(
                tender_no=str(number), kind="wallet", provider="p", payment_ref="r", paid=b - a
            )
            for number, (a, b) in enumerate(pairwise(edges), 1)
        ),
    )


def refund(order, line_no, qty, amount, shipping=0):
    """The order after a refund, all counters moved as the database would."""
    line = order.line(line_no)
    entitled = value_of_units(line, qty) if qty else 0
    parts = fill(amount + shipping, [tender.room for tender in order.tenders])
    return replace(
        order,
        refunded=order.refunded + amount + shipping,
        shipping_refunded=order.shipping_refunded + shipping,
        lines=tuple(
            replace(
                one,
                refunded=one.refunded + amount,
                refunded_qty=one.refunded_qty + qty,
                entitled=one.entitled + entitled,
            )
            if one.line_no == line_no
            else one
            for one in order.lines
        ),
        tenders=tuple(
            replace(tender, refunded=tender.refunded + part)
            for tender, part in zip(order.tenders, parts, strict=True)
        ),
    )


WORKED = order_of([(1, 19900), (2, 5990), (3, 2580)], discount=3000, shipping=1200)


def test_the_worked_example_comes_out_to_the_cent():
    proof = ceiling_of(WORKED)

    assert [dict(line.allocated)["COUPON"] for line in proof.lines] == [1507, 907, 586]
    assert [line.paid for line in proof.lines] == [18393, 11073, 7154]
    assert proof.ceiling == 37820
    assert proof.lines[2].units == (2384, 2385, 2385)
    assert proof.lines[1].units == (5536, 5537)
    assert proof.adds_up


def test_the_live_hint_is_the_units_value_or_the_lines_rest():
    assert max_request(WORKED, line_no="3", qty=1) == 2384
    assert max_request(WORKED, line_no="3", qty=2) == 4769
    assert max_request(WORKED, line_no="3") == 7154
    assert max_request(WORKED, line_no="3", amount_only=True) == 7154


def test_money_given_back_without_a_unit_lowers_what_the_units_can_get():
    after = refund(WORKED, "3", 0, 5000)

    assert max_request(after, line_no="3", qty=1) == 2154
    assert max_request(after, line_no="3", amount_only=True) == 2154


def test_shipping_comes_back_with_the_last_unit_or_on_a_ground():
    none = ShippingGround.NONE
    assert max_shipping(WORKED, taking={"1": 1, "2": 2, "3": 2}, ground=none) == 0
    assert max_shipping(WORKED, taking={"1": 1, "2": 2, "3": 3}, ground=none) == 1200
    assert max_shipping(WORKED, taking={}, ground=ShippingGround.SELLER_FAULT) == 1200


def test_a_line_that_is_not_there_has_no_ceiling():
    with pytest.raises(KeyError):
        max_request(WORKED, line_no="9")


@st.composite
def orders(draw):
    lines = draw(
        st.lists(st.tuples(st.integers(1, 7), st.integers(1, 500_000)), min_size=1, max_size=6)
    )
    gross = sum(qty * price for qty, price in lines)
    discount = draw(st.integers(0, gross - 1))
    shipping = draw(st.sampled_from([0, 800, 1234]))
    cuts = draw(st.lists(st.integers(0, gross - discount + shipping), max_size=2))
    return order_of(lines, discount=discount, shipping=shipping, cuts=cuts)


@settings(max_examples=200, deadline=None)
@given(orders(), st.data())
def test_M2_M4_M5_refunding_everything_in_any_way_gives_back_exactly_what_was_paid(order, data):
    while any(line.free_qty for line in order.lines):
        line = data.draw(st.sampled_from([line for line in order.lines if line.free_qty]))
        qty = data.draw(st.integers(1, line.free_qty))
        last = max_shipping(order, taking={line.line_no: qty}, ground=ShippingGround.NONE)
        order = refund(
            order, line.line_no, qty, max_request(order, line_no=line.line_no, qty=qty), last
        )
        proof = ceiling_of(order)
        assert proof.adds_up
        assert min(one.ceiling for one in (*proof.lines, *proof.tenders)) >= 0

    assert order.refunded == order.paid
    assert ceiling_of(order).ceiling == 0
    assert all(tender.refunded == tender.paid for tender in order.tenders)


@settings(max_examples=200, deadline=None)
@given(orders(), st.data())
def test_M2_no_request_within_the_hint_ever_passes_a_cap(order, data):
    for _ in range(data.draw(st.integers(1, 6))):
        line = data.draw(st.sampled_from(order.lines))
        qty = data.draw(st.integers(0, line.free_qty))
        most = max_request(order, line_no=line.line_no, qty=qty, amount_only=not qty)
        order = refund(order, line.line_no, qty, data.draw(st.integers(0, most)))

    proof = ceiling_of(order)
    assert proof.adds_up
    assert min(one.ceiling for one in (*proof.lines, *proof.tenders, proof)) >= 0
