"""What is measured: each function brings contestants together and returns figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One line of the results."""

    what: str
    value: str
    target: str = ""
    met: bool | None = None
    """None: there is no target, the figure explains another."""
    beside: str = ""
    """The absolute figures behind a ratio, of this machine and hour."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How much of everything. The defaults together take some minutes on two busy cores."""

    rounds: int = 5
    instances: int = 40
    """Of the whole runtime, per round."""
    ways: int = 60
    """Of refund-only in memory, per round; of the longer flows less."""
    turns: int = 2000
    items: int = 1000
    timers: int = 10_000
    inbox_few: int = 50_000
    inbox_many: int = 250_000
    pages: int = 100
    """Of the inbox, per round; of the history a quarter as many."""
    cases: int = 20_000
    """Beside the one whose history is read."""
    events: int = 10_000
    """Of the case with the long history."""
