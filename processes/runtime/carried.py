"""Rows that go on with a case in another version: the same rows, with what is drawn there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from processes.contract import Actor
from processes.engine import Plan, Wait, WaitKind
from processes.models import (
    Incident,
    Job,
    MessageSubscription,
    Timer,
    UserTask,
    UserTaskCandidate,
)

from . import waiting
from .locked import Locked

Forms = Mapping[str, Any]


def carry(case: Locked, plan: Plan, old_forms: Forms, new_forms: Forms) -> None:
    """Let the rows that stay say what the new version draws. The case is locked and saved."""
    for change in plan.altered:
        match change.after.kind:
            case WaitKind.USER_TASK:
                _carry_task(case, change.after)
            case WaitKind.SERVICE_TASK:
                _carry_job(case, change.after)
            case WaitKind.TIMER:
                _carry_timer(case, change.after)
            case WaitKind.MESSAGE:
                rows = MessageSubscription.objects.filter(instance_id=case.id)
                row = waiting.subscription_row(case.id, change.after)
                rows.filter(token=row["token"]).update(element_id=row["element_id"])
    _outdate_forms(case, old_forms, new_forms)


def settle_timers(case: Locked, actor: Actor) -> None:
    """Resolve the incident of timers that could not fire, if none of them is left."""
    if not Timer.objects.filter(instance_id=case.id, blocked=True).exists():
        stuck = Incident.objects.filter(
            instance_id=case.id, kind=Incident.Kind.TIMER, resolved_at=None, raised_at__lte=case.now
        )
        stuck.update(resolved_at=case.now, resolved_by=actor.name)


def _carry_task(case: Locked, wait: Wait) -> None:
    row = waiting.task_row(case.id, case.tenant, wait)
    tasks = UserTask.objects.filter(instance_id=case.id, token=wait.token_id, closed_at=None)
    named = {name: row[name] for name in ("element_id", "name", "form_id", "process_key")}
    for number in tasks.values_list("pk", flat=True):
        UserTaskCandidate.objects.filter(task_id=number).update(process_key=wait.process_id)
    tasks.update(**named)


def _carry_job(case: Locked, wait: Wait) -> None:
    row = waiting.job_row(case.id, wait)
    named = {name: row[name] for name in ("element_id", "topic", "headers")}
    Job.objects.filter(instance_id=case.id, token=wait.token_id).update(**named)
    Incident.objects.filter(
        instance_id=case.id, kind=Incident.Kind.JOB, subject=wait.token_id, resolved_at=None
    ).update(element_id=row["element_id"])


def _carry_timer(case: Locked, wait: Wait) -> None:
    row = waiting.timer_row(case.id, wait)
    named = {name: row[name] for name in ("element_id", "attached_to", "interrupting")}
    Timer.objects.filter(instance_id=case.id, token=wait.token_id).update(**named)


def _outdate_forms(case: Locked, old: Forms, new: Forms) -> None:
    """A form that somebody has open is stale if it is another one now; drafts stay."""
    tasks = UserTask.objects.filter(instance_id=case.id, closed_at=None)
    for number, form_id in tasks.values_list("pk", "form_id"):
        if form_id and old.get(form_id) != new.get(form_id):
            tasks.filter(pk=number).update(revision=F("revision") + 1)
