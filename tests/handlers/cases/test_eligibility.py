"""What can be applied for, as the page is told it, and as the tables in force say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.cases import api
from processes import deployment
from processes.contract import SYSTEM
from tests.deployed import sources
from tests.handlers.cases.conftest import LIN, apply, one, receive
from tests.handlers.shop import shop_order


@pytest.mark.parametrize(
    ("days_ago", "reason", "why"),
    [
        (3, "other", None),
        (8, "other", "window_closed"),
        (8, "damaged", None),
        (16, "damaged", "window_closed"),
        (3, "not_shipped", "already_received"),
    ],
)
def test_the_decision_table_says_how_long_a_refund_can_be_applied_for(order, days_ago, reason, why):
    receive(order, days_ago=days_ago)

    if why is None:
        assert apply(order, reason=reason)
    else:
        with pytest.raises(api.NotEligible) as refusal:
            apply(order, reason=reason)
        assert refusal.value.why == why
        assert refusal.value.field == "reason"


def test_what_can_be_applied_for_is_told_line_by_line(order):
    apply(order, one(20000, qty=2))

    told = api.eligibility_of(order.order_no, LIN.name)

    first, second = told.lines
    assert first.max_by_qty == (10000,)
    assert first.max_amount_only == 0
    assert second.max_by_qty == (50000, 100000)
    assert second.max_amount_only == 100000
    assert "not_shipped" in second.reasons
    assert not second.sentence


def test_no_reason_is_offered_that_the_rules_refuse(order):
    receive(order, days_ago=1)

    first, _ = api.eligibility_of(order.order_no, LIN.name).lines

    assert "damaged" in first.reasons
    assert "not_shipped" not in first.reasons
    with pytest.raises(api.NotEligible, match="have been received"):
        apply(order, reason="not_shipped")


def test_a_line_that_is_wholly_in_a_case_says_so(order):
    apply(order, one(30000, qty=3))

    first, _ = api.eligibility_of(order.order_no, LIN.name).lines

    assert first.reasons == ()
    assert "open case" in first.sentence


def test_a_new_table_counts_for_new_applications_as_soon_as_it_is_live(order):
    strict = sources().resources["eligibility.dmn"].replace(b"&gt;= 5", b"&gt;= 0")
    changed = replace(sources(), resources={**sources().resources, "eligibility.dmn": strict})

    deployment.deploy(changed, actor=SYSTEM)

    with pytest.raises(api.NotEligible) as refusal:
        apply(order)
    assert refusal.value.why == "too_many_applications"


def test_the_application_page_costs_the_same_however_many_lines(
    order, django_assert_max_num_queries
):
    long = shop_order(lines=[(5, 1000)] * 12)
    api.eligibility_of(order.order_no, LIN.name)

    with django_assert_max_num_queries(10):
        api.eligibility_of(long.order_no, LIN.name)
