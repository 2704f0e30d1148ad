"""The table is whole: 89 cases, each with one verdict that a test proves."""

from __future__ import annotations

import importlib
import pkgutil

from tests.engine import matrix
from tests.engine.matrix.table import NAMES, PROVEN, Verdict


def test_every_case_of_the_table_has_a_verdict() -> None:
    for module in pkgutil.iter_modules(matrix.__path__, f"{matrix.__name__}."):
        importlib.import_module(module.name)

    assert len(NAMES) == len(set(NAMES)) == 89
    assert set(NAMES) - PROVEN.keys() == set()


def test_only_these_are_refused() -> None:
    assert sorted(name for name, verdict in PROVEN.items() if verdict is Verdict.REFUSED) == [
        'ad-hoc ordering="Sequential" is rejected',
        "ad-hoc subprocess (parallel)",
        "ad-hoc subprocess without data object",
        "compensation: throw without boundary (silently ignored?)",
        "cycle timer intermediate catch R2",
        "signal: external send -> intermediate catch",
    ]
