"""What a provider says when nobody expects it any more, and what may no longer be sent."""

from __future__ import annotations

import pytest

from handlers.orders import api as orders
from handlers.refunds import api as refunds
from handlers.refunds import ledger
from handlers.refunds.models import RefundAttempt
from tests.handlers.refunds.conftest import a_case, committed
from tests.handlers.refunds.forgery import forged
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.django_db


def hear(case, status: str, minutes: int) -> refunds.CallbackResult:
    with committed():
        return refunds.receive_callback("simulator", *forged(case, status, minutes))


def test_a_refund_that_came_back_and_was_paid_once_more_is_owed_to_nobody_else(simulator, doorbell):
    case = a_case().prepare()
    case.submit()
    case.answer(doorbell)
    hear(case, "CLOSED", 1)

    assert not hear(case, "SUCCESS", -1).applied
    assert refunds.open_findings()[0].finding == "STATUS_DIFF"
    assert len(refunds.open_findings()) == 1
    assert not hear(case, "SUCCESS", 2).applied

    assert "DUPLICATE_SUSPECT" in {one.finding for one in refunds.open_findings()}
    with pytest.raises(refunds.RefundError, match=r"DUPLICATE_SUSPECT|at most"):
        case.prepare()


def test_a_success_of_a_refund_that_was_given_up_takes_no_other_cases_money(simulator):
    order = shop_order(lines=[(1, 20_000)])
    case = a_case(order, lines=(("1", None, 9_900),)).prepare()
    simulator.arm("account_closed")
    case.submit()
    with committed():
        refunds.release(case.case_no)
    other = a_case(order, lines=(("1", None, 10_000),))

    assert hear(case, "SUCCESS", 1).status_code == 200

    after = case.order
    assert (after.refunded, after.in_flight, after.outside) == (0, 10_000, 9_900)
    assert ledger.balance("provider:simulator") == 0
    assert other.status.hold.state == "open"
    assert [one.finding for one in refunds.open_findings()] == ["DUPLICATE_SUSPECT"]


def test_what_is_no_longer_covered_is_asked_for_and_not_sent_again(simulator):
    case = a_case(lines=(("1", 1, 18393), ("2", 2, 11073), ("3", 3, 7154))).prepare()
    simulator.arm("error_before")
    case.submit()
    orders.record_outside_refund(case.order_no, "1", 10_000)

    assert case.submit() == "rejected"

    assert simulator.calls(case.key) == 1
    assert RefundAttempt.objects.get().code == "ABOVE_CEILING"
    assert simulator.moved(key=case.key) == []
