"""The whole runtime: commands in, rows and hints out, on PostgreSQL and Valkey."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import count
from typing import Any

from django.test.utils import CaptureQueriesContext

from benchmarks import diagrams
from processes import acts, hints, runtime, worker
from processes.contract import SYSTEM

from .house import SELLER, TENANT, connection, current_app, deploy, migrate, query
from .recorded import FIRST_IDS, KEY, Recorder
from .stopwatch import lap

CASES = {"refund only": diagrams.REFUND_ONLY, "small": diagrams.SMALL}
_OPEN = "SELECT id FROM processes_usertask WHERE closed_at IS NULL ORDER BY id"
_READY = "SELECT id FROM processes_job WHERE state = 'ready' ORDER BY id"
_numbers = count(1)
"""Of business keys: the bare transactions, on a copy, count the same way."""


def prepare() -> None:
    """Lay down the tables, deploy, and let ids begin where recordings want them."""
    migrate()
    for table, first in FIRST_IDS.items():
        query("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", table, first)
    for case in CASES.values():
        deploy(case)


def join() -> None:
    """Work on a copy of a prepared database."""
    for case in CASES.values():
        deploy(case)
    ((known,),) = query("SELECT count(*) FROM processes_processinstance")
    for _ in range(known):
        next(_numbers)


def start(name: str) -> str:
    """Start one instance; its business key."""
    case, key = CASES[name], KEY.format(next(_numbers))
    runtime.start_process(
        key=case.process_id,
        business_key=key,
        variables=case.variables,
        tenant=TENANT,
        actor=SYSTEM,
    )
    return key


def complete(task_id: int) -> float:
    """Let the seller do a task; seconds."""
    began = time.perf_counter()
    runtime.complete_user_task(task_id=task_id, output={"approved": True}, actor=SELLER)
    return time.perf_counter() - began


def claim(job_id: int) -> runtime.LeasedJob:
    """Lease the job that a hint named."""
    (job,) = runtime.claim_jobs(1, "bench", ids=[job_id])
    return job


def run(name: str, times: int) -> dict[str, Any]:
    """Bring `times` instances from start to end, act by act; what finds the ids is not timed."""
    laps = [lap(lambda: start(name), times, finish=hints.flush), _each(complete, _ids(_OPEN))]
    while jobs := _ids(_READY):
        laps.append(_each(lambda job_id: worker.run_job(claim(job_id)), jobs))
    hush()
    return {
        "count": times,
        "seconds": sum(part["seconds"] for part in laps),
        "cpu": sum(part["cpu"] for part in laps),
        "latencies": laps[1]["latencies"],
    }


def record(name: str) -> dict[str, Any]:
    """Bring one instance from start to end; its statements, its ids and its key."""
    recorder = Recorder(connection)
    before = {table: _last(table) for table in FIRST_IDS}
    with recorder.during("start"):
        key = start(name)
    (task_id,) = _ids(_OPEN)
    with recorder.during("complete"):
        complete(task_id)
    while jobs := _ids(_READY):
        with recorder.during("claim"):
            job = claim(jobs[0])
        with recorder.during("job"):
            worker.run_job(job)
    ids = {table: list(range(before[table] + 1, _last(table) + 1)) for table in FIRST_IDS}
    return {
        "transactions": [transaction.as_json() for transaction in recorder.transactions],
        "ids": ids,
        "key": key,
    }


def statements(name: str) -> dict[str, int]:
    """How many statements each act sends, BEGIN and COMMIT counted."""
    run(name, 1)  # so that the definition is read already
    found = {"start": _counted(lambda: start(name))}
    (task_id,) = _ids(_OPEN)
    found["user task"] = _counted(lambda: complete(task_id))
    job_id, leased = _ids(_READY)[0], []
    found["claim"] = _counted(lambda: leased.append(claim(job_id)))
    found["job"] = _counted(lambda: worker.run_job(leased[0]))
    while jobs := _ids(_READY):
        worker.run_job(claim(jobs[0]))
    return found


def split(name: str, times: int) -> dict[str, float]:
    """Milliseconds of CPU of one advance: engine, persistence, and hints in their thread."""
    for _ in range(times):
        start(name)
    hints.flush()
    tasks, spent = _ids(_OPEN), {"engine": 0.0}
    with _Timed(acts.Act, "perform", spent, "engine"):
        ours, all_threads = time.thread_time(), time.process_time()
        for task_id in tasks:
            complete(task_id)
        ours = time.thread_time() - ours
        hints.flush()
        all_threads = time.process_time() - all_threads
    spent |= {"persistence": ours - spent["engine"], "hints": all_threads - ours}
    while jobs := _ids(_READY):
        for job_id in jobs:
            worker.run_job(claim(job_id))
    hush()
    return {part: seconds / len(tasks) * 1e3 for part, seconds in spent.items()}


def totals() -> list[list[int]]:
    """Rows and bytes of each table, to compare with those of the bare transactions."""
    tables = ("processinstance", "historyevent", "usertask", "usertaskcandidate", "job", "timer")
    counted = "SELECT count(*), coalesce(sum(pg_column_size(t)), 0) FROM processes_{} t"
    return [[int(part) for part in query(counted.format(name))[0]] for name in tables]


def hush() -> None:
    """Throw away the hints that nobody has listened to."""
    hints.flush()
    with current_app.connection_or_acquire() as broker:
        broker.default_channel.client.flushall()


def _each(act: Callable[[int], object], ids: Sequence[int]) -> dict[str, Any]:
    remaining = iter(ids)
    return lap(lambda: act(next(remaining)), len(ids), finish=hints.flush)


def _ids(text: str) -> list[int]:
    return [row[0] for row in query(text)]


def _last(table: str) -> int:
    text = "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)"
    return int(query(text, table)[0][0])


def _counted(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        act()
    return len(queries)


class _Timed(AbstractContextManager[None]):
    """Adds up the CPU of one function while it holds."""

    def __init__(self, owner: Any, name: str, spent: dict[str, float], key: str) -> None:
        self._owner, self._name, self._spent, self._key = owner, name, spent, key
        self._real = getattr(owner, name)

    def __enter__(self) -> None:
        def timed(*arguments: Any, **named: Any) -> Any:
            began = time.thread_time()
            try:
                return self._real(*arguments, **named)
            finally:
                self._spent[self._key] += time.thread_time() - began

        setattr(self._owner, self._name, timed)

    def __exit__(self, *_: object) -> None:
        setattr(self._owner, self._name, self._real)


VERBS = {
    "prepare": prepare,
    "join": join,
    "record": record,
    "run": run,
    "split": split,
    "statements": statements,
    "totals": totals,
}
