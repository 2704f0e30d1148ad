"""Many cases: timers that are all due at once, full inboxes, long histories."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from benchmarks.contestants.line import Contestant
from benchmarks.rounds import Lap, interleave, lap_of, pooled
from benchmarks.servers import Servers

from . import Figure, Sizes

SHORT = 10
"""Pages per lap: a busy second of the machine shall meet both sides."""


def due_at_once(servers: Servers, sizes: Sizes) -> Iterator[Figure]:
    """Two sweepers drain timers that came due together."""
    environment = _copy(servers, "timers")
    with Contestant("crowd", **environment) as one, Contestant("crowd", **environment) as other:
        one("join")
        one("fill_timers", count=sizes.timers)
        other("join")
        one.ask("drain")
        other.ask("drain")
        laps = [lap_of(one.answer()), lap_of(other.answer())]
        fired = one("fired")
    seconds = max(lap.seconds for lap in laps)
    yield Figure(
        what=f"Timers, {sizes.timers:,} due at once, two sweepers",
        value=f"{sizes.timers / seconds:,.0f}/s",
        target="≥ 1,000/s",
        met=sizes.timers / seconds >= 1000,
        beside=f"{laps[0].count:,} and {laps[1].count:,} in {seconds:.1f} s, of which "
        f"{sum(lap.cpu for lap in laps):.1f} s CPU in the sweepers",
    )
    lost, twice = sizes.timers - fired["cases"], fired["most_per_case"] > 1
    yield Figure(
        what="Timers lost; fired twice",
        value=f"{lost}; {'some' if twice else 'none'}",
        target="0; none",
        met=not lost and not twice,
    )


def inbox(servers: Servers, sizes: Sizes) -> Iterator[Figure]:
    """A clerk's page of 50 with its capped count, with few and with many open tasks."""
    places = [_copy(servers, name) for name in ("inbox_few", "inbox_many")]
    with Contestant("crowd", **places[0]) as few, Contestant("crowd", **places[1]) as many:
        for contestant, count in ((few, sizes.inbox_few), (many, sizes.inbox_many)):
            contestant("join")
            contestant("fill_inbox", count=count)
            contestant("pages", times=10)
        laps = interleave(
            {
                "few": lambda: lap_of(few("pages", times=SHORT)),
                "many": lambda: lap_of(many("pages", times=SHORT)),
            },
            sizes.pages * sizes.rounds // SHORT,
        )
    quick, slow = (pooled(laps[name], 0.95) * 1e3 for name in ("few", "many"))
    usual = [pooled(laps[name], 0.5) * 1e3 for name in ("many", "few")]
    yield Figure(
        what=f"Inbox p95, {sizes.inbox_many:,} ÷ {sizes.inbox_few:,} open tasks",
        value=f"{slow / quick:.2f}",
        target="≤ 1.5",
        met=slow / quick <= 1.5,
        beside=f"{slow:.1f} against {quick:.1f} ms; p50 {usual[0]:.1f} against {usual[1]:.1f} ms",
    )
    yield Figure(
        what=f"Inbox p95, {sizes.inbox_many:,} open tasks",
        value=f"{slow:.1f} ms",
        target="≤ 50 ms",
        met=slow <= 50,
        beside="its capped count included",
    )


def history(servers: Servers, sizes: Sizes) -> Iterator[Figure]:
    """Pages of 200 events, of a case with 200 and of one with many more."""
    with Contestant("crowd", **_copy(servers, "history")) as crowd:
        crowd("join")
        short, long = crowd("fill_history", cases=sizes.cases, long=sizes.events)

        def read(instance: int, events: int) -> Lap:
            asked = {"instance_id": instance, "events": events, "times": SHORT}
            return lap_of(crowd("timelines", **asked))

        laps = interleave(
            {"short": partial(read, short, 200), "long": partial(read, long, sizes.events)},
            sizes.pages * sizes.rounds // 4 // SHORT,
        )
    brief, slow = (pooled(laps[name], 0.95) * 1e3 for name in ("short", "long"))
    rows = 2 * sizes.cases + sizes.events
    yield Figure(
        what=f"History page p95, case of {sizes.events:,} events among {rows:,}",
        value=f"{slow:.1f} ms",
        target="≤ 50 ms",
        met=slow <= 50,
        beside=f"÷ case of 200 events: {slow / brief:.2f}",
    )


def _copy(servers: Servers, name: str) -> dict[str, str]:
    """A database of its own, with the tables laid down and the flow deployed."""
    if "crowd" not in servers.templates:
        servers.create("crowd")
        servers.templates.add("crowd")
        with Contestant("crowd", **servers.environment("crowd")) as crowd:
            crowd("prepare")
    servers.create(name, like="crowd")
    return servers.environment(name)
