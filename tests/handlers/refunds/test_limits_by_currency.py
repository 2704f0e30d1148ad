"""A limit belongs to a currency: nothing is converted, and one that was not stated is none."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from handlers.currencies import EXPONENTS
from handlers.orders.models import Order
from handlers.policies import api as policies
from handlers.policies.pack import default_pack
from handlers.refunds import api as refunds
from handlers.refunds.models import Authorisation, Grant, Hold, RefundOrder
from processes import clock
from tests.handlers.refunds.conftest import a_case
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.django_db
LIMITS = {currency: 997 + 10 * number for number, currency in enumerate(sorted(EXPONENTS))}
"""Another one for each currency, so that one that is mixed up with another shows."""


def held(currency: str, amount: int) -> str:
    """A case that holds so much of an order in that currency; its number."""
    order = shop_order(lines=[(1, amount)], currency=currency)
    number = f"C-{order.order_no}"
    refunds.reserve(
        case_no=number, order_no=order.order_no, lines=(("1", None, amount),), currency=currency
    )
    return number


def published(**amounts: dict[str, int]) -> None:
    """A policy of lingyue with these amounts in place of the built-in ones."""
    caps = {"auto_approve": 0, "freight_cap": 0, "compensation_cap": 0, "four_eyes": 0}
    content = default_pack() | {"amounts": {code: caps | one for code, one in amounts.items()}}
    draft = policies.draft_policy(tenant="lingyue", title="t", content=content, by="ada")
    policies.publish_policy(tenant="lingyue", version=draft.version, by="leo")


def limit_of(currency: str) -> int:
    return int(policies.snapshot("lingyue", currency)["limits"]["four_eyes"])


@pytest.mark.parametrize("stricter", ["house", "policy"])
def test_in_each_currency_two_people_above_its_own_limit_and_one_up_to_it(stricter, settings):
    lax = dict.fromkeys(EXPONENTS, 10**9)
    settings.FOUR_EYES_LIMITS = LIMITS if stricter == "house" else lax
    chosen = LIMITS if stricter == "policy" else lax
    published(**{currency: {"four_eyes": chosen[currency]} for currency in EXPONENTS})

    for currency, limit in LIMITS.items():
        policy_limit = policies.limits("lingyue-1", currency)["four_eyes"]
        assert limit_of(currency) == limit
        at, above = held(currency, limit), held(currency, limit + 1)
        refunds.authorise(
            at, amount=limit, basis="seller", approvers=("sofia",), policy_limit=policy_limit
        )
        words = {"amount": limit + 1, "basis": "seller", "policy_limit": policy_limit}
        with pytest.raises(refunds.FourEyesMissing):
            refunds.authorise(above, approvers=("sofia",), **words)
        refunds.authorise(above, approvers=("sofia", "marco"), **words)


@pytest.mark.parametrize("forgot", ["house", "policy"])
def test_in_a_currency_without_a_limit_two_people_decide_on_the_smallest_amount(forgot, settings):
    both = {"CNY": 5000, "JPY": 5000}
    only = {"CNY": 5000}
    settings.FOUR_EYES_LIMITS = only if forgot == "house" else both
    stated = only if forgot == "policy" else both
    published(**{currency: {"four_eyes": limit} for currency, limit in stated.items()})

    assert (limit_of("CNY"), limit_of("JPY")) == (5000, 0)
    number = held("JPY", 1)
    words = {"policy_limit": policies.limits("lingyue-1", "JPY")["four_eyes"], "basis": "verdict"}
    with pytest.raises(refunds.FourEyesMissing) as refused:
        refunds.authorise(number, amount=1, approvers=("cora",), **words)
    assert refused.value.left == 0
    refunds.authorise(number, amount=1, approvers=("cora", "leo"), **words)


@pytest.mark.parametrize(("currency", "cap"), [("CNY", 3000), ("KWD", 500), ("JPY", 0)])
def test_postage_has_a_cap_of_its_currency_and_none_is_granted_where_there_is_none(currency, cap):
    published(CNY={"freight_cap": 3000}, KWD={"freight_cap": 500})
    order = shop_order(lines=[(1, 10000)], currency=currency)
    words = {"case_no": "C-1", "order_no": order.order_no, "kind": "freight", "by": "cora"}

    if cap:
        refunds.grant(amount=cap, **words)
    with pytest.raises(refunds.AboveCap):
        refunds.grant(amount=1, **words)


def test_the_database_keeps_an_order_in_one_currency():
    case = a_case().prepare()
    hold = Hold.objects.get()
    word = {
        "hold": hold,
        "case_no": case.case_no,
        "amount": 1,
        "basis": "seller",
        "first_approver": "sofia",
        "four_eyes_above": 1,
        "granted_alone": 10**6,
        "second_approver": "marco",
        "given_at": clock.now(),
        "superseded_at": clock.now(),
    }
    grant = {"case_no": "C", "order_no": case.order_no, "kind": "freight", "amount": 1, "cap": 1}
    for act in (
        lambda: Order.objects.update(currency="JPY"),
        lambda: Hold.objects.update(currency="JPY"),
        lambda: RefundOrder.objects.update(currency="JPY"),
        lambda: Authorisation.objects.create(**word, currency="JPY"),
        lambda: Grant.objects.create(
            **grant, currency="JPY", granted_before=0, by="cora", granted_at=clock.now()
        ),
    ):
        with pytest.raises(IntegrityError, match="Expected"), transaction.atomic():
            act()
    Authorisation.objects.create(**word, currency="CNY")
