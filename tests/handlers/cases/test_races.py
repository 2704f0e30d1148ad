"""Two people at once, each with a connection of his own."""

from __future__ import annotations

import pytest

from handlers.cases import api
from handlers.cases.models import AppliedCall, Case, Decision, OpenUnit
from handlers.orders import api as orders
from processes.models import ProcessInstance
from tests.concurrency import at_once
from tests.handlers.cases.conftest import apply, do

pytestmark = pytest.mark.django_db(transaction=True)


def test_P9_a_double_click_is_one_case(order):
    first, second = at_once(*[lambda: apply(order, token="click")] * 2)

    assert first == second
    assert Case.objects.count() == 1
    assert ProcessInstance.objects.count() == 1
    assert orders.get_order(order.order_no).in_flight == 10000


def test_P6_two_applications_for_the_last_unit_are_one_case(order):
    last = api.RequestedLine(line_no="1", qty=2, amount=20000)

    outcomes = at_once(*[lambda: apply(order, last)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotEligible", "str"]
    assert OpenUnit.objects.count() == 2
    assert orders.get_order(order.order_no).in_flight == 20000


def test_a_call_delivered_twice_at_once_is_carried_out_once(order):
    case_no = apply(order)

    def approve():
        return do("case.approve", case_no, key="7:1", amount=9000, by="sofia", basis="seller")

    outcomes = at_once(approve, approve)

    assert outcomes == [{"agreed": 9000}] * 2
    assert Decision.objects.count() == AppliedCall.objects.count() == 1


def test_of_a_withdrawal_and_an_approval_at_once_one_wins_and_the_other_leaves_no_trace(order):
    case_no = apply(order)

    at_once(
        lambda: do("case.withdraw", case_no, why="buyer"),
        lambda: do("case.reject", case_no, by="sofia", reason="other"),
    )

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert case.status == "withdrawn"
    assert orders.get_order(order.order_no).in_flight == 0
