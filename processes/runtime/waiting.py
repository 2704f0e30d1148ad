"""What a case waits for, as rows to insert and to take away. Pure: no database.

A letter names the kind of a row: `u`ser task, `s`ervice task (job), `m`essage or `t`imer;
with the token it names the row. A step says what it opens and closes, so nobody reads the
rows that stay.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from processes.engine import Step, Wait, WaitKind
from processes.errors import CannotGoOn

_LETTERS = {
    WaitKind.USER_TASK: "u",
    WaitKind.SERVICE_TASK: "s",
    WaitKind.MESSAGE: "m",
    WaitKind.TIMER: "t",
}


def gone(step: Step) -> list[tuple[str, str]]:
    """Letter of the kind, and token, of the rows that a step makes go."""
    return sorted((_LETTERS[kind], token) for kind, token in step.closed)


def task_row(instance_id: int, tenant: str, wait: Wait) -> dict[str, Any]:
    """The row of a user task; `due_at` and audiences are ready for the inbox."""
    return {
        **_common(instance_id, wait),
        "process_key": wait.process_id,
        "name": wait.name[:200],
        "form_id": _bounded(wait.form_id, 100, "form id"),
        "audiences": audiences(tenant, wait),
        "assignee": _bounded(wait.assignee, 150, "assignee"),
        "variables": dict(wait.variables),
        "npri": -max(-32767, min(32767, wait.priority)),
        "due_at": _iso(wait.due_at),
        "follow_up_at": _iso(wait.follow_up_at),
    }


def job_row(instance_id: int, wait: Wait) -> dict[str, Any]:
    """The row of a service task's job."""
    return {
        **_common(instance_id, wait),
        "topic": _bounded(wait.topic, 200, "topic"),
        "inputs": dict(wait.variables),
        "headers": dict(wait.headers),
        "retries": max(1, min(1000, wait.retries)),
    }


def timer_row(instance_id: int, wait: Wait) -> dict[str, Any]:
    """The row of a timer."""
    return {
        **_common(instance_id, wait),
        "due": _iso(wait.due_at),
        "remaining": None if wait.remaining is None else _interval(wait.remaining),
        "attached_to": wait.attached_to,
        "interrupting": wait.interrupting,
    }


def subscription_row(instance_id: int, wait: Wait) -> dict[str, Any]:
    """The row of a message that is waited for."""
    return {
        **_common(instance_id, wait),
        "name": _bounded(wait.message, 100, "message name"),
        "correlation_key": _bounded(wait.correlation_key, 200, "correlation key"),
    }


def audiences(tenant: str, wait: Wait) -> list[str]:
    """Who is offered the task: `seller` is the seller of this case, `platform/finance` is
    taken as it stands, a user is `@login`."""
    groups = [group if "/" in group else f"{tenant}/{group}" for group in wait.candidate_groups]
    names = [*groups, *(f"@{login}" for login in wait.candidate_users)]
    return list(dict.fromkeys(_bounded(name, 150, "candidate") for name in names))


def _common(instance_id: int, wait: Wait) -> dict[str, Any]:
    return {"instance_id": instance_id, "token": wait.token_id, "element_id": wait.element_id[:200]}


def _bounded(text: str, limit: int, what: str) -> str:
    if len(text) > limit:
        raise CannotGoOn(f"expected a {what} of at most {limit} characters, got {len(text)}")
    return text


def _interval(length: timedelta) -> str:
    return f"{length // timedelta(microseconds=1)} microseconds"


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
