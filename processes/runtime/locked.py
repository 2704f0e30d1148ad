"""The first of the three moves: lock the case, and read what an act needs of it.

Each statement locks the instance before the row that is acted on, as every change does,
so two acts cannot wait for each other. Both rows are locked because PostgreSQL re-reads
only locked rows after it waited for one. `now` is read after the lock was granted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.pq import Format

from processes.specs import Definition, definition_of

from .prepared import prepared_cursor

_NAMES = (
    *("id", "definition_id", "definition_key", "business_key", "tenant", "region", "shard"),
    *("status", "revision", "state", "variables", "next_due", "history_seq"),
    "history_hash",
)
_AS_TEXT = {"variables": "i.variables::text AS variables"}
_WIDTH = len(_NAMES)
"""Columns of an instance at the head of each row."""
_COMMON = 2
"""Columns at its end: the hash of the definition, and the moment."""


@dataclass(frozen=True, kw_only=True)
class Locked:
    """A case whose row we hold: nobody else can change it until our transaction ends."""

    id: int
    definition_id: int
    definition_key: str
    business_key: str
    tenant: str
    region: str
    shard: int
    status: str = "running"
    revision: int = 0
    state: bytes = b""
    variables: Mapping[str, Any] = field(default_factory=dict)
    next_due: datetime | None = None
    history_seq: int = 0
    history_hash: bytes
    now: datetime
    """On the business clock, after the lock was granted."""
    definition_hash: str

    @property
    def definition(self) -> Definition:
        return Definition(id=self.definition_id, content_hash=self.definition_hash)


@dataclass(frozen=True, kw_only=True)
class LockedTask:
    """A user task with its case."""

    case: Locked
    id: int
    token: str
    element_id: str
    name: str
    assignee: str
    audiences: frozenset[str]
    revision: int
    closed: bool


@dataclass(frozen=True, kw_only=True)
class LockedToken:
    """A token that waits for a machine or a message, with its case."""

    case: Locked
    token: str
    element_id: str


def case(instance_id: int) -> Locked | None:
    """Lock one running case; None when it has ended or never was."""
    rows = _lock(_CASE, [instance_id])
    return _case(rows[0]) if rows else None


def task(task_id: int) -> LockedTask | None:
    """Lock a user task, open or closed, with its case."""
    for row in _lock(_TASK, [task_id]):
        number, token, element_id, name, assignee, audiences, revision, closed = row[
            _WIDTH:-_COMMON
        ]
        return LockedTask(
            case=_case(row),
            id=number,
            token=token,
            element_id=element_id,
            name=name,
            assignee=assignee,
            audiences=frozenset(audiences),
            revision=revision,
            closed=closed,
        )
    return None


def job(job_id: int, lease_token: int) -> LockedToken | None:
    """Lock a job with its case if the lease is still ours; None: somebody else has it."""
    return _token(_lock(_JOB, [job_id, lease_token]))


def expired_job(job_id: int, lease_token: int) -> LockedToken | None:
    """Lock a job with its case if its lease is over; None: it was renewed, or taken over."""
    return _token(_lock(_EXPIRED_JOB, [job_id, lease_token]))


def subscription(name: str, correlation_key: str) -> LockedToken | None:
    """Lock the one token that waits for this message, with its case."""
    return _token(_lock(_SUBSCRIPTION, [name, correlation_key]))


def due_cases(limit: int) -> list[Locked]:
    """Lock cases whose timers are due, skipping those that somebody else works on.

    At most `limit` timers are looked at, the earliest first; their rows are locked too, so
    that two sweepers share the work instead of fighting for the same cases.
    """
    return [_case(row) for row in _lock(_DUE, [limit])]


def _lock(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with prepared_cursor() as cursor:
        cursor.cursor.format = Format.BINARY  # a state as text is twice as long
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _token(rows: list[tuple[Any, ...]]) -> LockedToken | None:
    for row in rows:
        token, element_id = row[_WIDTH:-_COMMON]
        return LockedToken(case=_case(row), token=token, element_id=element_id)
    return None


def _case(row: tuple[Any, ...]) -> Locked:
    known = dict(zip(_NAMES, row, strict=False))
    known["state"], known["history_hash"] = bytes(known["state"]), bytes(known["history_hash"])
    known["variables"] = json.loads(known["variables"])
    digest, now = row[-_COMMON:]
    if digest is None:  # deployed, and the case moved to it, while we waited for the lock
        digest = definition_of(known["definition_id"]).content_hash
    return Locked(**known, definition_hash=digest, now=now)


def _statement(select: str, *, before: str = "") -> str:
    columns = ", ".join(_AS_TEXT.get(name, f"i.{name}") for name in _NAMES)
    return (
        # constants of this module only
        f"WITH {before} locked AS MATERIALIZED ({select.format(instance=columns)})"  # noqa: S608
        " SELECT locked.*, (SELECT d.content_hash FROM processes_processdefinition d"
        " WHERE d.id = locked.definition_id), business_now() FROM locked"
    )


_CASE = _statement("""
    SELECT {instance} FROM processes_processinstance i
    WHERE i.id = %s AND i.status = 'running'
    FOR NO KEY UPDATE OF i""")

_TASK = _statement("""
    SELECT {instance}, x.id AS task_id, x.token, x.element_id, x.name, x.assignee, x.audiences,
        x.revision AS task_revision, x.closed_at IS NOT NULL AS closed
    FROM processes_usertask x JOIN processes_processinstance i ON i.id = x.instance_id
    WHERE x.id = %s
    FOR NO KEY UPDATE OF i, x""")

_LEASED = """
    SELECT {instance}, x.token, x.element_id
    FROM processes_job x JOIN processes_processinstance i ON i.id = x.instance_id
    WHERE x.id = %s AND x.state = 'leased' AND x.lease_token = %s"""

_JOB = _statement(_LEASED + " FOR NO KEY UPDATE OF i, x")

_EXPIRED_JOB = _statement(
    _LEASED + " AND x.lease_until < clock_timestamp() FOR NO KEY UPDATE OF i, x"
)

_SUBSCRIPTION = _statement("""
    SELECT {instance}, x.token, x.element_id
    FROM processes_messagesubscription x JOIN processes_processinstance i ON i.id = x.instance_id
    WHERE x.name = %s AND x.correlation_key = %s
    FOR NO KEY UPDATE OF i, x""")

_DUE = _statement(
    """
    SELECT {instance} FROM processes_processinstance i
    WHERE i.status = 'running' AND i.id IN (SELECT instance_id FROM due)
    FOR NO KEY UPDATE OF i SKIP LOCKED""",
    before="""due AS MATERIALIZED (
        SELECT t.instance_id FROM processes_timer t
        WHERE NOT t.blocked AND t.due <= (SELECT business_now())
        ORDER BY t.due, t.id LIMIT %s
        FOR UPDATE SKIP LOCKED
    ),""",
)
