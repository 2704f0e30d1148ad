"""The limit: the runtime's own statements with nothing around them but psycopg.

No engine, no Django, no JSON to build: the parameters are renewed before the clock runs.
Statements are prepared, as psycopg does by itself for what is asked again and again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import psycopg

from .recorded import KEY, Renewal
from .stopwatch import lap

Prepared = tuple[bool, list[tuple[str, Any]]]
_TABLES = {
    "usertask": "SELECT id FROM processes_usertask WHERE closed_at IS NULL ORDER BY id",
    "job": "SELECT id FROM processes_job WHERE state = 'ready' ORDER BY id",
}


class Bare:
    """One connection, and one recording that is played again and again."""

    def __init__(self, recording: dict[str, Any], *, prepared: bool) -> None:
        url = os.environ["DATABASE_URL"]
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.prepare_threshold = 2 if prepared else None
        if not prepared:
            self.connection.cursor_factory = psycopg.ClientCursor
        self.transactions = [Renewal(found) for found in recording["transactions"]]
        self.recorded = {table.split("_")[1]: ids for table, ids in recording["ids"].items()}
        self.key = recording["key"]
        self.played = int(self.key.removeprefix("BENCH-"))

    def run(self, times: int) -> dict[str, Any]:
        """Play the acts of `times` instances in the order in which the runtime does them."""
        new = [self._started(number) for number in range(times)]
        laps = []
        for act, group in groupby(self.transactions, key=lambda found: _phase(found.act)):
            for phase in _phases(list(group)):
                self._learn(act, new)
                prepared = [_prepared(phase, ids) for ids in new]
                laps.append(self._lap(prepared))
        return {
            "count": times,
            "seconds": sum(part["seconds"] for part in laps),
            "cpu": sum(part["cpu"] for part in laps),
            "latencies": laps[1]["latencies"],
        }

    def _started(self, number: int) -> dict[str, str]:
        self.played += 1
        last = self.connection.execute(
            "SELECT pg_sequence_last_value("
            "pg_get_serial_sequence('processes_processinstance', 'id')::regclass)"
        ).fetchone()
        assert last is not None  # noqa: S101  # a sequence that was set has a last value
        recorded = str(self.recorded["processinstance"][0])
        return {recorded: str(last[0] + 1 + number), self.key: KEY.format(self.played)}

    def _learn(self, act: str, new: list[dict[str, str]]) -> None:
        """Find the ids of the rows that the phase before has made."""
        kind = {"complete": "usertask", "job": "job"}.get(act)
        if kind is None:
            return
        ids = [row[0] for row in self.connection.execute(_TABLES[kind])]
        known = len(set(new[0]) & {str(number) for number in self.recorded[kind]})
        for renewed, number in zip(new, ids, strict=True):
            renewed[str(self.recorded[kind][known])] = str(number)

    def _lap(self, prepared: list[list[Prepared]]) -> dict[str, Any]:
        remaining = iter(prepared)

        def act() -> float:
            began = time.perf_counter()
            for atomic, statements in next(remaining):
                self._execute(atomic, statements)
            return time.perf_counter() - began

        return lap(act, len(prepared))

    def _execute(self, atomic: bool, statements: list[tuple[str, Any]]) -> None:
        if not atomic:
            self._send(statements)
            return
        with self.connection.transaction():
            self._send(statements)

    def _send(self, statements: list[tuple[str, Any]]) -> None:
        for text, parameters in statements:
            cursor = self.connection.execute(text, parameters)
            if cursor.description:
                cursor.fetchall()

    def totals(self) -> list[list[int]]:
        """Rows and bytes of each table, as the runtime counts them."""
        tables = (
            *("processinstance", "historyevent", "usertask", "usertaskcandidate"),
            *("job", "timer"),
        )
        found = []
        for name in tables:
            text = f"SELECT count(*), coalesce(sum(pg_column_size(t)), 0) FROM processes_{name} t"  # noqa: S608
            row = self.connection.execute(text).fetchone()
            found.append([int(part) for part in row or ()])
        return found


def _phase(act: str) -> str:
    """A claim and the job that it is for are one phase."""
    return "job" if act == "claim" else act


def _phases(group: Sequence[Renewal]) -> list[list[Renewal]]:
    if group[0].act != "claim":
        return [[transaction] for transaction in group]
    return [list(group[at : at + 2]) for at in range(0, len(group), 2)]


def _prepared(phase: list[Renewal], ids: dict[str, str]) -> list[Prepared]:
    return [(transaction.atomic, transaction.with_ids(ids)) for transaction in phase]


_playing: dict[str, Bare] = {}


def learn(recording: dict[str, Any], *, prepared: bool) -> None:
    """Take a recording."""
    _playing["now"] = Bare(recording, prepared=prepared)


VERBS = {
    "learn": learn,
    "run": lambda times: _playing["now"].run(times),
    "totals": lambda: _playing["now"].totals(),
}
