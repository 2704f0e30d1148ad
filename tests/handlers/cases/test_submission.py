"""How an application becomes a case, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.cases import api
from handlers.cases.api import RequestedLine
from handlers.cases.models import Case, LineApplication, OpenUnit
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from processes import clock
from processes.models import ProcessInstance, UserTask
from tests.handlers.cases.conftest import WANG, apply, do, one, receive
from tests.handlers.shop import shop_order


def nothing_happened(order: orders.OrderMoney) -> bool:
    now = orders.get_order(order.order_no)
    return not Case.objects.exists() and not ProcessInstance.objects.exists() and now == order


def test_an_application_opens_a_case_with_the_seller(order):
    case_no = apply(order, description=" Not wanted any more. ")

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert case is not None
    assert api.is_case_no(case_no)
    assert (case.status, case.round, case.currency) == ("submitted", 1, "CNY")
    assert case.amount_requested == 10000
    assert case.description == "Not wanted any more."
    assert [(line.line_no, line.qty, line.amount) for line in case.lines] == [("1", 1, 10000)]
    assert [(move.kind, move.by_role) for move in case.negotiation] == [("apply", "buyer")]


def test_its_money_is_held_its_line_marked_and_its_process_begun(order):
    case_no = apply(order)

    now = orders.get_order(order.order_no)
    assert now.in_flight == 10000
    assert now.line("1").open_cases == (case_no,)
    assert refunds.status(case_no).hold.amount == 10000
    variables = ProcessInstance.objects.get(business_key=case_no)
    assert variables.tenant == "lingyue"


def test_the_receipt_timer_rests_while_the_case_is_open(order):
    orders.mark_shipped(order.order_no, receive_within=timedelta(days=10))

    case_no = apply(order, reason="not_received")
    assert orders.get_order(order.order_no).receipt_due_at is None

    do("case.withdraw", case_no, why="buyer")
    left = orders.get_order(order.order_no).receipt_due_at - clock.now()
    assert timedelta(days=9, hours=23) < left <= timedelta(days=10)


def test_the_channel_belongs_to_exactly_one_source_group(order):
    case_no = apply(order, channel="hotline")

    case = Case.objects.get(case_no=case_no)
    assert (case.channel, case.source_group) == ("hotline", "direct")


def test_every_kind_of_line_can_be_asked_for_together(order):
    lines = [one(), RequestedLine(line_no="2", qty=None, amount=30000)]

    case_no = apply(order, *lines)

    case = api.case_for_buyer(case_no, "lin.buyer")
    assert case.amount_requested == 40000
    assert case.title.endswith("+1")


def test_shipping_comes_back_with_everything_that_is_left(order):
    everything = [one(30000, qty=3), one(100000, line_no="2", qty=2)]

    case_no = apply(order, *everything, shipping=1200)

    assert refunds.status(case_no).hold.amount == order.paid
    assert Case.objects.get(case_no=case_no).shipping_requested == 1200


def test_shipping_does_not_come_back_with_a_part(order):
    with pytest.raises(api.AmountRefused) as refusal:
        apply(order, one(), shipping=1200)

    assert refusal.value.max_amount == 0
    assert nothing_happened(order)


def test_exactly_the_most_is_taken_and_one_cent_more_refused(order):
    with pytest.raises(api.AmountRefused) as refusal:
        apply(order, one(10001))

    assert refusal.value.max_amount == 10000
    assert refusal.value.field == "amount"
    assert nothing_happened(order)
    assert apply(order, one(10000))


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_must_be_above_zero(order, amount):
    with pytest.raises(api.AmountRefused, match="above zero"):
        apply(order, one(amount))
    assert nothing_happened(order)


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([one(line_no="9")], "lines"),
        ([one(), one()], "lines"),
        ([one(qty=0)], "lines"),
        ([one(qty=4)], "lines"),
    ],
)
def test_lines_that_the_order_does_not_have_are_refused(order, lines, field):
    with pytest.raises(api.CaseRefused) as refusal:
        apply(order, *lines)

    assert refusal.value.field == field
    assert nothing_happened(order)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reason": "boredom"}, "reason"),
        ({"description": "x" * 2001}, "description"),
        ({"description": "nothing\0"}, "description"),
        ({"description": "half \ud83d"}, "description"),
        ({"token": "a\0b"}, ""),
        ({"channel": "carrier pigeon"}, ""),
        ({"token": "x" * 65}, ""),
        ({"shipping": -1}, "amount"),
    ],
)
def test_a_damaged_form_is_refused_beside_its_field(order, more, field):
    with pytest.raises(api.CaseRefused) as refusal:
        apply(order, **more)

    assert refusal.value.field == field
    assert nothing_happened(order)


def test_somebody_elses_order_is_not_there(order):
    with pytest.raises(api.NoSuchOrder):
        apply(order, buyer=WANG)
    with pytest.raises(api.NoSuchOrder):
        api.eligibility_of(order.order_no, "wang.buyer")
    assert nothing_happened(order)


def test_an_unpaid_order_cannot_be_refunded(deployed):
    unpaid = orders.place_order(
        orders.NewOrder(
            order_no="O-unpaid",
            tenant="lingyue",
            buyer="lin.buyer",
            currency="CNY",
            lines=[orders.NewLine(line_no="1", sku="S", title="Mat", qty=1, list_price=100)],
            tenders=[orders.NewTender(tender_no="1", kind="wallet", amount=100)],
        )
    )

    with pytest.raises(api.NotEligible) as refusal:
        apply(unpaid, one(100))

    assert refusal.value.why == "order_not_refundable"


def test_P6_one_open_case_a_unit(order):
    first = apply(order, one(20000, qty=2))

    with pytest.raises(api.NotEligible) as refusal:
        apply(order, one(20000, qty=2))
    assert refusal.value.why == "open_case"
    with pytest.raises(api.NotEligible):
        apply(order, one(500, qty=None))
    second = apply(order, one())

    assert set(OpenUnit.objects.values_list("case__case_no", "unit")) == {
        (first, 1),
        (first, 2),
        (second, 3),
    }


def test_P6_the_units_of_a_closed_case_are_free_again(order):
    case_no = apply(order, one(30000, qty=3))

    do("case.withdraw", case_no, why="buyer")

    assert not OpenUnit.objects.exists()
    assert apply(order, one(30000, qty=3)) != case_no


def test_P6_the_sixth_application_of_a_line_is_refused(order):
    for _ in range(5):
        do("case.withdraw", apply(order), why="buyer")

    with pytest.raises(api.NotEligible) as refusal:
        apply(order)

    assert refusal.value.why == "too_many_applications"
    assert LineApplication.objects.count() == 5
    assert apply(order, one(50000, line_no="2"))


def test_P6_the_rounds_of_one_case_count_as_applications(order):
    case_no = apply(order)
    for _ in range(3):
        do("case.reject", case_no, by="sofia", reason="other", note="")
        do("case.amend", case_no, amount=9000, reason="", note="")
    do("case.withdraw", case_no, why="buyer")

    assert apply(order)
    assert LineApplication.objects.count() == 5
    with pytest.raises(api.NotEligible):
        apply(order)


def test_P9_the_same_token_of_the_same_buyer_is_the_same_case(order):
    first = apply(order, token="click")

    again = apply(order, one(50000, line_no="2"), token="click", reason="other")

    assert again == first
    assert Case.objects.count() == 1
    assert ProcessInstance.objects.count() == 1


def test_P9_another_buyers_token_is_another_case(order):
    other = orders.place_order(
        orders.NewOrder(
            order_no="O-wang",
            tenant="qinghe",
            buyer="wang.buyer",
            currency="CNY",
            lines=[orders.NewLine(line_no="1", sku="S", title="Mat", qty=1, list_price=10000)],
            tenders=[orders.NewTender(tender_no="1", kind="wallet", amount=10000)],
            paid_at=clock.now(),
        )
    )

    assert apply(order, token="click") != apply(other, token="click", buyer=WANG)


def test_a_refused_application_leaves_nothing_held(order):
    apply(order, one(30000, qty=3))
    before = orders.get_order(order.order_no)

    with pytest.raises(api.CaseRefused):
        apply(order, one(10000), one(100, line_no="2", qty=None))

    assert orders.get_order(order.order_no) == before


def test_a_case_of_a_trusted_buyer_over_a_few_yuan_asks_no_person(deployed):
    for _ in range(4):
        receive(shop_order(lines=[(1, 100)]), days_ago=30)
    cheap = shop_order(lines=[(1, 1500)])

    case_no = apply(cheap, one(1500))

    assert not UserTask.objects.filter(business_key=case_no).exists()
