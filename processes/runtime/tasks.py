"""What people do with their tasks: take, give back, hand over, fill in, complete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from processes import acts
from processes.contract import Actor
from processes.engine import EngineError, TokenNotWaiting
from processes.errors import (
    CannotGoOn,
    NoSuchTask,
    NotYourTask,
    StaleTask,
    TaskAlreadyClosed,
    TaskAlreadyTaken,
)
from processes.history import Happening, Kind
from processes.models import UserTask
from processes.plain import plain

from . import early, locked, timers
from .locked import LockedTask
from .saving import save
from .stepping import observe, step

COMPLETED_BY = "completed_by"
"""What a diagram calls the login of whoever has done a task. No form may have such a field."""

_MOST_DEADLINES = 10
"""Rounds of overdue timers that may come before one click."""


class _DeadlinePassed(Exception):
    """A timer of the case was due before the act: it comes first."""

    def __init__(self, instance_id: int) -> None:
        super().__init__(instance_id)
        self.instance_id = instance_id


def complete_user_task(
    *, task_id: int, output: Mapping[str, Any], actor: Actor, revision: int | None = None
) -> None:
    """Report a user task as done by `actor`; `output` is the judged submission, to which
    `completed_by` is added for the diagram's mappings.

    A deadline that has passed comes first, even when no sweeper has seen it yet. At the
    very moment of the deadline the act wins.

    Raises:
        NoSuchTask, NotYourTask, TaskAlreadyClosed: as they say.
        StaleTask: `revision` is given and the task was changed since.
        BadVariables: the output is not plain JSON.
        CannotGoOn: the diagram gives no way on from here.
    """
    output = plain({**output, COMPLETED_BY: actor.name})
    for _round in range(_MOST_DEADLINES):
        try:
            return _complete(task_id, output, actor, revision)
        except _DeadlinePassed as passed:
            timers.fire_due_timers(passed.instance_id)
    raise CannotGoOn(_("its deadlines never come to an end"))


@transaction.atomic(durable=True)
def _complete(task_id: int, output: dict[str, Any], actor: Actor, revision: int | None) -> None:
    task = _open_task(task_id, revision)
    if task.case.next_due and task.case.next_due < task.case.now:
        raise _DeadlinePassed(task.case.id)
    _check_may_work_on(task, actor)
    try:
        change = step(
            task.case,
            acts.complete(task.token, output),
            kind=Kind.TASK_COMPLETED,
            actor=actor,
            element_id=task.element_id,
            letter="u",
        )
    except TokenNotWaiting as error:
        raise TaskAlreadyClosed(task.name) from error
    except EngineError as error:
        raise CannotGoOn(str(error)) from error
    saved = save([change])
    early.deliver_early(change.after, saved.early)


@transaction.atomic(durable=True)
def claim_task(task_id: int, actor: Actor) -> None:
    """Take a task nobody has. Taking one's own again changes nothing.

    Raises:
        NotYourTask: the actor is of none of its audiences.
        TaskAlreadyTaken: somebody else was faster.
    """
    task = _open_task(task_id)
    _check_may_work_on(task, actor)
    if task.assignee != actor.name:
        _move(task, to=actor.name, kind=Kind.TASK_CLAIMED, actor=actor)


@transaction.atomic(durable=True)
def release_task(task_id: int, actor: Actor) -> None:
    """Give a task back, so that its audiences are offered it again. Its draft is dropped.

    Raises:
        NotYourTask: the actor does not have it, or nobody else would be offered it.
    """
    task = _open_task(task_id)
    if task.assignee != actor.name or not task.audiences:
        raise NotYourTask(task.name)
    _move(task, to="", kind=Kind.TASK_RELEASED, actor=actor)


@transaction.atomic(durable=True)
def assign_task(task_id: int, to: str, actor: Actor, *, override: bool = False) -> None:
    """Hand a task over to the person with login `to`. Whether they may do it, and whether
    the actor may take work from others (`override`), the caller has judged.

    Raises:
        NotYourTask: the actor neither has it nor, while nobody has it, is offered it.
    """
    task = _open_task(task_id)
    if not override:
        _check_may_work_on(task, actor)
    if task.assignee != to:
        _move(task, to=to, kind=Kind.TASK_ASSIGNED, actor=actor)


@transaction.atomic(durable=True)
def save_draft(task_id: int, data: Mapping[str, Any], actor: Actor, revision: int) -> int:
    """Keep what the assignee has filled in so far; return the task's new revision.

    A draft is no change of the case, so the history does not know it.

    Raises:
        StaleTask: the task was changed since `revision`.
        NotYourTask, TaskAlreadyClosed, BadVariables: as they say.
    """
    data = plain(data)
    task = UserTask.objects.select_for_update().filter(pk=task_id).first()
    if task is None:
        raise NoSuchTask
    if task.closed_at:
        raise TaskAlreadyClosed(task.name)
    if task.assignee != actor.name:
        raise NotYourTask(task.name)
    if task.revision != revision:
        raise StaleTask(task.name)
    UserTask.objects.filter(pk=task_id).update(draft=data, revision=F("revision") + 1)
    return revision + 1


def _open_task(task_id: int, revision: int | None = None) -> LockedTask:
    task = locked.task(task_id)
    if task is None:
        raise NoSuchTask
    if task.closed or task.case.status != "running":
        raise TaskAlreadyClosed(task.name)
    if revision is not None and task.revision != revision:
        raise StaleTask(task.name)
    return task


def _check_may_work_on(task: LockedTask, actor: Actor) -> None:
    if task.assignee == actor.name:
        return
    if task.audiences.isdisjoint(actor.groups | {f"@{actor.name}"}):
        raise NotYourTask(task.name)
    if task.assignee:
        raise TaskAlreadyTaken(task.name, task.assignee)


def _move(task: LockedTask, *, to: str, kind: Kind, actor: Actor) -> None:
    happening = Happening(
        kind=kind,
        actor=actor.name,
        via=actor.via,
        element_id=task.element_id,
        note={"task": task.token, "from": task.assignee, "to": to},
    )
    save([observe(task.case, happening, actor, move={"id": task.id, "assignee": to})])
