"""Many cases at once: one real case, multiplied by SQL.

Each clone has the rows and the state of the original, with ids of its own; so it goes on
like any other. Only its history would not verify: the hashes tell of the original.
"""

from __future__ import annotations

from .house import query

_IDS = ("processinstance", "usertask", "usertaskcandidate", "timer")


def clone_case(instance_id: int, copies: int) -> None:
    """Multiply the rows of a case that waits for a person."""
    moved = {"instance_id": "s.instance_id + g"}
    key = "s.business_key || '-' || g"
    _clone("processinstance", "s.id = %(id)s", copies, instance_id, id="s.id + g", business_key=key)
    _clone("historyevent", "s.instance_id = %(id)s", copies, instance_id, **moved)
    _clone("timer", "s.instance_id = %(id)s", copies, instance_id, id="s.id + g", **moved)
    _clone(
        *("usertask", "s.instance_id = %(id)s", copies, instance_id),
        **moved,
        id="s.id + g",
        business_key=key,
    )
    _clone(
        "usertaskcandidate",
        "s.task_id IN (SELECT id FROM processes_usertask WHERE instance_id = %(id)s)",
        *(copies, instance_id),
        id="s.id + g",
        task_id="s.task_id + g",
    )
    settle()


def clone_tasks(instance_id: int, copies: int, groups: int) -> None:
    """Multiply the open task of a case, offered to many groups: few large, many small."""
    group = (
        f"'lingyue/group-' || floor({groups} * power(((g::bigint * 7919) %% 10007) / 10007.0, 3))"
    )
    order = {
        "npri": "-50 - 10 * (g %% 7 = 0)::int",
        "sort_due": "timestamptz '2026-11-22 00:00+00'"
        " + ((g::bigint * 104729) %% 2592000) * interval '1 second'",
    }
    _clone(
        *("usertask", "s.instance_id = %(id)s AND s.closed_at IS NULL", copies, instance_id),
        **order,
        id="s.id + g",
        token="'c' || g",  # noqa: S106  # of a process, not of a person
        audiences=f"ARRAY[{group}]",
    )
    _clone(
        "usertaskcandidate",
        "s.task_id = (SELECT min(id) FROM processes_usertask WHERE instance_id = %(id)s)",
        *(copies, instance_id),
        **order,
        id="s.id + g",
        task_id="s.task_id + g",
        audience=group,
    )
    settle()


def clone_history(instance_id: int, events: int) -> None:
    """Give a case a history of `events` events more."""
    _clone(
        *("historyevent", "s.instance_id = %(id)s AND s.seq = 2", events, instance_id),
        seq="s.seq + g",
    )


def settle() -> None:
    """Let ids go on behind the clones, and the planner know what there is."""
    for name in _IDS:
        table = f"processes_{name}"
        query(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
        )
    query("VACUUM ANALYZE")


def _clone(name: str, where: str, copies: int, original: int, /, **other: str) -> None:
    """Copy the rows of one table; `other` says which columns differ, `g` counts the copies."""
    table = f"processes_{name}"
    columns = [row[0] for row in query(_COLUMNS, table)]
    values = [other.get(column, f's."{column}"') for column in columns]
    named = ", ".join(f'"{column}"' for column in columns)
    text = (
        f"INSERT INTO {table} ({named}) SELECT {', '.join(values)}"  # noqa: S608  # our own words
        f" FROM {table} s, generate_series(1, %(copies)s) g WHERE {where}"
    )
    query(text, id=original, copies=copies)


_COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position"""
