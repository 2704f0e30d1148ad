"""Yen and dinars on the pages: what may be typed, what is read, and times taken from the policy."""

from __future__ import annotations

import pytest

from handlers.cases import api as cases
from processes import queries, worker
from tests.handlers.shop import shop_order
from tests.webapp.conftest import answer, claimed, open_case, task_of
from webapp.access import actor_of
from webapp.accounts.models import User
from webapp.taskform import schema_for


@pytest.fixture
def in_currency(world):
    """A case about an order of 12,000 minor units with the seller: `in_currency("JPY")`."""

    def open_one(currency):
        order = shop_order(lines=[(1, 12000)], currency=currency)
        return open_case(order, lines=[cases.RequestedLine(line_no="1", amount=12000)])

    return open_one


def offer_field(case_no):
    sofia = actor_of(User.objects.get(username="sofia"))
    schema = schema_for(queries.task(task_of(case_no).id, sofia))
    (field,) = [one for one in schema["components"] if one.get("key") == "offer_amount"]
    return field


@pytest.mark.parametrize(
    ("currency", "places", "least"), [("JPY", 0, 1), ("CNY", 2, 0.01), ("KWD", 3, 0.001)]
)
def test_a_form_takes_the_decimals_that_the_currency_has(in_currency, currency, places, least):
    field = offer_field(in_currency(currency))

    assert (field["decimalDigits"], field["validate"]["min"]) == (places, least)
    assert field["appearance"]["suffixAdorner"] == currency


def test_half_a_yen_comes_back_with_a_sentence(login, in_currency):
    case_no = in_currency("JPY")
    url = claimed(login("sofia"), case_no)

    response = answer(login("sofia"), url, decision="offer", offer_amount=500.5, note="x")

    assert response.status_code == 422
    assert "whole number" in response.content.decode().lower()


def test_an_offer_in_yen_is_read_by_the_buyer_as_it_was_typed(login, in_currency):
    case_no = in_currency("JPY")
    answer(login("sofia"), claimed(login("sofia"), case_no), decision="offer", offer_amount=500)
    worker.work()

    page = login("lin.buyer").get(f"/my/refunds/{case_no}/").content.decode()
    news = login("lin.buyer").get("/news/").content.decode()

    assert "¥500" in page
    assert "¥5.00" not in page
    assert "The seller offers ¥500 on order" in news


def test_how_long_the_buyer_has_is_what_the_policy_says(in_currency):
    assert offer_field(in_currency("CNY"))["description"].endswith("within 48 hours.")
