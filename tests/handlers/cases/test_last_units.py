"""Cases that together hold the last units: the last to be granted gets the shipping, once."""

from __future__ import annotations

import pytest
from django.db import transaction

from handlers.cases import api
from handlers.cases.api import RequestedLine
from handlers.cases.auditing import audit
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from handlers.refunds import facts, preparing
from handlers.refunds.locking import opened
from handlers.refunds.models import RefundAttempt
from handlers.refunds.port import Fact, Status
from handlers.refunds.states import Proof
from processes import worker
from tests.concurrency import at_once
from tests.handlers.cases.conftest import MARCO, SOFIA, answer, apply, do, open_forms
from tests.handlers.cases.test_submission import receive
from tests.handlers.shop import shop_order

UNIT, SHIPPING = 10_000, 1_200


@pytest.fixture
def three(deployed) -> orders.OrderMoney:
    """¥100.00 × 3 and ¥12.00 shipping."""
    return shop_order(lines=[(3, UNIT)], shipping=SHIPPING)


def approve(case_no: str, amount: int = UNIT, **how) -> int:
    how = {"by": "sofia", "basis": "seller", **how}
    return do("case.approve", case_no, amount=amount, **how)["agreed"]


@transaction.atomic
def pay(case_no: str) -> None:
    """The refund is prepared, and the provider says that it has arrived."""
    do("case.refunding", case_no)
    key = preparing.prepare(case_no).waiting_key
    attempt = RefundAttempt.objects.get(provider_key=key)
    case = opened(refund_no=attempt.part.refund.refund_no)
    fact = Fact(provider_key=key, status=Status.SUCCEEDED)
    facts.learn(case, attempt, fact, proof=Proof.PEOPLE, digest="d")
    do("case.refunded", case_no)


def rejected_and_withdrawn(case_no: str) -> None:
    do("case.reject", case_no, by="sofia", reason="other")
    do("case.withdraw", case_no, why="silence")


def sound() -> bool:
    return not list(refunds.audit())


@pytest.mark.django_db
@pytest.mark.parametrize("paid_at_once", [True, False])
@pytest.mark.parametrize("order_of", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_whoever_is_granted_last_gets_the_shipping_whatever_the_order(
    three, order_of, paid_at_once
):
    cases = [apply(three) for _ in range(3)]

    agreed = []
    for which in order_of:
        agreed.append(approve(cases[which]))
        if paid_at_once:
            pay(cases[which])
    for which in order_of if not paid_at_once else ():
        pay(cases[which])

    assert agreed == [UNIT, UNIT, UNIT + SHIPPING]
    after = orders.get_order(three.order_no)
    assert (after.refunded, after.shipping_refunded) == (after.paid, SHIPPING)
    assert after.status == "closed"
    assert sound()


@pytest.mark.django_db
def test_a_case_that_ends_without_money_brings_no_shipping_and_who_asks_for_its_unit_does(three):
    first, second, third = (apply(three) for _ in range(3))
    pay_first = [approve(first), approve(third)]
    pay(first)
    rejected_and_withdrawn(second)
    pay(third)
    assert pay_first == [UNIT, UNIT]
    assert orders.get_order(three.order_no).shipping_refunded == 0

    again = apply(three, shipping=SHIPPING)
    assert approve(again, UNIT + SHIPPING) == UNIT + SHIPPING
    pay(again)

    assert orders.get_order(three.order_no).refunded == three.paid
    assert sound()


@pytest.mark.django_db
def test_while_the_rest_is_only_asked_for_nobody_is_the_last(three):
    first, rest = apply(three), apply(three, RequestedLine(line_no="1", qty=2, amount=2 * UNIT))
    do("case.reject", rest, by="sofia", reason="other")

    assert approve(first) == UNIT
    assert orders.get_order(three.order_no).shipping_in_flight == 0
    do("case.amend", rest, amount=2 * UNIT)
    assert approve(rest, 2 * UNIT) == 2 * UNIT + SHIPPING
    assert sound()


@pytest.mark.django_db
def test_who_could_have_asked_for_it_or_agreed_on_less_gets_none_beside(three):
    (all_of_it,) = [apply(three, RequestedLine(line_no="1", qty=3, amount=3 * UNIT))]
    assert approve(all_of_it, 3 * UNIT) == 3 * UNIT

    other = shop_order(lines=[(2, UNIT)], shipping=SHIPPING)
    first, second = apply(other), apply(other)
    assert approve(first) == UNIT
    assert approve(second, UNIT - 1) == UNIT - 1
    assert sound()


@pytest.mark.django_db
def test_a_verdict_and_silence_bring_it_as_well(three):
    first, second, third = (apply(three) for _ in range(3))
    approve(first, by="policy", basis="silence")
    do("case.open_dispute", third, by="sofia")
    approve(second)

    verdict = do("case.verdict", third, outcome="refund", amount=UNIT, by="cora", reason="r")

    assert verdict["amount"] == UNIT + SHIPPING
    case = api.case_for_buyer(third, "lin.buyer")
    assert (case.amount_agreed, case.verdict.amount) == (UNIT + SHIPPING,) * 2
    assert sound()


@pytest.mark.django_db
def test_shipping_counts_for_four_eyes_and_a_second_person_is_asked(deployed, evidence_folder):
    order = shop_order(lines=[(2, 24_500)], shipping=SHIPPING)
    line = RequestedLine(line_no="1", qty=1, amount=24_500)
    first, second = apply(order, line), apply(order, line)
    worker.work()
    answer(first, SOFIA, decision="approve")

    answer(second, SOFIA, decision="approve")
    assert open_forms(second) == ["review_refund"]
    assert orders.get_order(order.order_no).shipping_in_flight == 0
    answer(second, SOFIA, decision="approve")
    assert open_forms(second) == ["second_approval"]
    answer(second, MARCO, approved="yes")

    status = refunds.status(second)
    assert status.amount == 24_500 + SHIPPING
    assert status.authorisation.approvers == ("sofia", "marco")
    assert not audit(replay=True)


@pytest.mark.django_db
@pytest.mark.parametrize(("each", "asked"), [(700, []), (900, ["review_refund"])])
def test_a_rule_grants_no_more_with_the_shipping_than_without(deployed, each, asked):
    for _ in range(4):
        receive(shop_order(lines=[(1, 100)]), days_ago=30)
    order = shop_order(lines=[(2, each)], shipping=SHIPPING)
    line = RequestedLine(line_no="1", qty=1, amount=each)
    first, second = apply(order, line), apply(order, line)

    worker.work()

    assert (open_forms(first), open_forms(second)) == ([], asked)
    assert refunds.status(first).amount == each
    assert refunds.status(second).amount == (each if asked else each + SHIPPING)
    if asked:
        answer(second, SOFIA, decision="approve")
        assert refunds.status(second).amount == each + SHIPPING
    assert sound()


@pytest.mark.django_db(transaction=True)
def test_of_two_granted_at_once_exactly_one_gets_it(deployed):
    order = shop_order(lines=[(2, UNIT)], shipping=SHIPPING)
    cases = [apply(order) for _ in range(2)]

    agreed = at_once(*[lambda no=no: approve(no) for no in cases])

    assert sorted(agreed) == [UNIT, UNIT + SHIPPING]
    assert orders.get_order(order.order_no).in_flight == order.paid
    assert sound()
