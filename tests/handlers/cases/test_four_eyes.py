"""Above the limit two people decide: who is the second, what is counted for one, and silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.cases import api
from handlers.cases.api import RequestedLine
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from processes import clock, queries, runtime, worker
from processes.contract import BpmnError, PermanentFailure
from processes.errors import NotYourTask
from processes.runtime import timers
from tests.handlers.cases.conftest import (
    CORA,
    LEO,
    LIN,
    MARCO,
    QING,
    SOFIA,
    answer,
    apply,
    do,
    hear_both,
    open_forms,
)
from tests.handlers.shop import shop_order


@pytest.fixture
def dear(order) -> str:
    """A case about ¥1,000.00, which two people at the seller's must approve."""
    case_no = apply(order, RequestedLine(line_no="2", qty=2, amount=100000))
    worker.work()
    return case_no


def test_a_large_approval_needs_a_second_person_and_then_counts_both(dear):
    answer(dear, SOFIA, decision="approve")
    assert open_forms(dear) == ["second_approval"]

    answer(dear, MARCO, approved="yes")

    assert refunds.status(dear).authorisation.approvers == ("sofia", "marco")


@pytest.fixture
def parted(deployed) -> orders.OrderMoney:
    """Three things at ¥300.00, each below the limit of ¥500.00."""
    return shop_order(lines=[(1, 30000)] * 3)


def apply_for(order, line_no: str) -> str:
    case_no = apply(order, RequestedLine(line_no=line_no, qty=1, amount=30000))
    worker.work()
    return case_no


def test_many_small_refunds_of_an_order_are_no_way_around_the_second_person(parted):
    first, *others = [apply_for(parted, line_no) for line_no in "123"]
    answer(first, SOFIA, decision="approve")
    assert refunds.status(first).authorisation.approvers == ("sofia",)

    for case_no in others:
        answer(case_no, SOFIA, decision="approve")  # with ¥200.00 left for one person
        assert open_forms(case_no) == ["review_refund"]
        assert refunds.status(case_no).authorisation is None
        answer(case_no, SOFIA, decision="approve")
        assert open_forms(case_no) == ["second_approval"]
        answer(case_no, MARCO, approved="yes")
        assert refunds.status(case_no).authorisation.approvers == ("sofia", "marco")


def test_a_later_case_of_the_order_asks_the_second_person_at_once(parted):
    answer(apply_for(parted, "1"), SOFIA, decision="approve")

    later = apply_for(parted, "2")
    answer(later, SOFIA, decision="approve")

    assert open_forms(later) == ["second_approval"]


def test_what_two_people_granted_leaves_one_person_the_whole_limit(order):
    first = apply(order, RequestedLine(line_no="2", amount=60000))
    worker.work()
    answer(first, SOFIA, decision="approve")
    answer(first, MARCO, approved="yes")
    assert refunds.granted_alone(order.order_no) == 0

    second = apply(order, RequestedLine(line_no="1", amount=30000))
    worker.work()
    answer(second, SOFIA, decision="approve")

    assert refunds.status(second).authorisation.approvers == ("sofia",)


def test_a_verdict_counts_what_was_granted_before_too(order):
    first = apply(order, RequestedLine(line_no="2", amount=30000))
    second = apply(order, RequestedLine(line_no="1", amount=30000))
    worker.work()
    answer(first, SOFIA, decision="approve")
    answer(second, SOFIA, decision="escalate")
    hear_both(second)
    assert open_forms(second) == ["decide_dispute"]

    verdict = {"outcome": "refund", "amount": 300, "responsible": "seller", "reason": "ok"}
    answer(second, CORA, **verdict)
    assert open_forms(second) == ["decide_dispute"]
    answer(second, CORA, **verdict)

    assert open_forms(second) == ["confirm_verdict"]


def test_the_second_person_is_asked_for_when_the_house_is_stricter_than_the_policy(order, settings):
    settings.FOUR_EYES_LIMITS = {"CNY": 5000}
    case_no = apply(order)
    worker.work()

    answer(case_no, SOFIA, decision="approve")
    assert open_forms(case_no) == ["second_approval"]
    answer(case_no, MARCO, approved="yes")

    assert refunds.status(case_no).authorisation.approvers == ("sofia", "marco")


def test_nobody_is_his_own_second_person(dear):
    answer(dear, MARCO, decision="approve")

    answer(dear, MARCO, approved="yes")

    assert open_forms(dear) == ["review_refund"]
    assert api.case_for_buyer(dear, "lin.buyer").status == "submitted"


def test_who_refused_to_be_the_second_is_not_counted_for_a_smaller_amount(dear):
    answer(dear, SOFIA, decision="approve")
    answer(dear, MARCO, approved="no")
    answer(dear, SOFIA, decision="offer", offer_amount=100)
    answer(dear, LIN, answer="accept")

    assert refunds.status(dear).authorisation.approvers == ("sofia",)
    assert refunds.status(dear).authorisation.amount == 10000


def test_a_large_offer_that_the_buyer_accepts_needs_a_second_person_too(dear):
    answer(dear, SOFIA, decision="offer", offer_amount=600)
    answer(dear, LIN, answer="accept")
    (task,) = queries.open_tasks(dear)
    assert task.form_id == "second_approval"
    assert refunds.status(dear).authorisation is None

    for other in (SOFIA, LIN, QING, CORA):
        with pytest.raises(NotYourTask):
            runtime.complete_user_task(task_id=task.id, output={"approved": "yes"}, actor=other)
    answer(dear, MARCO, approved="yes")

    authorisation = refunds.status(dear).authorisation
    assert (authorisation.basis, authorisation.amount) == ("agreement", 60000)
    assert authorisation.approvers == ("sofia", "marco")


def test_who_made_a_large_offer_is_not_its_second_person(dear):
    answer(dear, MARCO, decision="offer", offer_amount=600)
    answer(dear, LIN, answer="accept")

    answer(dear, MARCO, approved="yes")

    assert refunds.status(dear).authorisation is None
    assert open_forms(dear) == ["review_refund"]


def test_an_agreement_above_the_limit_is_refused_with_one_name(dear):
    do("case.offer", dear, amount=60000, by="sofia")
    do("case.agree", dear, amount=60000)

    for second_by, refusal in (("", BpmnError), ("sofia", PermanentFailure)):
        with pytest.raises(refusal, match=r"second person|other than sofia"):
            do(
                "case.approve",
                dear,
                amount=60000,
                by="sofia",
                second_by=second_by,
                basis="agreement",
            )

    assert refunds.status(dear).authorisation is None


def test_a_silent_second_person_grants_what_was_agreed_and_no_more(dear):
    answer(dear, SOFIA, decision="offer", offer_amount=600)
    answer(dear, LIN, answer="accept")
    assert open_forms(dear) == ["second_approval"]

    clock.advance(timedelta(hours=49))
    timers.fire_batch()
    worker.work()

    assert api.case_for_buyer(dear, "lin.buyer").amount_agreed == 60000


def test_who_refused_to_confirm_a_verdict_is_not_counted_for_a_smaller_one(dear):
    answer(dear, SOFIA, decision="escalate")
    hear_both(dear)
    answer(dear, CORA, outcome="refund", amount=600, responsible="seller", reason="Clause 3")
    assert open_forms(dear) == ["confirm_verdict"]
    answer(dear, LEO, confirmed="no")
    answer(dear, CORA, outcome="refund", amount=100, responsible="seller", reason="Clause 3")

    assert refunds.status(dear).authorisation.approvers == ("cora",)


def test_the_default_verdict_grants_what_is_left_when_that_is_less(dear, order):
    answer(dear, SOFIA, decision="offer", offer_amount=600)
    answer(dear, LIN, answer="accept")
    answer(dear, MARCO, approved="no")
    answer(dear, SOFIA, decision="escalate")
    orders.record_outside_refund(order.order_no, order.tenders[0].tender_no, 60000)

    for _deadline in range(4):
        clock.advance(timedelta(days=14))
        timers.fire_batch()
        worker.work()

    left = order.paid - 60000
    assert api.case_for_buyer(dear, "lin.buyer").amount_agreed == left < 100000
