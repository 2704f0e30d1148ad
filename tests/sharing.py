"""How tests are shared out to several processes: files, but the longest tests one by one, first.

What comes last is short, so that all processes end together. All browsers and running products
are driven by one process: each product wants the machine's memory for itself.
"""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling

STACKS = "tests/e2e"
APART = (
    "tests/invariants/test_money_idempotent.py",
    "tests/invariants/test_money_lookup.py",
    "tests/invariants/test_races.py",
    "tests/invariants/test_liveness.py",
    "tests/engine/test_mutated_diagrams.py",
    "tests/engine/test_random_diagrams.py",
)
"""Files of long tests that know nothing of one another."""


def unit_of(nodeid: str) -> str:
    """What must stay together with this test."""
    file = nodeid.partition("::")[0]
    if file.startswith(f"{STACKS}/"):
        return STACKS
    return nodeid if file in APART else file


def rank_of(nodeid: str) -> int:
    """What has a lower one begins earlier."""
    order = (STACKS, *APART)
    unit = unit_of(nodeid).partition("::")[0]
    return order.index(unit) if unit in order else len(order)


class LongestFirst(LoadFileScheduling):
    """Gives out units in the order of collection, which `rank_of` has sorted."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
