"""What diagrams call to speak of amounts: as many decimals as the currency has."""

from __future__ import annotations

from decimal import Decimal

import pytest

from handlers.orders.functions import major, minor
from handlers.orders.money import MoneyError


@pytest.mark.parametrize(
    ("said", "currency", "kept"),
    [("12.5", "CNY", 1250), ("1250", "JPY", 1250), ("1.25", "KWD", 1250), ("0.001", "KWD", 1)],
)
def test_an_amount_is_said_and_kept_without_loss(said, currency, kept):
    assert minor(Decimal(said), currency) == kept
    assert major(Decimal(kept), currency) == Decimal(said)


@pytest.mark.parametrize(
    ("said", "currency"),
    [("12.5", "JPY"), ("0.005", "CNY"), ("1.2345", "KWD"), ("1", "XXX"), ("1", ""), (True, "CNY")],
)
def test_what_is_no_amount_of_the_currency_is_refused(said, currency):
    with pytest.raises(MoneyError):
        minor(said if said is True else Decimal(said), currency)


def test_nothing_stays_nothing():
    assert major(None, "JPY") is None
    assert minor(None, "JPY") is None


def test_half_a_cent_is_not_kept():
    with pytest.raises(MoneyError, match="whole minor units"):
        major(Decimal("1.5"), "CNY")
