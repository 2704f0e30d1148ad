"""The inbox of a few cases: what a search found, in the order and by the pages of the inbox.

The cases are named, so their tasks are read by business key, never the whole list.
"""

from __future__ import annotations

from collections.abc import Collection

from .inbox import COLUMNS, TaskRow, as_task_row, read_cursor, task_rows


def inbox_of(
    business_keys: Collection[str],
    *,
    assignee: str = "",
    audiences: Collection[str] = (),
    after: str | None = None,
    limit: int = 50,
    process_key: str = "",
    overdue: bool = False,
) -> list[TaskRow]:
    """Open tasks of these cases: those that `assignee` has; without one, those that nobody
    has and that are offered to `audiences`.

    Raises:
        BadCursor: `after` is not a mark of ours.
    """
    page = {"limit": limit, "process": process_key, "overdue": overdue, **read_cursor(after)}
    whose = {"assignee": assignee, "audiences": sorted(audiences)}
    found = task_rows(_OF_CASES, {"keys": sorted(business_keys), **whose, **page})
    return [as_task_row(row) for row in found]


_OF_CASES = f"""
SELECT {COLUMNS}
FROM processes_usertask t
JOIN processes_processinstance i ON i.id = t.instance_id
WHERE t.business_key = ANY(%(keys)s::varchar[]) AND t.closed_at IS NULL
    AND t.assignee = %(assignee)s
    AND (%(assignee)s <> '' OR t.audiences && %(audiences)s::varchar[])
    AND (t.npri, t.sort_due, t.id) > (%(npri)s::smallint, %(due)s::timestamptz, %(id)s::bigint)
    AND (%(process)s = '' OR t.process_key = %(process)s)
    AND (NOT %(overdue)s OR t.sort_due <= (SELECT business_now()))
ORDER BY t.npri, t.sort_due, t.id LIMIT %(limit)s"""  # noqa: S608  # constants of this module only
