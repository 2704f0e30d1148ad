"""What an instance waits for, read from its tokens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from .activities import WORK, Job, UserTask
from .events import DUE, MESSAGE, REST, BoundaryEvent
from .eventsubs import EventSubProcess
from .instance import Instance
from .moments import from_number
from .nodes import LOCALS
from .patches import Token
from .types import Wait, WaitKind

_EMPTY: Mapping[str, Any] = {
    "variables": MappingProxyType({}),
    "headers": MappingProxyType({}),
    **{field.name: field.default for field in fields(Wait) if field.default is not MISSING},
}
"""The fields of a `Wait` that do not belong to its kind."""


def waits(instance: Instance) -> Iterator[Wait]:
    """Everything `instance` waits for, in the order in which the tokens came."""
    for token in instance.standing():
        node = token.task_spec
        if DUE in token.internal_data:
            yield _wait(token, WaitKind.TIMER, due_at=from_number(token.internal_data[DUE]))
        elif REST in token.internal_data:
            rest = timedelta(microseconds=token.internal_data[REST])
            yield _wait(token, WaitKind.TIMER, remaining=rest)
        elif MESSAGE in token.internal_data:
            name, key = token.internal_data[MESSAGE]
            yield _wait(token, WaitKind.MESSAGE, message=name, correlation_key=key)
        elif isinstance(node, UserTask):
            yield _wait(token, WaitKind.USER_TASK, **_user_task(token))
        elif isinstance(node, Job):
            yield _wait(token, WaitKind.SERVICE_TASK, **_job(token))


def _wait(token: Token, kind: WaitKind, **own: Any) -> Wait:
    node = token.task_spec
    element = node.caught if kind in (WaitKind.TIMER, WaitKind.MESSAGE) else node.element
    if isinstance(node, EventSubProcess):
        host = token.workflow.activity
        own |= {"interrupting": element.interrupting, "attached_to": host.id if host else ""}
    elif isinstance(node, BoundaryEvent):
        own |= {"interrupting": element.interrupting, "attached_to": token.parent.id}
    # Not `Wait(…)`, which sets field by field: a case may wait for thousands of things, and
    # every act makes all of them.
    wait = object.__new__(Wait)
    wait.__dict__.update(
        _EMPTY,
        kind=kind,
        token_id=token.id,
        element_id=element.id,
        process_id=element.process_id,
        name=element.name or element.id,
    )
    wait.__dict__.update(own)
    return wait


def _seen(token: Token) -> dict[str, Any]:
    return {
        "variables": token.internal_data.get(LOCALS) or token.task_spec.visible(token),
        "headers": token.task_spec.element.headers,
    }


def _user_task(token: Token) -> dict[str, Any]:
    work = token.internal_data.get(WORK)
    if work is None:
        return {**_seen(token), "form_id": token.task_spec.element.form_id}
    moments = {
        field: from_number(work[name])
        for name, field in (("due", "due_at"), ("follow_up", "follow_up_at"))
        if name in work
    }
    return {
        **_seen(token),
        **moments,
        "form_id": token.task_spec.element.form_id,
        "assignee": work.get("assignee", ""),
        "candidate_groups": tuple(work.get("groups", ())),
        "candidate_users": tuple(work.get("users", ())),
        "priority": work.get("priority", 50),
    }


def _job(token: Token) -> dict[str, Any]:
    element = token.task_spec.element
    return {**_seen(token), "topic": element.topic, "retries": token.internal_data[WORK]}
