"""The order's status follows from its lines (flows §2.11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from handlers.orders.aggregation import mark_of, may_complete, status_of
from handlers.orders.values import Mark, OrderStatus
from tests.handlers.orders.test_ceiling import WORKED, refund

NOW = datetime(2026, 11, 1, tzinfo=UTC)
PAID = replace(WORKED, paid_at=NOW)


def with_lines(order, **changes):
    return replace(order, lines=tuple(replace(line, **changes) for line in order.lines))


def shipped(order):
    return replace(order, lines=tuple(replace(line, shipped=line.ordered) for line in order.lines))


def all_refunded(order):
    for line in order.lines:
        order = refund(order, line.line_no, line.ordered, line.paid)
    return order


def test_an_order_goes_from_payment_to_completion():
    assert status_of(WORKED) is OrderStatus.PENDING_PAYMENT
    assert status_of(PAID) is OrderStatus.TO_SHIP
    assert status_of(shipped(PAID)) is OrderStatus.TO_RECEIVE
    assert status_of(replace(shipped(PAID), received_at=NOW)) is OrderStatus.COMPLETED


def test_a_partial_refund_changes_the_mark_and_not_the_status():
    after = refund(shipped(PAID), "3", 1, 2384)

    assert status_of(after) is OrderStatus.TO_RECEIVE
    assert mark_of(after) is Mark.PARTIAL_REFUND


def test_an_order_whose_every_line_is_refunded_is_closed():
    after = all_refunded(PAID)

    assert status_of(after) is OrderStatus.CLOSED
    assert mark_of(after) is Mark.NONE


def test_an_open_case_marks_the_order_and_keeps_it_from_closing_or_completing():
    after = with_lines(all_refunded(PAID), open_cases=("C-1",))

    assert status_of(after) is OrderStatus.TO_SHIP
    assert mark_of(after) is Mark.AFTER_SALE
    assert not may_complete(after)
    assert may_complete(PAID)


def test_units_that_were_cancelled_are_not_waited_for():
    assert status_of(with_lines(PAID, cancelled=1, shipped=0)) is OrderStatus.TO_SHIP
    lines = tuple(replace(line, cancelled=1, shipped=line.ordered - 1) for line in PAID.lines)
    assert status_of(replace(PAID, lines=lines)) is OrderStatus.TO_RECEIVE


def test_an_unpaid_order_that_was_cancelled_is_closed():
    assert status_of(replace(WORKED, closed_at=NOW)) is OrderStatus.CLOSED
