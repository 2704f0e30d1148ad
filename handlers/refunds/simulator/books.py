"""The simulator's own database: what it was asked, and every movement of money it made."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS payments(
    ref TEXT PRIMARY KEY, total INTEGER NOT NULL, currency TEXT NOT NULL, paid_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS refunds(
    id INTEGER PRIMARY KEY, refund_id TEXT UNIQUE, key TEXT NOT NULL, payment_ref TEXT NOT NULL,
    amount INTEGER NOT NULL, total INTEGER NOT NULL, currency TEXT NOT NULL,
    reason TEXT NOT NULL, notify_url TEXT NOT NULL, fault TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL, changed_at REAL NOT NULL, next_status TEXT, next_at REAL);
CREATE INDEX IF NOT EXISTS refunds_by_key ON refunds(key);
CREATE INDEX IF NOT EXISTS refunds_due ON refunds(next_at) WHERE next_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS movements(
    id INTEGER PRIMARY KEY, refund_id TEXT NOT NULL, key TEXT NOT NULL,
    payment_ref TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS notices(
    id INTEGER PRIMARY KEY, notify_id TEXT NOT NULL, url TEXT NOT NULL, body TEXT NOT NULL,
    spoiled INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,
    due REAL, last_status INTEGER);
CREATE INDEX IF NOT EXISTS notices_due ON notices(due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS calls(
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, fault TEXT NOT NULL,
    at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS struck(payment_ref TEXT, fault TEXT, PRIMARY KEY(payment_ref, fault));
CREATE TABLE IF NOT EXISTS armed(fault TEXT PRIMARY KEY, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS settings(name TEXT PRIMARY KEY, value REAL NOT NULL);
"""


class Books:
    """One connection, one lock: whoever holds `writing` sees and changes everything alone."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.executescript(_SCHEMA)

    @contextmanager
    def writing(self) -> Iterator[Books]:
        """One transaction; an error inside leaves nothing behind. Not to be nested."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        with self._lock:
            return self._connection.execute(sql, values)

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(row) for row in self._connection.execute(sql, values)]

    def one(self, sql: str, *values: Any) -> dict[str, Any] | None:
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    # The clock: real time plus what the admin added.

    def offset(self) -> float:
        row = self.one("SELECT value FROM settings WHERE name = 'offset'")
        return float(row["value"]) if row else 0.0

    def now(self) -> float:
        return time.time() + self.offset()

    def set_offset(self, seconds: float) -> None:
        self.run("INSERT OR REPLACE INTO settings VALUES ('offset', ?)", seconds)

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def iso(moment: float) -> str:
    """A stored moment as the provider writes it."""
    return datetime.fromtimestamp(moment, UTC).isoformat()
