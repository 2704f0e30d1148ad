"""One task, and the open tasks of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.contract import Actor

from .inbox import COLUMNS, TaskRow, as_task_row, task_rows


@dataclass(frozen=True, kw_only=True)
class TaskDetail:
    """A task, opened."""

    row: TaskRow
    schema: Mapping[str, Any]
    """The form of the case's own version; empty when the task has none."""
    variables: Mapping[str, Any]
    """The mapped inputs."""
    draft: Mapping[str, Any] | None
    expires_at: datetime | None
    """When a timer drawn on it ends it; None: nothing does."""
    closed_by: str
    """Who did it; empty also when the case went on without it."""
    closed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class OpenTask(TaskRow):
    """An open task of a case, with the moment at which silence acts."""

    expires_at: datetime | None


def task(task_id: int, actor: Actor) -> TaskDetail | None:
    """The task, if the actor has it, had it, or is of its audiences; None: it is not theirs
    to know of."""
    found = task_rows(_ONE, {"id": task_id})
    if not found:
        return None
    row = found[0]
    extra = {name: row.pop(name) for name in ("schema", "variables", "draft", "expires_at")}
    closed_by, done = row.pop("closed_by"), row.pop("outcome") == "completed"
    offered = actor.groups | {f"@{actor.name}"}
    if actor.name not in {row["assignee"], closed_by} and offered.isdisjoint(row["audiences"]):
        return None
    extra["schema"] = extra["schema"] or {}
    shown = as_task_row(row)
    done_by = closed_by if done else ""
    return TaskDetail(row=shown, closed_by=done_by, closed_at=shown.closed_at, **extra)


def open_tasks(business_key: str) -> list[OpenTask]:
    """The open tasks of the cases with this business key, oldest first."""
    return [_open_task(row) for row in task_rows(_OPEN, {"key": business_key})]


def open_tasks_of_assignee(business_key: str, name: str) -> list[OpenTask]:
    """Those of them that the person with login `name` has."""
    return [task for task in open_tasks(business_key) if task.assignee == name]


def _open_task(row: dict[str, Any]) -> OpenTask:
    expires_at = row.pop("expires_at")
    return OpenTask(**vars(as_task_row(row)), expires_at=expires_at)


_EXPIRES = """(
    SELECT min(r.due) FROM processes_timer r
    WHERE r.instance_id = t.instance_id AND r.attached_to = t.token AND r.interrupting
) AS expires_at"""

_ONE = f"""
SELECT {COLUMNS}, t.variables::json AS variables, t.draft::json AS draft, t.closed_by,
    t.outcome,
    (d.forms -> t.form_id)::json AS schema, {_EXPIRES}
FROM processes_usertask t
JOIN processes_processinstance i ON i.id = t.instance_id
JOIN processes_processdefinition d ON d.id = i.definition_id
WHERE t.id = %(id)s"""  # noqa: S608  # constants of this module only

_OPEN = f"""
SELECT {COLUMNS}, {_EXPIRES}
FROM processes_usertask t
JOIN processes_processinstance i ON i.id = t.instance_id
WHERE t.business_key = %(key)s AND t.closed_at IS NULL
ORDER BY t.id"""  # noqa: S608  # constants of this module only
