"""Jobs that one worker has leased together and does one after the other.

What waits behind a slow one is given back, so that somebody else does it; and a job whose
worker has died before is held alone, so that it takes no other along.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress

from django.db import InterfaceError, OperationalError, connection

from . import hints, runtime
from .runtime import LeasedJob

logger = logging.getLogger(__name__)

SLOW_SECONDS = 3.0
"""So long jobs wait, leased, behind one that is being done."""


class Batch:
    """Some leased jobs; each is either done here or given back, never both.

    Nobody is rung for what the last of them opens: it is put into `opened`, for whoever runs
    the batch to take next or to ring for.
    """

    def __init__(self, jobs: Sequence[LeasedJob], opened: list[int] | None = None) -> None:
        self._opened = [] if opened is None else opened
        count = _held_together(jobs)
        self._waiting = deque(jobs[:count])
        self._lock = threading.Lock()
        if count < len(jobs):
            runtime.give_back(jobs[count:])

    def run(self, do: Callable[[LeasedJob], object], until: float) -> int:
        """Do one after the other until then; return how many were begun."""
        begun = 0
        guard = self._guard()
        try:
            while time.monotonic() <= until and (job := self._take()) is not None:
                begun += 1
                with nullcontext() if self._waiting else hints.kept_in(self._opened):
                    do(job)
        except (OperationalError, InterfaceError):
            connection.close()  # a new one may be had
            with suppress(OperationalError, InterfaceError):
                self._give_back()
            raise
        finally:
            guard.cancel()
        self._give_back()
        return begun

    def _guard(self) -> threading.Timer:
        """Begin to watch, when there is somebody to be kept waiting."""
        guard = threading.Timer(SLOW_SECONDS, self._free_the_waiting)
        guard.daemon = True
        if len(self._waiting) > 1:
            guard.start()
        return guard

    def _free_the_waiting(self) -> None:
        try:
            self._give_back()
        except (OperationalError, InterfaceError):
            logger.warning("Jobs behind a slow one could not be given back")
        finally:
            connection.close()

    def _take(self) -> LeasedJob | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None

    def _give_back(self) -> None:
        with self._lock:
            rest = tuple(self._waiting)
            self._waiting.clear()
        if rest:
            runtime.give_back(rest)


def _held_together(jobs: Sequence[LeasedJob]) -> int:
    """How many of the jobs, from the first on, one worker may hold at once."""
    if jobs and jobs[0].crashes:
        return 1
    return next((number for number, job in enumerate(jobs) if job.crashes), len(jobs))
