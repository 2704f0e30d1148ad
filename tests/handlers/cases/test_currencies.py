"""Cases in currencies without decimals, and with three: from the request to the money."""

from __future__ import annotations

import pytest

from handlers.cases import api
from handlers.cases.api import RequestedLine
from handlers.policies import api as policies
from handlers.policies.pack import default_pack
from handlers.refunds import api as refunds
from processes import queries, runtime, worker
from processes.contract import PermanentFailure
from tests.handlers.cases.conftest import LIN, MARCO, SOFIA, apply, do, receive
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


@pytest.fixture
def limited(settings):
    """Limits in yen and yuan, none in dinars."""
    settings.FOUR_EYES_LIMITS = {"CNY": 50_000, "JPY": 50_000, "KWD": 50_000}
    content = default_pack()
    content["amounts"]["JPY"] = content["amounts"]["CNY"] | {"four_eyes": 9000, "auto_approve": 50}
    draft = policies.draft_policy(tenant="lingyue", title="t", content=content, by="ada")
    policies.publish_policy(tenant="lingyue", version=draft.version, by="leo")


@pytest.mark.parametrize(
    ("currency", "amount", "people"),
    [
        ("JPY", 9000, 1),
        ("JPY", 9001, 2),
        ("CNY", 9001, 1),
        ("CNY", 50_001, 2),
        ("KWD", 1, 2),
    ],
)
def test_the_second_person_is_asked_above_the_limit_of_the_currency(
    bought, limited, currency, amount, people
):
    case_no = apply(bought(currency, amount), RequestedLine(line_no="1", amount=amount))
    worker.work()
    review = task_at(case_no, "ReviewRefund")
    runtime.complete_user_task(task_id=review.id, output={"decision": "approve"}, actor=SOFIA)
    worker.work()
    if people == 2:
        second = task_at(case_no, "SecondApproval")
        runtime.complete_user_task(task_id=second.id, output={"approved": "yes"}, actor=MARCO)
        worker.work()

    assert refunds.status(case_no).authorisation.approvers == ("sofia", "marco")[:people]


@pytest.mark.parametrize(
    ("currency", "amount", "alone"),
    [("JPY", 50, True), ("JPY", 51, False), ("CNY", 2000, True), ("KWD", 1, False)],
)
def test_nothing_is_approved_by_itself_above_the_limit_of_the_currency(
    bought, limited, currency, amount, alone
):
    for _ in range(4):
        receive(shop_order(lines=[(1, 100)]), days_ago=30)

    case_no = apply(bought(currency, amount), RequestedLine(line_no="1", amount=amount))
    worker.work()

    assert bool(queries.open_tasks(case_no)) is not alone


@pytest.mark.parametrize(("currency", "most"), [("CNY", 2000), ("JPY", 50), ("KWD", 0)])
def test_no_decision_table_gets_more_approved_than_the_limit_of_the_currency(
    bought, limited, currency, most
):
    """Whatever a diagram asks for: the command looks again."""
    case_no = apply(bought(currency, 9000), RequestedLine(line_no="1", amount=9000))
    words = {"by": "policy:generous", "basis": "auto"}

    with pytest.raises(PermanentFailure, match=r"expected at most .* to be approved by rule"):
        do("case.approve", case_no, amount=most + 1, **words)

    assert refunds.status(case_no).authorisation is None
    if most:
        assert do("case.approve", case_no, amount=most, **words) == {"agreed": most}


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

    for second in queries.open_tasks(case_no):  # without limits two people decide
        runtime.complete_user_task(task_id=second.id, output={"approved": "yes"}, actor=MARCO)
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
