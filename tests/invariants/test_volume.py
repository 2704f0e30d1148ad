"""The search is as large as the specification wants it, and every invariant has its test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.invariants.volume import CALLS, PARTS, REQUIRED

TESTS = Path(__file__).resolve().parents[1]
WANTED = [
    *(f"M{number}" for number in (*range(1, 13), 14, 15, 17)),
    *(f"P{number}" for number in (1, 2, 4, 5, 7, 8, 9, 10, 11, 18)),
]


def test_the_machines_make_twenty_thousand_rule_calls_in_every_run():
    """Each part fails below its thousand."""
    parts = sum(len(numbers) for numbers in PARTS.values())
    assert parts * CALLS >= REQUIRED == 20_000


@pytest.mark.parametrize("invariant", WANTED)
def test_every_invariant_stands_in_the_name_of_a_test_of_it(invariant):
    names = re.compile(rf"def test_(?:[A-Z]\d+_)*{invariant}_")
    assert [path for path in TESTS.rglob("test_*.py") if names.search(path.read_text())]
