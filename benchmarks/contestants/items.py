"""The whole runtime with a crowd of people in one case: each has a task for one item."""

from __future__ import annotations

import time
from itertools import count

from benchmarks import diagrams
from processes import contract, deployment, hints, runtime
from processes.contract import SYSTEM

from .house import SELLER, TENANT, migrate, query

_OPEN = "SELECT id FROM processes_usertask WHERE closed_at IS NULL ORDER BY id"
_numbers = count(1)


def prepare() -> None:
    """Lay down the tables and deploy."""
    migrate()
    sources = deployment.Sources(resources={"items.bpmn": diagrams.items("person")}, forms={})
    deployment.deploy(sources, actor=contract.SYSTEM)
    run(3)


def run(number: int) -> dict[str, float]:
    """Seconds for one of so many items: to open the tasks of all, and to do one."""
    began = time.perf_counter()
    runtime.start_process(
        key="items",
        business_key=f"crowd {next(_numbers)}",
        variables={"items": diagrams.items_of(number)},
        tenant=TENANT,
        actor=SYSTEM,
    )
    opened = time.perf_counter()
    tasks = [row[0] for row in query(_OPEN)]
    for task_id in tasks:
        runtime.complete_user_task(task_id=task_id, output={"approved": True}, actor=SELLER)
    done = time.perf_counter()
    hints.flush()
    assert len(tasks) == number  # noqa: S101
    return {"open": (opened - began) / number, "do": (done - opened) / number}


VERBS = {"prepare": prepare, "run": run}
