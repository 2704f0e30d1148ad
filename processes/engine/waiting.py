"""What tokens wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from .activities import WORK
from .asleep import opened
from .events import DUE, MESSAGE, REST, BoundaryEvent
from .eventsubs import EventSubProcess
from .moments import from_number
from .nodes import LOCALS
from .patches import Token
from .types import Wait, WaitKind

Key = tuple[WaitKind, str, Any]
"""What tells two waits apart: kind, token, of a timer that runs its moment, of a message its
name and correlation key."""


def key_of(token: Token) -> Key | None:
    """For what `token` waits; None: for nothing outside."""
    internals = token.internal_data
    if DUE in internals:
        return WaitKind.TIMER, token.id, internals[DUE]
    if REST in internals:
        return WaitKind.TIMER, token.id, None
    if MESSAGE in internals:
        return WaitKind.MESSAGE, token.id, tuple(internals[MESSAGE])
    kind = token.task_spec.done_by
    return None if kind is None else (kind, token.id, None)


def awaiting(tokens: Iterable[Token]) -> dict[Key, Token]:
    """Those of `tokens` that wait for something outside, in their order."""
    return {key: token for token in tokens if (key := key_of(token)) is not None}


def wait_of(token: Token, key: Key, *, behind: bool = False) -> Wait:
    """What `token` waits for, to be told to who does it."""
    kind, own = key[0], _OWN[key[0]](token)
    node = token.task_spec
    element = node.caught
    if isinstance(node, EventSubProcess):
        host = token.workflow.activity
        own |= {"interrupting": element.interrupting, "attached_to": host.id if host else ""}
    elif isinstance(node, BoundaryEvent):
        own |= {"interrupting": element.interrupting, "attached_to": token.parent.id}
    return Wait(
        kind=kind,
        token_id=token.id,
        element_id=element.id,
        process_id=element.process_id,
        name=element.name or element.id,
        behind=behind,
        **own,
    )


def _timer(token: Token) -> dict[str, Any]:
    if DUE in token.internal_data:
        return {"due_at": from_number(token.internal_data[DUE])}
    return {"remaining": timedelta(microseconds=token.internal_data[REST])}


def _message(token: Token) -> dict[str, Any]:
    name, key = token.internal_data[MESSAGE]
    return {"message": name, "correlation_key": key}


def _seen(token: Token) -> dict[str, Any]:
    return {
        "variables": opened(token.internal_data.get(LOCALS) or token.task_spec.visible(token)),
        "headers": token.task_spec.element.headers,
    }


def _user_task(token: Token) -> dict[str, Any]:
    seen = {**_seen(token), "form_id": token.task_spec.element.form_id}
    work = token.internal_data.get(WORK)
    if work is None:
        return seen
    moments = {
        field: from_number(work[name])
        for name, field in (("due", "due_at"), ("follow_up", "follow_up_at"))
        if name in work
    }
    return {
        **seen,
        **moments,
        "assignee": work.get("assignee", ""),
        "candidate_groups": tuple(work.get("groups", ())),
        "candidate_users": tuple(work.get("users", ())),
        "priority": work.get("priority", 50),
    }


def _job(token: Token) -> dict[str, Any]:
    element = token.task_spec.element
    return {**_seen(token), "topic": element.topic, "retries": token.internal_data[WORK]}


_OWN: Mapping[WaitKind, Callable[[Token], dict[str, Any]]] = {
    WaitKind.TIMER: _timer,
    WaitKind.MESSAGE: _message,
    WaitKind.USER_TASK: _user_task,
    WaitKind.SERVICE_TASK: _job,
}
