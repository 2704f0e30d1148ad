"""viewflow 2.4 through its activation API: start, do the task, let the machine answer."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from viewflow.workflow.models import Process, Task

from benchmarks import diagrams

from .stopwatch import lap
from .viewflow_own.flows import SmallFlow


def prepare() -> None:
    """Lay down the tables, and somebody who works."""
    call_command("migrate", verbosity=0)
    User.objects.create(username="sofia")


def run(times: int) -> dict[str, Any]:
    """Bring `times` instances from start to end."""
    sofia = User.objects.get(username="sofia")
    return lap(lambda: one(sofia), times)


def statements() -> int:
    """How many statements a whole instance sends."""
    sofia = User.objects.get(username="sofia")
    with CaptureQueriesContext(connection) as queries:
        one(sofia)
    return len(queries)


def one(sofia: User) -> float:
    """Bring one instance from start to end; seconds that the person's task took."""
    with transaction.atomic():
        process = SmallFlow.start.run(data=dict(diagrams.SMALL.variables))
    began = time.perf_counter()
    _review(process, sofia)
    took = time.perf_counter() - began
    with transaction.atomic():
        SmallFlow.pay.run(_task(process, SmallFlow.pay))
    return took


def _review(process: Process, sofia: User) -> None:
    """What viewflow's views do on assign and on submit, in one transaction."""
    with transaction.atomic(), SmallFlow.lock(process.pk):
        activation = SmallFlow.review.activation_class(_task(process, SmallFlow.review))
        activation.assign(sofia)
        activation.start(None)
        activation.process.data["approved"] = True
        activation.process.save()
        activation.execute()


def _task(process: Process, flow_task: Any) -> Task:
    return Task.objects.get(process_id=process.pk, flow_task=flow_task)


def totals() -> dict[str, int]:
    """How many processes have come to their end."""
    return {"done": Process.objects.filter(status="DONE").count()}


VERBS = {"prepare": prepare, "run": run, "statements": statements, "totals": totals}
