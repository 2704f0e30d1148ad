"""Periodic work without a leader: a row a duty, taken with `SKIP LOCKED` by any sweeper.

Handlers register duties as they register topics (`contract.duty`). Taking one moves its
`run_at` ahead by a lease, so that a dead node's duty comes to another; ending it well moves
`due` to its next moment on the business clock.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction

from . import clock, contract
from .contract import Duty, Turn
from .models import DutyRow

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=15)
"""Real time after which whoever took a duty counts as dead."""
_LONGEST_ERROR = 1000
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A duty that is ours for the length of a lease."""

    duty: Duty
    turn: int
    at: Turn


def enrol() -> int:
    """Give each registered duty its row, due at its next moment; return how many changed.

    A row that is due later than that is brought back: the clock was reset, or the duty
    comes more often now.
    """
    now = clock.now()
    with connection.cursor() as cursor:
        for duty in contract.duties().values():
            cursor.execute(_ENROL, [duty.name, next_moment(duty, now)])
        return len(contract.duties())


def next_moment(duty: Duty, now: datetime) -> datetime:
    """The first moment of the duty after `now`."""
    start = _EPOCH + duty.offset
    return start + ((now - start) // duty.every + 1) * duty.every


def claim(limit: int) -> list[Taken]:
    """Take up to `limit` duties that are due, longest due first; no other sweeper gets them."""
    known = contract.duties()
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        asked: list[Any] = [LEASE, list(known), limit]
        cursor.execute(_CLAIM, asked)
        rows: list[tuple[str, int, datetime, datetime | None]] = cursor.fetchall()
    return [
        Taken(duty=known[name], turn=turn, at=Turn(now=now, last=last))
        for name, turn, now, last in rows
    ]


def do(taken: Taken) -> None:
    """Do a duty outside any transaction and write down how it went. Never raises for it."""
    try:
        taken.duty.work(taken.at)
    except Exception as error:  # a duty may fail in any way; its row keeps it
        logger.exception("Duty %s failed; it will be tried again", taken.duty.name)
        sentence = f"{type(error).__name__}: {error}".replace("\x00", "")
        _write(_FAILURE, [sentence[:_LONGEST_ERROR]], taken)
    else:
        now = taken.at.now
        _write(_SUCCESS, [next_moment(taken.duty, now), now], taken)


def _write(statement: str, values: list[Any], taken: Taken) -> None:
    """Write the result down; once more when the database was away for a moment."""
    values = [*values, taken.duty.name, taken.turn]
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
    except (OperationalError, InterfaceError):
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute(statement, values)


def rows() -> list[DutyRow]:
    """How the registered duties stand, failing ones first."""
    return list(
        DutyRow.objects.filter(name__in=list(contract.duties())).order_by("-failures", "name")
    )


_ENROL = """
INSERT INTO processes_dutyrow AS known (name, due, run_at, turn, failures, error)
VALUES (%s, %s, clock_timestamp(), 0, 0, '')
ON CONFLICT (name) DO UPDATE SET due = excluded.due WHERE known.due > excluded.due"""

_CLAIM = """
UPDATE processes_dutyrow SET run_at = clock_timestamp() + %s, turn = turn + 1
WHERE name IN (
    SELECT name FROM processes_dutyrow
    WHERE name = ANY(%s) AND due <= (SELECT business_now())
        AND run_at <= (SELECT clock_timestamp())
    ORDER BY due, name LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING name, turn, business_now(), done_at"""

_SUCCESS = """
UPDATE processes_dutyrow SET due = %s, done_at = %s, run_at = clock_timestamp(),
    failures = 0, failed_at = NULL, error = ''
WHERE name = %s AND turn = %s"""

_FAILURE = """
UPDATE processes_dutyrow SET error = %s, failures = failures + 1, failed_at = business_now(),
    run_at = clock_timestamp()
        + least(interval '1 hour', interval '30 seconds' * 2 ^ least(failures, 12))
WHERE name = %s AND turn = %s"""
