"""How many rule calls each mode of provider gets in every run of the tests."""

from __future__ import annotations

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.invariants.machine import Money

SHARES = {"idempotent": 10_500, "lookup": 6_500, "none": 4_000}
REQUIRED = 20_000
STEPS = 100


DEPTH = {
    "idempotent": {
        "key succeeded query",
        "key succeeded callback",
        "key abandoned ",
        "reversal",
        "key closed ",
        "cancellation",
        "ONLY_THEIRS",
        "AMOUNT_DIFF",
        "grant",
        "excess",
    },
    "lookup": {
        "key succeeded query",
        "key succeeded callback",
        "key succeeded reply",
        "cancellation",
        "ONLY_THEIRS",
        "grant",
        "excess",
    },
    "none": {"key succeeded people", "key succeeded callback", "PermanentFailure", "ONLY_THEIRS"},
}
"""What a search of this size must have come across, or it has not searched."""


def run(mode: str, share: int) -> int:
    """Run machines of one mode until `share` rule calls were made; return how many were.

    The same examples in every run, so that a red run is red again; EXPLORE=1 takes others, and
    SHRINK=1 spends minutes on a shorter counterexample.
    """
    machine = type(f"Money_{mode}", (Money,), {"mode": mode, "calls": 0, "came": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=share // STEPS + 1,
            stateful_step_count=STEPS,
            derandomize=not os.environ.get("EXPLORE"),
            phases=[Phase.generate, *[Phase.shrink] * bool(os.environ.get("SHRINK"))],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    deep = {what for what in DEPTH[mode] if not machine.came[what]}
    assert not deep, f"The search never came to {deep}"
    return machine.calls
