"""The runtime among many cases: due timers, full inboxes, long histories."""

from __future__ import annotations

import random
import time
from datetime import timedelta
from typing import Any

from benchmarks import diagrams
from processes import clock, queries, runtime
from processes.contract import SYSTEM
from processes.sweeper import Sweeper

from . import cloning
from .house import SELLER, TENANT, deploy, migrate, query
from .stopwatch import lap

GROUPS = 200
MINE = tuple(f"{TENANT}/group-{number}" for number in (0, 5, 40, 120))
"""A clerk's: one of the largest and three smaller ones."""


def prepare() -> None:
    migrate()
    deploy(diagrams.SMALL)


def join() -> None:
    """Work on a database that another contestant has filled."""
    deploy(diagrams.SMALL)


def _start(key: str) -> int:
    return runtime.start_process(
        key=diagrams.SMALL.process_id,
        business_key=key,
        variables=diagrams.SMALL.variables,
        tenant=TENANT,
        actor=SYSTEM,
    )


def fill_timers(count: int) -> None:
    """Have `count` cases whose timer has just become due."""
    cloning.clone_case(_start("DUE"), count - 1)
    clock.advance(timedelta(hours=49))


def drain() -> dict[str, Any]:
    """Sweep until nothing is due any more, side by side with whoever else does."""
    sweeper, began, cpu = Sweeper(), time.perf_counter(), time.process_time()
    fired = 0
    while query("SELECT EXISTS (SELECT FROM processes_timer WHERE due <= business_now())")[0][0]:
        fired += sweeper.tick()
    cpu = time.process_time() - cpu
    return {"count": fired, "seconds": time.perf_counter() - began, "cpu": cpu}


def fired() -> dict[str, int]:
    """How often timers have fired: per case once is right."""
    each = "SELECT count(*) n FROM processes_historyevent WHERE kind = 'timer_fired'"
    counted = f"SELECT count(*), coalesce(max(n), 0) FROM ({each} GROUP BY instance_id) x"  # noqa: S608
    cases, most = query(counted)[0]
    return {"cases": cases, "most_per_case": most}


def fill_inbox(count: int) -> None:
    """Have `count` open tasks."""
    cloning.clone_tasks(_start("INBOX"), count - 1, GROUPS)


def pages(times: int) -> dict[str, Any]:
    """Open the inbox: the first page, then the second, each with its capped count."""
    marks: list[str | None] = [None]

    def page() -> float:
        began = time.perf_counter()
        rows = queries.inbox_group(MINE, after=marks.pop(), limit=50)
        queries.count_group(MINE)
        took = time.perf_counter() - began
        marks.append(
            None if len(rows) < 50 or random.random() < 0.5 else queries.cursor_of(rows[-1])
        )
        return took

    return lap(page, times)


def fill_history(cases: int, long: int) -> list[int]:
    """Have many cases with two events, one with 200 and one with `long`; ids of these two."""
    first = _start("HISTORY")
    (task,) = queries.open_tasks("HISTORY")
    runtime.complete_user_task(task_id=task.id, output={"approved": True}, actor=SELLER)
    cloning.clone_case(first, cases)
    short = first + cases // 2
    cloning.clone_history(short, 198)
    cloning.clone_history(first, long - 2)
    cloning.settle()
    return [short, first]


def timelines(instance_id: int, events: int, times: int) -> dict[str, Any]:
    """Open pages of 200 events anywhere in the history of one case."""

    def page() -> float:
        after = random.randrange(max(1, events - 200))
        began = time.perf_counter()
        rows = queries.timeline(instance_id, after=after, limit=200)
        took = time.perf_counter() - began
        assert len(rows) == min(200, events), len(rows)  # noqa: S101
        return took

    return lap(page, times)


VERBS = {
    "prepare": prepare,
    "join": join,
    "fill_timers": fill_timers,
    "drain": drain,
    "fired": fired,
    "fill_inbox": fill_inbox,
    "pages": pages,
    "fill_history": fill_history,
    "timelines": timelines,
}
