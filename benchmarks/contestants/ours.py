"""Our engine in memory: each act takes the stored bytes and leaves the next ones."""

from __future__ import annotations

import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from benchmarks import diagrams
from benchmarks.diagrams import Act, Case
from processes import engine
from processes.engine import Environment, Spec, Step, Wait, WaitKind

from .stopwatch import WARM_UP, lap

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ENVIRONMENT = Environment(now=NOW, state_key=b"benchmarks, nothing to hide here")
DONE = {"ok": True}


def steps(spec: Spec, case: Case) -> Iterator[Step]:
    """Yield every step of the case's way; machines answer as soon as they are asked."""
    acts = iter(case.acts)
    open_: dict[tuple[WaitKind, str], Wait] = {}
    step: Step | None = engine.start(spec, case.variables, ENVIRONMENT)
    while step:
        yield step
        # As the runtime's rows know it: what was waited for, and what has changed since.
        for gone in step.closed:
            del open_[gone]
        open_ |= {(wait.kind, wait.token_id): wait for wait in step.opened}
        waits = open_.values()
        step = _answered(spec, step, waits) or _after(spec, step, waits, next(acts, None))


def _answered(spec: Spec, step: Step, waits: Iterable[Wait]) -> Step | None:
    """Complete one of the service tasks that wait."""
    job = next((wait for wait in waits if wait.kind is WaitKind.SERVICE_TASK), None)
    if job is None:
        return None
    return engine.complete(
        spec, step.state, ENVIRONMENT, token_id=job.token_id, output={job.element_id: DONE}
    )


def _after(spec: Spec, step: Step, waits: Iterable[Wait], act: Act | None) -> Step | None:
    if act is None:
        return None
    wait = next(wait for wait in waits if wait.element_id == act.element)
    if act.message:
        return engine.deliver(
            spec, step.state, ENVIRONMENT, token_id=wait.token_id, payload=act.data
        )
    return engine.complete(spec, step.state, ENVIRONMENT, token_id=wait.token_id, output=act.data)


@cache
def _spec(name: str) -> Spec:
    case = diagrams.THREE[name]
    return engine.parse(case.ours)[case.process_id]


def run(name: str, times: int) -> dict[str, Any]:
    """Go the whole way `times` times."""
    return lap(_way(name), times)


def _way(name: str) -> Callable[[], None]:
    spec, case = _spec(name), diagrams.THREE[name]

    def way() -> None:
        *_, last = steps(spec, case)
        assert last.ended, [wait.element_id for wait in last.waits]  # noqa: S101

    for _ in range(WARM_UP):
        way()
    return way


def sizes(name: str) -> list[int]:
    """Bytes of the state after each act."""
    return [len(step.state) for step in steps(_spec(name), diagrams.THREE[name])]


def grow(turns: int, window: int) -> dict[str, Any]:
    """Go round a loop; seconds of a turn and bytes at its end, near turn 10 and at the end."""
    case = diagrams.LOOP
    spec = engine.parse(case.ours)[case.process_id]
    endless = replace(case, acts=[*case.acts] * turns)
    seconds: list[float] = []
    sizes: list[int] = []
    began = time.perf_counter()
    for number, step in enumerate(steps(spec, endless)):
        if number % 2 == 0 and number:  # a turn is two acts: the person's and the machine's
            seconds.append(time.perf_counter() - began)
            sizes.append(len(step.state))
            began = time.perf_counter()
    early, late = seconds[10 : 10 + window], seconds[-window:]
    return {
        "seconds": [statistics.median(early), statistics.median(late)],
        "bytes": [sizes[9], sizes[-1]],
    }


def items(count: int, *, does: str, in_turn: bool = False, watched: bool = False) -> float:
    """Do something for each of `count` items; seconds for one of them."""
    spec = _spec_of_items(does, in_turn=in_turn, watched=watched)
    given = list(range(count)) if does == "script" else diagrams.items_of(count)
    began = time.perf_counter()
    step = engine.start(spec, {"items": given}, ENVIRONMENT)
    waiting = deque(_people(step))
    while not step.ended:
        token_id = waiting.popleft()
        step = engine.complete(spec, step.state, ENVIRONMENT, token_id=token_id, output=DONE)
        waiting.extend(_people(step))
    return (time.perf_counter() - began) / count


def _people(step: Step) -> list[str]:
    return [wait.token_id for wait in step.opened if wait.kind is WaitKind.USER_TASK]


@cache
def _spec_of_items(does: str, *, in_turn: bool, watched: bool) -> Spec:
    diagram = diagrams.items(does, in_turn=in_turn, watched=watched)
    return engine.parse({"items.bpmn": diagram})["items"]


VERBS = {"run": run, "sizes": sizes, "grow": grow, "items": items}
