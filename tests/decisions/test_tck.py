"""The runner of the OMG's test kit, on a kit of our own: it must tell right from wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import tck

KIT = Path(__file__).parent / "tck"


def test_each_expected_result_is_judged() -> None:
    found = {(each.level, each.case): each for each in tck.outcomes(KIT)}

    assert {key: each.passed for key, each in found.items()} == {
        ("2", "right"): True,
        ("2", "wrong"): False,
        ("2", "error"): True,
        ("2", "refused"): False,
        ("3", "list"): True,
        ("3", "service"): False,
    }
    assert "instead of Decimal('3.4')" in found["2", "wrong"].said
    assert "another language" in found["2", "refused"].said


def test_shares_and_failures_are_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DMN_TCK", str(KIT))
    monkeypatch.setattr(sys, "argv", ["tck", "-v"])

    assert tck.main() == 0
    said = capsys.readouterr().out
    assert "Compliance level 2: 2 of 4 passed, 50.00%" in said
    assert "Compliance level 3: 1 of 2 passed, 50.00%" in said
    assert "wrong fee: " in said


def test_without_the_kit_the_runner_says_where_it_is_got(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DMN_TCK", raising=False)
    monkeypatch.setattr(sys, "argv", ["tck"])

    assert tck.main() == 2
    assert "github.com/dmn-tck/tck" in capsys.readouterr().out
