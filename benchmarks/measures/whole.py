"""The whole runtime on PostgreSQL: against the bare transactions, and against viewflow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from statistics import median as median_of

from benchmarks.contestants.line import Contestant
from benchmarks.rounds import Lap, Rounds, interleave, lap_of, median, pooled, ratio, spread
from benchmarks.servers import Servers

from . import Figure, Sizes

REFUND_ONLY, SMALL = "refund only", "small"
SHORT = 10
"""Instances per lap: a busy second of the machine shall meet all sides."""
_BOTH = ("whole", "prepared")
VIEWFLOW = "benchmarks.contestants.viewflow_own.settings"


def against_bare(servers: Servers, sizes: Sizes) -> Iterator[Figure]:
    """Refund-only instances, and the p95 of its one user task, against the same statements."""
    with ExitStack() as stack:
        whole, prepared, plain = _three(servers, stack)
        laps = interleave(
            {
                "whole": lambda: _instances(whole, SHORT),
                "prepared": lambda: lap_of(prepared("run", times=SHORT)),
                "plain": lambda: lap_of(plain("run", times=SHORT)),
            },
            sizes.instances * sizes.rounds // SHORT,
        )
        same = whole("totals") == prepared("totals") == plain("totals")
        yield from _rates(laps)
        yield Figure(
            what="Rows and bytes that both have written",
            value="the same" if same else "NOT the same",
            target="the same",
            met=same,
        )
        yield from _latencies(laps)
        yield from _costs(whole, sizes)


def _three(servers: Servers, stack: ExitStack) -> list[Contestant]:
    """The runtime and two that replay it, each on a copy of one database."""
    recording = _record(servers, "recorded", REFUND_ONLY)
    found = []
    for database, module in (("whole", "whole"), ("bare", "bare"), ("bare_plain", "bare")):
        servers.create(database, like="recorded")
        found.append(stack.enter_context(Contestant(module, **servers.environment(database))))
    found[0]("join")
    found[1]("learn", recording=recording, prepared=True)
    found[2]("learn", recording=recording, prepared=False)
    for contestant in found[1:]:
        contestant("run", times=5)
    _instances(found[0], 5)
    return found


def _record(servers: Servers, database: str, name: str) -> object:
    """Record one instance in a database that is then copied: it is warm already."""
    servers.create(database)
    with Contestant("whole", **servers.environment(database)) as whole:
        whole("prepare")
        whole("run", name=name, times=2)
        recording: object = whole("record", name=name)
        return recording


def _instances(whole: Contestant, times: int) -> Lap:
    return lap_of(whole("run", name=REFUND_ONLY, times=times))


def _rates(laps: Rounds) -> Iterator[Figure]:
    found = ratio(laps["whole"], laps["prepared"], _rate)
    yield Figure(
        what="Runtime, refund only ÷ bare transactions, prepared",
        value=str(found),
        target="≥ 0.40",
        met=found.median >= 0.40,
        beside=f"{_per_second(laps['whole'])} against {_per_second(laps['prepared'])} instances/s",
    )
    yield Figure(
        what="the same ÷ bare transactions, not prepared",
        value=str(ratio(laps["whole"], laps["plain"], _rate)),
        beside=f"against {_per_second(laps['plain'])} instances/s",
    )


def _latencies(laps: Rounds) -> Iterator[Figure]:
    whole, bare = ([pooled(laps[who], share) * 1e3 for share in (0.5, 0.95)] for who in _BOTH)
    found = whole[1] / bare[1]
    yield Figure(
        what="Advance p95 ÷ bare transaction p95",
        value=f"{found:.2f}",
        target="≤ 4",
        met=found <= 4,
        beside=f"{whole[1]:.1f} against {bare[1]:.1f} ms; p50 {whole[0]:.1f} against {bare[0]:.1f}",
    )


def _costs(whole: Contestant, sizes: Sizes) -> Iterator[Figure]:
    counted = whole("statements", name=REFUND_ONLY)
    most = max(counted.values())
    yield Figure(
        what="SQL statements per advance, BEGIN and COMMIT included",
        value=str(most),
        target="≤ 5",
        met=most <= 5,
        beside=", ".join(f"{act} {count}" for act, count in counted.items()),
    )
    splits = [whole("split", name=REFUND_ONLY, times=sizes.instances) for _ in range(sizes.rounds)]
    found = {part: spread([split[part] for split in splits]) for part in splits[0]}
    yield Figure(
        what="Client CPU per advance for persistence",
        value=f"{found['persistence']} ms",
        target="≤ 1 ms",
        met=found["persistence"].median <= 1,
        beside=f"engine {found['engine'].median:.2f} ms; "
        f"hints, in a thread of their own, {found['hints'].median:.2f} ms",
    )


def against_viewflow(servers: Servers, sizes: Sizes) -> Iterator[Figure]:
    """A flow of one person and one machine, against viewflow's own."""
    recording = _record(servers, "small", SMALL)
    servers.create("small_bare", like="small")
    servers.create("viewflow")
    own = {**servers.environment("viewflow"), "DJANGO_SETTINGS_MODULE": VIEWFLOW}
    with (
        Contestant("whole", **servers.environment("small")) as whole,
        Contestant("bare", **servers.environment("small_bare")) as bare,
        Contestant("viewflow", **own) as viewflow,
    ):
        whole("join")
        bare("learn", recording=recording, prepared=True)
        viewflow("prepare")
        laps = interleave(
            {
                "whole": lambda: lap_of(whole("run", name=SMALL, times=SHORT)),
                "bare": lambda: lap_of(bare("run", times=SHORT)),
                "viewflow": lambda: lap_of(viewflow("run", times=SHORT)),
            },
            max(2, sizes.instances * sizes.rounds // SHORT),
        )
        statements = viewflow("statements")
        ours = sum(whole("statements", name=SMALL).values())
    found = ratio(laps["whole"], laps["viewflow"], _rate)
    yield Figure(
        what="Runtime, small flow ÷ viewflow's own",
        value=str(found),
        target="≥ 10",
        met=found.median >= 10,
        beside=f"{_per_second(laps['whole'])} against {_per_second(laps['viewflow'])} instances/s",
    )
    yield Figure(
        what="Its bare transactions ÷ viewflow: the most there is to reach",
        value=str(ratio(laps["bare"], laps["viewflow"], _rate)),
        beside=f"{_per_second(laps['bare'])} instances/s",
    )
    yield Figure(
        what="viewflow's CPU per instance ÷ ours, client side",
        value=str(ratio(laps["viewflow"], laps["whole"], lambda lap: lap.cpu_each)),
        beside=f"statements per instance: {statements} against {ours}",
    )


def items(servers: Servers, sizes: Sizes) -> Iterator[Figure]:
    """Divide the time of one of many items, all open at once, by that of a tenth as many."""
    few, many = sizes.items // 10, sizes.items
    servers.create("items")
    with Contestant("items", **servers.environment("items")) as whole:
        whole("prepare")
        runs = [[whole("run", number=number) for number in (few, many)] for _ in range(3)]
    for what in ("open", "do"):
        found = spread([late[what] / early[what] for early, late in runs])
        early, late = (median_of(run[place][what] for run in runs) * 1e3 for place in (0, 1))
        yield Figure(
            what=f"Runtime, people at once, to {what} an item of {many:,} ÷ of {few:,}",
            value=str(found),
            target="≤ 2.5",
            met=found.median <= 2.5,
            beside=f"{late:.2f} against {early:.2f} ms",
        )


def _rate(lap: Lap) -> float:
    return lap.rate


def _per_second(laps: Sequence[Lap]) -> str:
    return f"{median(laps, _rate):.0f}"
