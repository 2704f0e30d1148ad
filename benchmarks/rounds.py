"""Rounds in turns, and what is read from them: medians of ratios, never of two lonely times.

A round lets each contestant do the same work once, one after the other, so that a busy
minute of the machine meets all of them. The ratio is taken within each round.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Lap:
    """One contestant's part of one round."""

    count: int
    """Of what was done: instances, acts, pages."""
    seconds: float
    cpu: float
    """Seconds of CPU of the contestant's own process: not of the database's."""
    latencies: Sequence[float] = ()
    """Seconds, of the one act that is looked at, sorted."""

    @property
    def rate(self) -> float:
        return self.count / self.seconds

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.count


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """The median of one ratio per round, and between what the middle half of them lies."""

    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.low:.2f} to {self.high:.2f})"


Rounds = Mapping[str, Sequence[Lap]]


def interleave(contestants: Mapping[str, Callable[[], Lap]], rounds: int) -> Rounds:
    """Let each contestant run once per round; the order turns from round to round."""
    laps: dict[str, list[Lap]] = {name: [] for name in contestants}
    order = list(contestants)
    for _ in range(rounds):
        for name in order:
            laps[name].append(contestants[name]())
        order.append(order.pop(0))
    return laps


def ratio(upper: Sequence[Lap], lower: Sequence[Lap], of: Callable[[Lap], float]) -> Ratio:
    """Divide `of` the upper by `of` the lower, round by round."""
    return spread([of(one) / of(other) for one, other in zip(upper, lower, strict=True)])


def spread(values: Sequence[float]) -> Ratio:
    """Summarise one figure per round."""
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return Ratio(median=middle, low=low, high=high)


def median(laps: Sequence[Lap], of: Callable[[Lap], float]) -> float:
    """Return the median of one figure over the rounds."""
    return statistics.median(of(lap) for lap in laps)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the sorted `values` do not exceed."""
    return values[min(len(values) - 1, int(len(values) * share))]


def pooled(laps: Sequence[Lap], share: float) -> float:
    """Return a percentile over all rounds: of a tail, one short round says little."""
    return percentile(sorted(moment for lap in laps for moment in lap.latencies), share)


def lap_of(answer: Mapping[str, Any]) -> Lap:
    """Read what a contestant said."""
    return Lap(**answer)
