"""A case in the real process: what each side answers, silence, shipping, and how it ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.cases import api
from handlers.cases.api import RequestedLine
from handlers.cases.listeners import record_reversal
from handlers.notifications import api as notifications
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from processes import clock, queries, worker
from processes.runtime import timers
from tests.handlers.cases.conftest import (
    CORA,
    FAY,
    LIN,
    MARCO,
    SOFIA,
    answer,
    apply,
    hear_both,
    open_forms,
)
from tests.handlers.shop import shop_order


def test_reject_amend_offer_accept_goes_through_the_real_process(with_seller):
    answer(with_seller, SOFIA, decision="reject", reason="other", note="No.")
    answer(with_seller, LIN, answer="amend", amount=80, note="80 then?")
    answer(with_seller, MARCO, decision="offer", offer_amount=70.5, note="70.50")
    assert api.case_for_buyer(with_seller, "lin.buyer").offer_amount == 7050
    answer(with_seller, LIN, answer="decline")
    answer(with_seller, SOFIA, decision="escalate")

    case = api.case_for_buyer(with_seller, "lin.buyer")
    assert case.status == "disputed"
    assert (case.round, case.amount_requested) == (2, 8000)
    assert [move.kind for move in case.negotiation] == [
        *("apply", "reject", "amend", "offer", "decline", "dispute")
    ]
    assert open_forms(with_seller) == ["add_evidence", "respond_to_dispute"]


def test_an_amendment_above_the_ceiling_comes_back_to_the_buyer(with_seller):
    answer(with_seller, SOFIA, decision="reject", reason="other", note="No.")
    answer(with_seller, LIN, answer="amend", amount=100.01, note="More!")

    assert open_forms(with_seller) == ["answer_rejection"]
    assert api.case_for_buyer(with_seller, "lin.buyer").round == 1


def test_both_sides_are_told_what_concerns_them(with_seller):
    answer(with_seller, SOFIA, decision="reject", reason="other", note="No.")
    answer(with_seller, LIN, answer="amend", amount=80, note="80 then?")

    to_seller = [notice.title for notice in notifications.inbox("marco", MARCO.groups)]
    to_buyer = [notice.title for notice in notifications.inbox("lin.buyer")]
    assert to_seller[-1] == "New refund request"
    assert "The buyer asks again" in to_seller
    assert to_buyer == ["The seller refuses"]


@pytest.fixture
def paid_with_points(deployed) -> orders.OrderMoney:
    """An order that no provider stands behind: what we keep ourselves goes back at once."""
    return shop_order(lines=[(3, 10000)], tenders=[("points", 30000)])


def test_an_approved_case_ends_refunded_and_its_order_shows_it(paid_with_points):
    case_no = apply(paid_with_points)
    worker.work()

    answer(case_no, SOFIA, decision="approve", note="Fine.")

    case = api.case_for_buyer(case_no, "lin.buyer")
    order = orders.get_order(paid_with_points.order_no)
    assert (case.status, case.amount_agreed) == ("refunded", 10000)
    assert case.closed_at is not None
    assert (order.refunded, order.in_flight, order.line("1").open_cases) == (10000, 0, ())
    assert queries.case_instance(case_no).ended_at is not None
    assert "Your money is back" in [notice.title for notice in notifications.inbox("lin.buyer")]


def test_forty_eight_hours_of_silence_approve_and_refund(paid_with_points):
    case_no = apply(paid_with_points)
    worker.work()

    clock.advance(timedelta(hours=48))
    timers.fire_batch()
    worker.work()

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert case.status == "refunded"
    assert case.negotiation[-1].by_role == "policy"


def test_a_refund_that_comes_back_reopens_the_case_and_alarms_finance(paid_with_points):
    case_no = apply(paid_with_points)
    worker.work()
    answer(case_no, SOFIA, decision="approve")

    for _ in range(2):
        record_reversal(
            refunds.Reversed(
                case_no=case_no, refund_no="RF1", provider_key="RF1-1", amount=1, currency="CNY"
            )
        )

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert (case.status, case.closed_at) == ("reversed", None)
    (notice,) = notifications.inbox("fay", FAY.groups)
    assert notice.title == "A refund came back"


def test_a_verdict_is_carried_out(paid_with_points):
    case_no = apply(paid_with_points)
    worker.work()
    answer(case_no, SOFIA, decision="escalate")
    hear_both(case_no)

    answer(case_no, CORA, outcome="refund", amount=55.55, responsible="seller", reason="Clause 3")

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert (case.status, case.verdict.amount, case.verdict.responsible) == (
        "refunded",
        5555,
        "seller",
    )
    assert orders.get_order(paid_with_points.order_no).refunded == 5555


def test_a_case_is_told_when_its_goods_leave_and_no_other_is(order):
    held_back, leaving = apply(order), apply(order, RequestedLine(line_no="2", qty=1, amount=100))
    worker.work()

    orders.mark_shipped(order.order_no, {"1": 2, "2": 2}, receive_within=timedelta(days=10))
    worker.work()

    assert open_forms(leaving) == ["decide_after_shipping"]
    assert open_forms(held_back) == ["review_refund"]
    assert api.case_for_buyer(leaving, "lin.buyer").shipped_meanwhile
    answer(leaving, LIN, answer="keep")
    assert open_forms(leaving) == ["review_refund"]


def test_both_cases_of_an_order_are_told_when_everything_leaves(order):
    cases = [apply(order), apply(order, RequestedLine(line_no="2", qty=None, amount=100))]
    worker.work()

    orders.mark_shipped(order.order_no, receive_within=timedelta(days=10))
    worker.work()

    assert [open_forms(case_no) for case_no in cases] == [["decide_after_shipping"]] * 2


def test_a_case_in_negotiation_hears_of_the_shipping_when_it_is_back_with_the_seller(with_seller):
    order_no = api.case_for_buyer(with_seller, "lin.buyer").order_no
    answer(with_seller, SOFIA, decision="offer", offer_amount=1)

    orders.mark_shipped(order_no, receive_within=timedelta(days=10))
    assert open_forms(with_seller) == ["answer_offer"]
    answer(with_seller, LIN, answer="decline")

    assert open_forms(with_seller) == ["decide_after_shipping"]
