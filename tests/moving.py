"""Which numbers the random tests play: some in every run, the rest wherever somebody begins.

A number always makes the same case, so a red run is red again. Who is told nothing begins at
`BEGIN`: an unrelated change does not go red for what it did not do. `AFTERFLOW_MOVING=commit`
begins elsewhere with every commit; do that often, mend what it finds, and move `BEGIN`. The run
prints where it began: `AFTERFLOW_MOVING=<that>` begins there again.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

OPTION = "AFTERFLOW_MOVING"
BEGIN = 7_770_000_000
_ROOT = Path(__file__).resolve().parents[1]
_APART, _PLACES = 1_000_000, 10_000
"""Starts are so far apart that no run comes to the next one's numbers."""


def settle() -> None:
    """Decide where this run begins, for the processes it starts as well."""
    if os.environ.get(OPTION) == "commit":
        os.environ[OPTION] = str(of_text(_commit() or f"{datetime.now(UTC):%Y-%m-%d}"))
    os.environ.setdefault(OPTION, str(BEGIN))


def start() -> int:
    """The first of the numbers that move."""
    settle()
    return int(os.environ[OPTION])


def of_text(text: str) -> int:
    """A start, the same for the same text."""
    place = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % _PLACES
    return (place + 1) * _APART


def chosen(option: str) -> range | None:
    """What the environment asks for: `200000`, or `7000-9000`, or nothing."""
    wanted = os.environ.get(option, "")
    if not wanted:
        return None
    first, _, last = wanted.rpartition("-")
    return range(int(first or 0), int(last))


def numbers(option: str, *, fixed: int, moving: int) -> Sequence[int]:
    """What `option` asks for; else the first `fixed` numbers, and `moving` that move."""
    asked = chosen(option)
    return [*range(fixed), *range(start(), start() + moving)] if asked is None else asked


def endless(part: int, parts: int) -> Iterator[int]:
    """One of so many shares of all numbers: of four, one is from the beginning, three move."""
    begun = start()
    for turn in count():
        number = turn * parts + part
        yield number // parts // 4 * parts + part if turn % 4 == 0 else begun + number


def _commit() -> str:
    """The commit these files are from; empty where nobody knows."""
    asked = ["git", "-C", str(_ROOT), "rev-parse", "HEAD"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, timeout=10).stdout.strip()
    except OSError:
        return ""
