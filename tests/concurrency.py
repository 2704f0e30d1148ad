"""Several acts at the same moment, each on a database connection of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

GATHERING = 30
"""Seconds within which all threads must have come to the start."""
PATIENCE = 60
"""Seconds to wait for what a busy machine does late."""


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned, or the error it ended in; all are started together."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(GATHERING)
            return act()
        except Exception as error:  # noqa: BLE001 (the test looks at it)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def wait_until_blocked(count: int = 1) -> None:
    """Return when so many connections of this test's database wait for a lock."""
    give_up_at = time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else one answer per transaction
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0] >= count:
                return
    pytest.fail(f"Expected {count} connections to wait for a lock")
