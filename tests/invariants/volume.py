"""How many rule calls each mode of provider gets in every run of the tests."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import get_state_machine_test

from tests.invariants.machine import Money

PARTS = {"idempotent": range(10), "lookup": range(6), "none": range(4)}
CALLS = 1_000
"""Of each part: short enough for a slow machine's patience with one test."""
REQUIRED = 20_000
STEPS = 80
_OF_AN_EXAMPLE = 100


def run(mode: str, part: int) -> int:
    """Run machines of one mode until enough rule calls were made; return how many were.

    The same examples in every run, so that a red run is red again. EXPLORE=<number> takes
    others; SHRINK=1 spends minutes on a shorter counterexample.
    """
    machine = type(f"Money_{mode}", (Money,), {"mode": mode, "calls": 0, "came": Counter()})
    number = part + 1_000 * int(os.environ.get("EXPLORE", "0"))
    while machine.calls < CALLS:
        seed(number)(get_state_machine_test(machine, settings=_chosen(CALLS - machine.calls)))()
        number += 100
    assert machine.came["settlement"], "The search never came to a payment"
    return machine.calls


def _chosen(calls: int) -> settings:
    """For about so many calls, and a few more."""
    return settings(
        max_examples=calls // _OF_AN_EXAMPLE + 2,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *[Phase.shrink] * bool(os.environ.get("SHRINK"))],
    )
