"""A sweeper at work beside the test, and patience with what it does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from processes.sweeper import Sweeper

PATIENCE = 10
"""Seconds for what takes a moment when the machine is free."""


@contextmanager
def sweeping() -> Iterator[None]:
    """Sweep in a thread of its own until the end, which it must come to."""
    at_work = Sweeper()
    loop = threading.Thread(target=_run, args=(at_work,))
    loop.start()
    try:
        yield
    finally:
        at_work.stop.set()
        loop.join(PATIENCE)
    assert not loop.is_alive()


def wait_for(condition: Callable[[], bool]) -> None:
    """Return when it holds, which must be soon."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, f"Expected it within {PATIENCE} seconds"


def _run(at_work: Sweeper) -> None:
    try:
        at_work.run()
    finally:
        connection.close()
