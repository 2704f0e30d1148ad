"""Three-valued logic: the truth tables of DMN 1.4 (tables 50 and 51), and comparisons with null."""

from __future__ import annotations

from itertools import product

import pytest

from tests.feel.evaluating import evaluate

VALUES = {"true": True, "false": False, "null": None, '"text"': None, "1": None}


def _and(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return True if a and b else None


def _or(a: bool | None, b: bool | None) -> bool | None:
    if a is True or b is True:
        return True
    return False if a is False and b is False else None


@pytest.mark.parametrize(("a", "b"), list(product(VALUES, repeat=2)))
def test_and_or_follow_the_truth_table(a: str, b: str) -> None:
    assert evaluate(f"{a} and {b}") is _and(VALUES[a], VALUES[b])
    assert evaluate(f"{a} or {b}") is _or(VALUES[a], VALUES[b])


@pytest.mark.parametrize(("a", "b", "c"), list(product(VALUES, repeat=3)))
def test_or_binds_less_than_and(a: str, b: str, c: str) -> None:
    assert evaluate(f"{a} or {b} and {c}") is _or(VALUES[a], _and(VALUES[b], VALUES[c]))


@pytest.mark.parametrize("a", VALUES)
def test_not_keeps_null(a: str) -> None:
    value = VALUES[a]

    assert evaluate(f"not({a})") is (None if value is None else not value)


@pytest.mark.parametrize(("a", "b", "c"), list(product(["0", "1", "null", '"x"'], repeat=3)))
def test_between_is_two_comparisons_joined_by_and(a: str, b: str, c: str) -> None:
    assert evaluate(f"{a} between {b} and {c}") is evaluate(f"({a} >= {b}) and ({a} <= {c})")


@pytest.mark.parametrize("operator", ["<", "<=", ">", ">="])
@pytest.mark.parametrize(
    "pair", ["null {} 1", "1 {} null", '1 {} "1"', "true {} false", "[1] {} [2]"]
)
def test_what_has_no_order_compares_to_null(operator: str, pair: str) -> None:
    assert evaluate(pair.format(operator)) is None


def test_a_branch_that_decides_leaves_the_others_unasked() -> None:
    unknown = "some_function_nobody_has()"

    assert evaluate(f"false and {unknown}") is False
    assert evaluate(f"true or {unknown}") is True
    assert evaluate(f"if true then 1 else {unknown}") == 1
