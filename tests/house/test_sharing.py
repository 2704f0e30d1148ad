"""The suite is shared out so that all processes end together, and plays on from run to run."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests import moving
from tests.sharing import APART, STACKS, rank_of, unit_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("path", [STACKS, *APART])
def test_what_is_shared_out_by_name_is_there(path):
    assert (ROOT / path).exists()


def test_all_that_drives_a_product_stays_together_and_begins_first():
    one, other = "tests/e2e/test_a.py::test_1", "tests/e2e/test_b.py::test_2"

    assert unit_of(one) == unit_of(other)
    assert rank_of(one) == 0


def test_long_tests_are_given_out_one_by_one_before_all_short_files():
    long, longer = f"{APART[0]}::test_m[1]", f"{APART[0]}::test_m[2]"
    short, beside = "tests/lint/test_names.py::test_1", "tests/lint/test_names.py::test_2"

    assert unit_of(long) != unit_of(longer)
    assert unit_of(short) == unit_of(beside)
    assert rank_of(long) < rank_of(short)


def test_numbers_are_those_asked_for_or_some_fixed_and_some_that_move(monkeypatch):
    monkeypatch.setenv(moving.OPTION, "5000000")
    monkeypatch.delenv("HOW_MANY", raising=False)
    assert list(moving.numbers("HOW_MANY", fixed=2, moving=3)) == [0, 1, 5000000, 5000001, 5000002]

    monkeypatch.setenv("HOW_MANY", "3")
    assert list(moving.numbers("HOW_MANY", fixed=2, moving=3)) == [0, 1, 2]
    monkeypatch.setenv("HOW_MANY", "7000-7002")
    assert list(moving.numbers("HOW_MANY", fixed=2, moving=3)) == [7000, 7001]


def test_shares_of_endless_numbers_have_nothing_in_common_and_leave_out_no_fixed_one(monkeypatch):
    monkeypatch.setenv(moving.OPTION, "5000000")
    shares = [set(islice(moving.endless(part, 4), 400)) for part in range(4)]

    assert len(set.union(*shares)) == 1600
    assert {number for number in set.union(*shares) if number < 5000000} == set(range(400))


def test_a_commit_begins_where_it_began_before_and_the_next_one_elsewhere():
    assert moving.of_text("c0ffee") == moving.of_text("c0ffee") != moving.of_text("c0ffef")
