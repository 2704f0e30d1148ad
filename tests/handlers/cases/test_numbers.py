"""Case numbers are distinct under load, and a mistyped one is noticed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from handlers.cases.numbers import SEQUENCE, format_case_no, is_case_no, next_case_no

DAY = date(2026, 11, 22)


def test_a_number_names_its_day_and_ends_with_its_check_digit():
    number = format_case_no(DAY, 17)

    assert number.startswith("AF20261122-000017")
    assert len(number) == 18
    assert is_case_no(number)


@given(count=st.integers(1, 999_999), place=st.integers(0, 14), step=st.integers(1, 9))
def test_any_one_wrong_digit_is_noticed(count, place, step):
    number = format_case_no(DAY, count)
    digits = [position for position, char in enumerate(number) if char.isdigit()]
    at = digits[place]

    wrong = number[:at] + str((int(number[at]) + step) % 10) + number[at + 1 :]

    assert not is_case_no(wrong)


@given(count=st.integers(1, 999_999), place=st.integers(11, 16))
def test_two_swapped_digits_are_noticed(count, place):
    number = format_case_no(DAY, count)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert is_case_no(swapped) == (swapped == number)


@pytest.mark.parametrize(
    "text", ["", "AF", "AF20261122", "AF2026112-20000178", "SO20261122-0000170"]
)
def test_other_texts_are_not_case_numbers(text):
    assert not is_case_no(text)


@pytest.mark.django_db(transaction=True)
def test_ten_thousand_numbers_taken_at_once_are_distinct():
    def take(count: int) -> list[str]:
        try:
            return [next_case_no(DAY) for _ in range(count)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as people:
        taken = [number for part in people.map(take, [2500] * 4) for number in part]

    assert len(set(taken)) == 10_000
    assert all(map(is_case_no, taken[::500]))


@pytest.mark.django_db
def test_after_the_last_number_of_the_sequence_comes_the_first():
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT setval('{SEQUENCE}', 999999)")

    assert next_case_no(DAY).startswith("AF20261122-000001")
