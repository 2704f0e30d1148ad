"""Cases in currencies without decimals, and with three: from the request to the money."""

from __future__ import annotations

import pytest

from handlers.cases import api
from handlers.cases.api import RequestedLine
from processes import queries, runtime, worker
from tests.handlers.cases.conftest import LIN, SOFIA, apply
from tests.handlers.shop import shop_order

CURRENCIES = [("JPY", 12000, 9000, 9000), ("KWD", 12345, 9.125, 9125), ("CNY", 12345, 9.5, 950)]
"""The currency, the order's amount, what is said to be offered, what that is in minor units."""


@pytest.fixture
def bought(deployed):
    """An order paid with points, so that no provider is needed: `bought("JPY", 12000)`."""

    def place(currency, amount):
        return shop_order(lines=[(1, amount)], tenders=[("points", amount)], currency=currency)

    return place


def task_at(case_no, element):
    (task,) = [one for one in queries.open_tasks(case_no) if one.element_id == element]
    return task


@pytest.mark.parametrize(("currency", "amount", "said", "units"), CURRENCIES)
def test_an_offer_is_what_was_said_and_that_is_refunded(bought, currency, amount, said, units):
    case_no = apply(bought(currency, amount), RequestedLine(line_no="1", amount=amount))
    worker.work()
    review = task_at(case_no, "ReviewRefund")
    assert (
        queries.task(review.id, SOFIA).variables["amount"]
        == float(api.case_for_staff(case_no, SOFIA).amount_requested)
        / {"JPY": 1, "CNY": 100, "KWD": 1000}[currency]
    )

    decision = {"decision": "offer", "offer_amount": said, "note": "Is that enough?"}
    runtime.complete_user_task(task_id=review.id, output=decision, actor=SOFIA)
    worker.work()
    reply = task_at(case_no, "AnswerOffer")
    runtime.complete_user_task(task_id=reply.id, output={"answer": "accept"}, actor=LIN)
    worker.work()

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert (case.status, case.amount_agreed) == ("refunded", units)


def test_half_a_yen_is_refused_and_moves_nothing(bought):
    case_no = apply(bought("JPY", 12000), RequestedLine(line_no="1", amount=12000))
    worker.work()
    review = task_at(case_no, "ReviewRefund")

    decision = {"decision": "offer", "offer_amount": 500.5, "note": ""}
    with pytest.raises(Exception, match="minor"):
        runtime.complete_user_task(task_id=review.id, output=decision, actor=SOFIA)

    assert task_at(case_no, "ReviewRefund").id == review.id
