"""The engine alone: against SpiffWorkflow as shipped, its bytes, and how it grows."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from benchmarks.contestants.line import Contestant
from benchmarks.diagrams import THREE
from benchmarks.rounds import Lap, interleave, lap_of, median, ratio

from . import Figure, Sizes

LIMITS = {"refund only": 2_500, "return and refund": 5_000, "repair": 9_000}
LONGER = {"refund only": 1, "return and refund": 3, "repair": 7}
"""How much longer a way is, roughly: so that the laps last alike."""


def against_stock(sizes: Sizes) -> Iterator[Figure]:
    """Divide whole ways through three flows, acts and states included, by stock's."""
    with Contestant("ours") as ours, Contestant("stock") as stock:
        for name in THREE:
            times = max(2, sizes.ways // LONGER[name])
            yield from _one_flow(ours, stock, name, times, sizes.rounds)


def _one_flow(
    ours: Contestant, stock: Contestant, name: str, times: int, rounds: int
) -> Iterator[Figure]:
    def stocks(*, waiting: bool, stored: bool, share: int) -> Lap:
        asked = {"waiting": waiting, "stored": stored}
        return lap_of(stock("run", name=name, times=max(1, times // share), **asked))

    laps = interleave(
        {
            "ours": lambda: lap_of(ours("run", name=name, times=times)),
            "stock": partial(stocks, waiting=False, stored=False, share=4),
            "stored": partial(stocks, waiting=True, stored=True, share=16),
        },
        rounds,
    )
    for other, against, target in (
        ("stock", "stock in memory, nothing stored", 2.0),
        ("stored", "stock with its own serializer at each wait", 0.0),
    ):
        found = ratio(laps["ours"], laps[other], _ways_per_cpu)
        yield Figure(
            what=f"Engine, {name} ÷ {against}",
            value=str(found),
            target=f"≥ {target:.0f}" if target else "",
            met=found.median >= target if target else None,
            beside=f"{_each(laps['ours'])} against {_each(laps[other])} CPU",
        )


def state_bytes(_sizes: Sizes) -> Iterator[Figure]:
    """Count the bytes of the largest state on the way, and of stock's JSON."""
    with Contestant("ours") as ours, Contestant("stock") as stock:
        for name, limit in LIMITS.items():
            most = max(ours("sizes", name=name))
            yield Figure(
                what=f"State, {name}, largest on its way",
                value=f"{most:,} bytes",
                target=f"≤ {limit:,}",
                met=most <= limit,
                beside=f"stock's JSON: {max(stock('sizes', name=name)):,}",
            )


def growth(sizes: Sizes) -> Iterator[Figure]:
    """Divide the last turn of a loop by its tenth."""
    with Contestant("ours") as ours:
        grown = ours("grow", turns=sizes.turns, window=25)
    for what, unit, scale in (("seconds", "ms", 1e3), ("bytes", "bytes", 1)):
        early, late = (value * scale for value in grown[what])
        yield Figure(
            what=f"Loop, turn {sizes.turns:,} ÷ turn 10, {what}",
            value=f"{late / early:.2f}",
            target="≤ 2",
            met=late / early <= 2,
            beside=f"{late:.4g} against {early:.4g} {unit}",
        )


def items(sizes: Sizes) -> Iterator[Figure]:
    """Divide the time of one of many items by that of one of a tenth as many."""
    few, many = sizes.items // 10, sizes.items
    with Contestant("ours") as ours:
        for what, how, target in _ITEMS:
            each = {
                count: [ours("items", count=count, **how) for _ in range(sizes.rounds)]
                for count in (few, many)
            }
            early, late = (statistics.median(each[count]) * 1e6 for count in (few, many))
            yield Figure(
                what=f"Multi-instance, {what}: an item of {many:,} ÷ of {few:,}",
                value=f"{late / early:.2f}",
                target=f"≤ {target}",
                met=late / early <= target,
                beside=f"{late:,.0f} against {early:,.0f} µs",
            )


_ITEMS: tuple[tuple[str, Mapping[str, Any], float], ...] = (
    ("scripts at once", {"does": "script"}, 2.5),
    ("scripts in turn", {"does": "script", "in_turn": True}, 2.5),
    ("scripts at once, a condition armed", {"does": "script", "watched": True}, 2.5),
    ("people in turn", {"does": "person", "in_turn": True}, 2.5),
    ("people at once", {"does": "person"}, 2.5),
    ("people at once, a condition armed", {"does": "person", "watched": True}, 2.5),
    ("sub-processes at once, a person and a timer in each", {"does": "in time"}, 2.5),
)


def _ways_per_cpu(lap: Lap) -> float:
    return 1 / lap.cpu_each


def _each(laps: Sequence[Lap]) -> str:
    return f"{median(laps, lambda lap: lap.cpu_each) * 1e3:.2f} ms"
