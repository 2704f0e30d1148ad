"""Cells of decision tables (DMN 1.4 §10.3.2.8)."""

from __future__ import annotations

import pytest

from processes.feel import compile_unary_tests
from tests.feel.evaluating import passes

CELLS = [
    ("-", None, True),
    ("-", 1, True),
    ("5", 5, True),
    ("5", 6, False),
    ("5", "5", None),
    ('"a"', None, False),
    ("null", None, True),
    ("null", 1, False),
    ("true", True, True),
    ("false", False, True),
    ("true", False, False),
    ("false", True, False),
    ("< 5", 4, True),
    (">= 5", 5, True),
    ("< 5", None, None),
    ("!= 5", 4, True),
    ("[1..5]", 5, True),
    ("[1..5[", 5, False),
    ("]1..5]", 1, False),
    ("(1..5)", 1, False),
    ("[1..5], > 9", 10, True),
    ('"a", "b"', "b", True),
    ('not("a", "b")', "b", False),
    ('not("a", "b")', "c", True),
    ("not(null)", 1, True),
    ("not([1..5])", 3, False),
    ("not(< 5, 7)", 7, False),
    ("limit", 5, True),
    ("< limit", 4, True),
    ("[limit..limit + 1]", 6, True),
    ("options", "x", True),
    ("options", "z", False),
    ('["x", "y"]', ["x", "y"], True),
    ("? > 3", 4, True),
    ("? > 3 and ? < 5", 5, False),
    ('contains(?, "b")', "abc", True),
    ('contains(?, "b")', 1, None),
    ("count(?) > 1", [1, 2], True),
    ("?.amount > limit", {"amount": 6}, True),
    ("some x in ? satisfies x > 3", [1, 4], True),
    ("limit > 3", "anything", True),
    ("limit < 3", "anything", False),
    ('@"2026-01-01"', "2026-01-01", None),
    ("-1", -1, True),
]


@pytest.mark.parametrize(("cell", "value", "expected"), CELLS)
def test_a_cell_answers_for_its_input(cell: str, value: object, expected: bool | None) -> None:
    assert passes(cell, value, limit=5, options=["x", "y"]) is expected


def test_a_cell_says_which_names_it_reads() -> None:
    tests = compile_unary_tests("< limit, ? in options, double(?) > 3")

    assert tests.names == {"limit", "options"}
    assert tests.functions == {"double"}
