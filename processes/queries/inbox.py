"""The inbox: tasks offered to audiences, and one's own, page by page.

An audience's tasks lie in one index range, in the order they are shown. The first rows of
each range are merged, so a page costs the same at fifty thousand and at five million open
tasks, and the next page begins where the mark of the last row says, never at an offset.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from processes.errors import BadCursor

_COLUMNS = """
    t.id, t.business_key, t.tenant, t.region, t.process_key, t.element_id, t.name, t.form_id,
    t.assignee, t.audiences, t.due_at, -t.npri AS priority, t.revision, t.created_at, t.closed_at,
    t.npri, t.sort_due, i.definition_id"""


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """A task as a list shows it."""

    id: int
    business_key: str
    tenant: str
    region: str
    process_key: str
    """The process it is drawn in."""
    element_id: str
    name: str
    """As drawn."""
    form_id: str
    assignee: str
    audiences: tuple[str, ...]
    due_at: datetime | None
    priority: int
    revision: int
    created_at: datetime
    closed_at: datetime | None
    names: Mapping[str, str] = field(default_factory=dict)
    """In other languages, e.g. `zh_Hans`."""
    mark: tuple[int, str, int] = field(default=(0, "", 0), repr=False)
    """Where it stands in the order of the list."""


def inbox_group(
    audiences: Iterable[str],
    *,
    after: str | None = None,
    limit: int = 50,
    process_key: str = "",
    overdue: bool = False,
) -> list[TaskRow]:
    """Tasks nobody has that are offered to any of `audiences`: most urgent first, then by
    due date. `after` is the mark of the row before the page.

    Raises:
        BadCursor: `after` is not a mark of ours.
    """
    page = {"limit": limit, "process": process_key, "overdue": overdue, **read_cursor(after)}
    return _rows(_GROUP, {"audiences": sorted(set(audiences)), **page})


def inbox_mine(
    name: str,
    *,
    after: str | None = None,
    limit: int = 50,
    process_key: str = "",
    overdue: bool = False,
) -> list[TaskRow]:
    """Open tasks that the person with login `name` has, in the same order.

    Raises:
        BadCursor: `after` is not a mark of ours.
    """
    page = {"limit": limit, "process": process_key, "overdue": overdue, **read_cursor(after)}
    return _rows(_MINE, {"name": name, **page})


def count_group(audiences: Iterable[str], *, cap: int = 1000) -> int:
    """How many tasks are offered to `audiences`; above `cap` it says `cap + 1`.

    Read in the order of the index, so that it is the index that is read, and no more of
    it than twice the cap: a task may be offered to several of them.
    """
    return _count(_COUNT_GROUP, {"audiences": sorted(set(audiences)), "cap": cap + 1})


def count_mine(name: str, *, cap: int = 1000) -> int:
    """How many open tasks a person has; above `cap` it says `cap + 1`."""
    return _count(_COUNT_MINE, {"name": name, "cap": cap + 1})


def cursor_of(row: TaskRow) -> str:
    """The mark by which the page after `row` is asked for."""
    return base64.urlsafe_b64encode(json.dumps(row.mark).encode()).decode().rstrip("=")


def task_rows(statement: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a statement as dictionaries by column name."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def as_task_row(row: dict[str, Any]) -> TaskRow:
    """One row of `_COLUMNS` (more columns are taken out first) as a TaskRow."""
    from .drawings import drawing_of

    definition_id, element_id = row.pop("definition_id"), row["element_id"]
    drawn = drawing_of(definition_id).elements.get(element_id)
    npri, sort_due = row.pop("npri"), row.pop("sort_due")
    row["audiences"] = tuple(row["audiences"])
    return TaskRow(
        **row,
        names=drawn.names if drawn else {},
        mark=(npri, sort_due.isoformat(), row["id"]),
    )


def _rows(statement: str, parameters: Mapping[str, Any]) -> list[TaskRow]:
    return [as_task_row(row) for row in task_rows(statement, parameters)]


def _count(statement: str, parameters: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.fetchone()[0])


def read_cursor(after: str | None) -> dict[str, Any]:
    """The mark that `cursor_of` made; before everything when there is none."""
    if not after:
        return {"npri": -32767, "due": "0001-01-01T00:00:00+00:00", "id": 0}
    try:
        padded = after + "=" * (-len(after) % 4)
        npri, due, number = json.loads(base64.urlsafe_b64decode(padded.encode()))
        mark = (int(npri), datetime.fromisoformat(due).isoformat(), int(number))
    except (ValueError, TypeError, ArithmeticError, binascii.Error, RecursionError) as error:
        raise BadCursor from error
    if not (abs(mark[0]) < 2**15 and abs(mark[2]) < 2**63):
        raise BadCursor
    return {"npri": mark[0], "due": mark[1], "id": mark[2]}


_GROUP = f"""
SELECT {_COLUMNS}
FROM (
    SELECT DISTINCT l.npri, l.sort_due, l.task_id
    FROM unnest(%(audiences)s::text[]) AS a(audience), LATERAL (
        SELECT c.npri, c.sort_due, c.task_id FROM processes_usertaskcandidate c
        WHERE c.audience = a.audience
            AND (c.npri, c.sort_due, c.task_id)
                > (%(npri)s::smallint, %(due)s::timestamptz, %(id)s::bigint)
            AND (%(process)s = '' OR c.process_key = %(process)s)
            AND (NOT %(overdue)s OR c.sort_due <= (SELECT business_now()))
        ORDER BY c.npri, c.sort_due, c.task_id LIMIT %(limit)s
    ) l
    ORDER BY 1, 2, 3 LIMIT %(limit)s
) x
JOIN processes_usertask t ON t.id = x.task_id
JOIN processes_processinstance i ON i.id = t.instance_id
ORDER BY x.npri, x.sort_due, x.task_id"""  # noqa: S608  # constants of this module only

_MINE = f"""
SELECT {_COLUMNS}
FROM (
    SELECT * FROM processes_usertask t
    WHERE t.assignee = %(name)s AND t.closed_at IS NULL AND NOT t.assignee = ''
        AND (t.npri, t.sort_due, t.id)
            > (%(npri)s::smallint, %(due)s::timestamptz, %(id)s::bigint)
        AND (%(process)s = '' OR t.process_key = %(process)s)
        AND (NOT %(overdue)s OR t.sort_due <= (SELECT business_now()))
    ORDER BY t.npri, t.sort_due, t.id LIMIT %(limit)s
) t
JOIN processes_processinstance i ON i.id = t.instance_id
ORDER BY t.npri, t.sort_due, t.id"""  # noqa: S608  # constants of this module only

_COUNT_GROUP = """
SELECT CASE WHEN count(*) = 2 * %(cap)s THEN %(cap)s
    ELSE least(count(DISTINCT task_id), %(cap)s) END
FROM (
    SELECT c.task_id
    FROM unnest(%(audiences)s::text[]) AS a(audience), LATERAL (
        SELECT task_id FROM processes_usertaskcandidate
        WHERE audience = a.audience ORDER BY npri, sort_due, task_id LIMIT %(cap)s
    ) c
    LIMIT 2 * %(cap)s
) few"""

_COUNT_MINE = """
SELECT count(*) FROM (
    SELECT FROM processes_usertask
    WHERE assignee = %(name)s AND closed_at IS NULL AND NOT assignee = '' LIMIT %(cap)s
) t"""

COLUMNS = _COLUMNS
