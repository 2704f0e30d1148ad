"""What an operator asks for by hand: told first, then done, and what must hold afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from processes import clock, engine, history, runtime
from processes.contract import Actor
from processes.engine import Put
from processes.errors import CannotBeMoved
from processes.models import (
    Job,
    MessageSubscription,
    ProcessInstance,
    Timer,
    UserTask,
)
from processes.runtime import Asked, Outlook
from processes.specs import definition_of, environment, spec_of
from tests.processes.conftest import stands_at, the_task
from tests.processes.test_random_lives import key_of, open_rows

OPS = Actor(name="olga", tenant="platform", via="ui")


def asked(**more: Any) -> Asked:
    return Asked(actor=OPS, reason="The clerk asked for it", **more)


def refusals(act: Callable[[Asked], Any], **more: Any) -> tuple[str, ...]:
    """Why it is refused: as a dry run tells, and as the real one does. Nothing changes."""
    plan = act(asked(dry_run=True, **more)).plan
    with pytest.raises(CannotBeMoved) as refused:
        act(asked(**more))
    assert plan.refusals == refused.value.sentences
    return refused.value.sentences


def done(instance: ProcessInstance, act: Callable[[Asked], Outlook], **more: Any) -> Outlook:
    """A dry run, which changes nothing, and the real one, which does what that said."""
    instance.refresh_from_db()
    before = (bytes(instance.state), open_rows(instance), instance.historyevent_set.count())
    told = act(asked(dry_run=True, **more))
    instance.refresh_from_db()
    after = (bytes(instance.state), open_rows(instance), instance.historyevent_set.count())
    assert before == after
    outlook = act(asked(revision=told.revision, **more))
    assert said(outlook) == said(told)
    check(instance)
    return outlook


def said(outlook: Outlook) -> list[Any]:
    """All but the moments at which timers that begin now are due: time goes on."""
    plan = outlook.plan
    opened = [(wait.kind, wait.element_id, wait.variables) for wait in plan.opened]
    altered = [(a.before, a.after.element_id, a.after.topic) for a in plan.altered]
    rest = [outlook.repeats, outlook.begun, outlook.revision]
    return [plan.closed, opened, altered, plan.passages, plan.ended, plan.refusals, *rest]


def check(instance: ProcessInstance) -> None:
    instance.refresh_from_db()
    spec = spec_of(definition_of(instance.definition_id))
    step = engine.describe(spec, bytes(instance.state), environment(clock.now()))
    told = [wait for wait in step.waits if not wait.behind]
    assert open_rows(instance) == set(map(key_of, told))
    elements = {wait.element_id for wait in told}
    assert stands_at(instance) == elements
    assert history.verify(instance).sound
    assert history.replay(instance).sound


def token_at(instance: ProcessInstance, element_id: str) -> str:
    found = [
        rows.filter(instance=instance, element_id=element_id).values_list("token", flat=True)
        for rows in (
            UserTask.objects.filter(closed_at=None),
            Job.objects,
            Timer.objects,
            MessageSubscription.objects,
        )
    ]
    (token,) = [token for tokens in found for token in tokens]
    return str(token)


def move(instance: ProcessInstance, element_id: str, to: str, **options: Any) -> Any:
    put = [Put(element_id=to, instead_of=token_at(instance, element_id), **options)]
    return lambda question: runtime.modify_case(instance.pk, question, put=put)


def cancel(instance: ProcessInstance, element_id: str) -> Any:
    tokens = [token_at(instance, element_id)]
    return lambda question: runtime.modify_case(instance.pk, question, take_off=tokens)


def complete(instance: ProcessInstance, actor: Actor, **output: Any) -> None:
    runtime.complete_user_task(task_id=the_task(instance).pk, output=output, actor=actor)


def migrate(instance: ProcessInstance, version: int = 2, **options: Any) -> Any:
    return lambda q: runtime.migrate_case(instance.pk, q, version=version, **options)
