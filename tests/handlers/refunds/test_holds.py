"""Holding, adjusting, authorising, letting go: what one case may keep in flight."""

from __future__ import annotations

import pytest

from handlers.orders import api as orders
from handlers.refunds import api as refunds
from tests.handlers.shop import shop_order, worked_example

pytestmark = pytest.mark.django_db


def reserve(order, *, case_no="C-1", lines=(("3", 1, 2384),), shipping=0, **more):
    return refunds.reserve(
        case_no=case_no,
        order_no=order.order_no,
        tenant=order.tenant,
        region=order.region,
        lines=lines,
        shipping=shipping,
        currency="CNY",
        **more,
    )


def test_a_hold_counts_against_line_order_and_tender():
    order = worked_example()

    hold = reserve(order)

    after = orders.get_order(order.order_no)
    assert hold.amount == 2384
    assert (after.in_flight, after.line("3").in_flight, after.tenders[0].in_flight) == (2384,) * 3
    assert after.line("3").in_case_qty == 1
    assert after.room == 37820 - 2384


def test_the_same_request_twice_holds_once():
    order = worked_example()

    reserve(order)
    reserve(order)

    assert orders.get_order(order.order_no).in_flight == 2384


def test_another_request_under_the_same_case_is_refused():
    order = worked_example()
    reserve(order)

    with pytest.raises(refunds.HoldInUse):
        reserve(order, lines=(("3", 1, 2000),))


@pytest.mark.parametrize(
    ("lines", "shipping", "most"),
    [
        ((("3", 1, 2385),), 0, 2384),
        ((("3", None, 7155),), 0, 7154),
        ((("1", 1, 18393),), 1, 18393),
        ((("1", 1, 18394), ("3", 1, 1)), 0, 20777),
    ],
)
def test_one_cent_above_the_ceiling_is_refused_with_the_most_there_is(lines, shipping, most):
    order = worked_example()

    with pytest.raises(refunds.AboveCeiling) as refused:
        reserve(order, lines=lines, shipping=shipping)

    assert refused.value.max_amount == most
    assert orders.get_order(order.order_no).in_flight == 0


def test_what_was_refunded_outside_lowers_what_can_be_held_though_the_lines_have_room():
    order = worked_example()
    orders.record_outside_refund(order.order_no, "1", 37_820 - 5_000)

    for case_no, ask in (("C-1", 18_393), ("C-2", 5_001)):
        with pytest.raises(refunds.AboveCeiling) as refused:
            reserve(order, case_no=case_no, lines=(("1", 1, ask),))
        assert refused.value.max_amount == 5_000
    assert reserve(order, case_no="C-3", lines=(("1", 1, 5_000),)).amount == 5_000
    with pytest.raises(refunds.AboveCeiling) as refused:
        refunds.adjust("C-3", 5_001)
    assert refused.value.max_amount == 5_000


def test_shipping_may_be_asked_for_with_the_last_unit_or_on_a_ground():
    order = worked_example()
    everything = (("1", 1, 18393), ("2", 2, 11073), ("3", 3, 7154))

    assert reserve(order, lines=everything, shipping=1200).amount == 37820
    refunds.release("C-1")
    assert (
        reserve(order, case_no="C-2", shipping=1200, shipping_ground="seller_fault").amount == 3584
    )


@pytest.mark.parametrize(
    "lines",
    [(), (("3", 1, 0),), (("3", 1, -5),), (("3", 4, 10),), (("9", 1, 10),), (("3", 0, 10),)],
)
def test_what_is_no_amount_or_no_unit_is_refused(lines):
    order = worked_example()

    with pytest.raises((refunds.BadAmount, refunds.AboveCeiling)):
        reserve(order, lines=lines)


def test_M15_another_currency_is_refused():
    order = worked_example()

    with pytest.raises(orders.CurrencyMismatch):
        refunds.reserve(case_no="C-1", order_no=order.order_no, lines=[("3", 1, 1)], currency="USD")


def test_an_agreement_shrinks_the_hold_and_may_not_raise_it_above_the_units_value():
    order = worked_example()
    reserve(order, lines=(("2", 1, 5536), ("3", 1, 2384)))

    smaller = refunds.adjust("C-1", 4000)
    larger = refunds.adjust("C-1", 7920)
    with pytest.raises(refunds.AboveCeiling) as refused:
        refunds.adjust("C-1", 7921)

    assert sum(amount for _, _, amount in smaller.lines) == 4000
    assert larger.amount == 7920
    assert refused.value.max_amount == 7920
    assert orders.get_order(order.order_no).in_flight == 7920


def test_M11_a_release_frees_everything_once_however_often_it_is_asked():
    order = worked_example()
    reserve(order)

    refunds.release("C-1")
    refunds.release("C-1")
    refunds.release("C-never")

    after = orders.get_order(order.order_no)
    assert after == order
    assert refunds.status("C-1").hold.state == "released"


def test_a_hold_takes_tenders_in_their_declared_order():
    order = shop_order(lines=[(2, 5000)], tenders=[("points", 1500), ("wallet", 8500)])

    hold = reserve(order, lines=(("1", 1, 5000),))

    assert hold.tenders == (("1", 1500), ("2", 3500))


@pytest.mark.parametrize("basis", ["seller", "agreement", "verdict"])
def test_people_above_the_limit_must_be_two(basis, settings):
    settings.FOUR_EYES_LIMITS = {"CNY": 5000}
    order = worked_example()
    reserve(order, lines=(("1", 1, 18393),))

    for approvers in ((), ("sofia",), ("sofia", "sofia"), ("", "marco")):
        with pytest.raises(refunds.FourEyesMissing):
            refunds.authorise("C-1", amount=5001, basis=basis, approvers=approvers)
    refunds.authorise("C-1", amount=5000, basis=basis, approvers=("sofia",))
    refunds.authorise("C-1", amount=5001, basis=basis, approvers=("sofia", "marco"))

    assert refunds.status("C-1").authorisation.approvers == ("sofia", "marco")


def test_a_policy_may_lower_the_limit_but_not_raise_it(settings):
    settings.FOUR_EYES_LIMITS = {"CNY": 5000}
    order = worked_example()
    reserve(order, lines=(("1", 1, 18393),))

    with pytest.raises(refunds.FourEyesMissing):
        refunds.authorise("C-1", amount=3001, basis="seller", approvers=("a",), policy_limit=3000)
    with pytest.raises(refunds.FourEyesMissing):
        refunds.authorise("C-1", amount=5001, basis="seller", approvers=("a",), policy_limit=9999)


@pytest.mark.parametrize("basis", ["auto", "silence", "default"])
def test_policy_needs_no_second_person(basis, settings):
    settings.FOUR_EYES_LIMITS = {"CNY": 0}
    order = worked_example()
    reserve(order)

    refunds.authorise("C-1", amount=2384, basis=basis)

    assert refunds.status("C-1").authorisation.basis == basis


def test_what_was_authorised_falls_when_the_amount_changes():
    order = worked_example()
    reserve(order)
    refunds.authorise("C-1", amount=2384, basis="seller", approvers=("sofia",))

    refunds.adjust("C-1", 2000)

    assert refunds.status("C-1").authorisation is None


@pytest.mark.parametrize("lines", [(("3", 1, 2384),), (("3", None, 1000), ("1", 1, 100))])
def test_the_most_a_case_may_be_granted_is_what_is_granted_and_not_a_cent_more(lines):
    order = worked_example()
    reserve(order, lines=lines)
    reserve(order, case_no="C-2", lines=(("2", None, 500),))

    most = refunds.most_of("C-1")

    with pytest.raises(refunds.AboveCeiling) as refusal:
        refunds.adjust("C-1", most + 1)
    assert refusal.value.max_amount == most
    assert refunds.adjust("C-1", most).amount == most
    assert refunds.most_of("C-1") == most


def test_a_case_that_holds_nothing_may_be_granted_nothing():
    order = worked_example()
    reserve(order)
    refunds.release("C-1")

    assert refunds.most_of("C-1") == refunds.most_of("nobody") == 0
