"""Money is whole minor units of one currency, and splitting it loses nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.orders.money import (
    CurrencyMismatch,
    Money,
    MoneyError,
    apportion,
    fill,
    shares,
    unit_value,
)

amounts = st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.50", "CNY", 1250),
        ("12.5", "CNY", 1250),
        ("0.01", "CNY", 1),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        (" 3 ", "EUR", 300),
        ("1e2", "CNY", 10000),
    ],
)
def test_an_amount_is_read_in_the_currencys_own_decimals(text, currency, minor):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.505", "CNY"),
        ("1.5", "JPY"),
        ("", "CNY"),
        ("NaN", "CNY"),
        ("Infinity", "CNY"),
        ("1e99", "CNY"),
        ("12,50", "CNY"),
        ("1", "XXX"),
        ("1", "cny"),
    ],
)
def test_what_is_no_amount_is_refused(text, currency):
    with pytest.raises(MoneyError):
        Money.parse(text, currency)


def test_M15_currencies_never_mix_and_floats_never_enter():
    yuan, yen = Money(100, "CNY"), Money(100, "JPY")

    for mixed in (lambda: yuan + yen, lambda: yuan - yen, lambda: yuan < yen, lambda: yuan <= yen):
        with pytest.raises(CurrencyMismatch):
            mixed()
    for wrong in (1.0, Decimal(1), True, "1"):
        with pytest.raises(MoneyError):
            Money(wrong, "CNY")
    assert yuan != yen


@given(st.integers(-(10**12), 10**12), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_M15_an_amount_survives_being_written_and_read(minor, currency):
    money = Money(minor, currency)

    assert Money.parse(str(money.major), currency) == money


@given(st.lists(amounts, min_size=1, max_size=8), st.data())
def test_M6_apportioning_loses_nothing_and_takes_no_more_than_there_is(weights, data):
    total = data.draw(st.integers(0, sum(weights)))

    parts = apportion(total, weights)

    assert sum(parts) == total
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))
    assert parts == apportion(total, weights)


@given(
    st.lists(
        st.tuples(st.integers(0, 99), amounts), min_size=1, max_size=8, unique_by=lambda p: p[0]
    ),
    st.data(),
)
def test_M6_the_order_in_which_lines_arrive_changes_nothing(lines, data):
    total = data.draw(st.integers(0, sum(weight for _, weight in lines)))
    shuffled = data.draw(st.permutations(lines))

    def by_line(pairs):
        pairs = sorted(pairs)
        parts = apportion(total, [weight for _, weight in pairs])
        return {number: part for (number, _), part in zip(pairs, parts, strict=True)}

    assert by_line(lines) == by_line(shuffled)


def test_what_nothing_can_carry_is_refused():
    with pytest.raises(MoneyError):
        apportion(1, [0, 0])
    assert apportion(0, [0, 0]) == [0, 0]
    with pytest.raises(MoneyError):
        fill(3, [1, 1])


@given(amounts, st.integers(1, 9), st.data())
def test_M5_units_in_any_grouping_get_exactly_what_was_paid(paid, ordered, data):
    taken = entitled = 0
    while taken < ordered:
        qty = data.draw(st.integers(1, ordered - taken))
        value = unit_value(paid, ordered=ordered, taken=taken, entitled=entitled, qty=qty)
        assert 0 <= value <= paid - entitled
        taken, entitled = taken + qty, entitled + value

    assert entitled == paid


@given(st.integers(0, 50), st.integers(1, 6), st.lists(st.tuples(st.booleans(), st.integers(0, 5))))
def test_M5_units_get_exactly_what_was_paid_even_when_holds_are_released_in_between(
    paid, ordered, moves
):
    held: list[tuple[int, int]] = []

    def take(qty):
        taken, entitled = sum(q for q, _ in held), sum(v for _, v in held)
        held.append(
            (qty, unit_value(paid, ordered=ordered, taken=taken, entitled=entitled, qty=qty))
        )

    for takes, number in moves:
        if takes and sum(q for q, _ in held) < ordered:
            take(1 + number % (ordered - sum(q for q, _ in held)))
        elif held:
            held.pop(number % len(held))
        assert sum(v for _, v in held) <= paid
    while sum(q for q, _ in held) < ordered:
        take(1)

    assert sum(v for _, v in held) == paid


@given(st.lists(amounts, min_size=1, max_size=6), st.data())
def test_M4_lines_and_tenders_share_one_sum_cell_by_cell(rows, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, sum(rows)), max_size=3)))
    columns = [b - a for a, b in zip([0, *cuts], [*cuts, sum(rows)], strict=True)]

    table = shares(rows, columns)

    assert [sum(row) for row in table] == rows
    assert [sum(column) for column in zip(*table, strict=True)] == columns
    assert all(cell >= 0 for row in table for cell in row)
