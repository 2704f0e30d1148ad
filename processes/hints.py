"""Hints: that there is work, that something changed. Losing all of them loses only time.

Sent after the commit, best effort, by a thread of its own: nobody's click waits for the
broker, and what comes together is sent together. A broker that is down is left alone for
some seconds.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from queue import Empty, SimpleQueue

import redis
from django.conf import settings
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

Cases = Iterable[tuple[str, str]]
"""Tenant and business key of each."""

_Letter = tuple[tuple[int, ...], tuple[tuple[str, str], ...]]
BATCH = 50
"""Jobs in one hint."""
_PAUSE_SECONDS = 3.0
_quiet_until = 0.0


def send_soon(jobs: Sequence[int], cases: Cases) -> None:
    """Tell a worker of ready jobs and open pages of changed cases, from another thread."""
    if _may_try():
        _postman().letters.put((tuple(jobs), tuple(cases)))


def flush(seconds: float = 1.0) -> bool:
    """Wait until all that was to be sent soon is sent; whether it was in time."""
    sent = threading.Event()
    _postman().letters.put(sent)
    return sent.wait(seconds)


def ring(jobs: Sequence[int]) -> bool:
    """Tell a worker that these jobs are ready; whether the broker has taken it."""
    from .worker import ring as task  # worker imports the runtime, which imports this

    if not jobs or not _may_try():
        return not jobs
    try:
        task.apply_async((list(jobs),), retry=False, ignore_result=True)
    except (OperationalError, redis.RedisError, OSError) as error:
        _leave_alone(error)
        return False
    return True


def changed(cases: Cases) -> None:
    """Tell open pages that cases have changed."""
    cases = tuple(cases)
    if not cases or not settings.REDIS_URL or not _may_try():
        return
    try:
        with _client().pipeline(transaction=False) as pipe:
            for tenant, business_key in cases:
                hint = json.dumps({"t": tenant, "k": business_key})
                pipe.publish(settings.CHANGED_CHANNEL, hint)
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        _leave_alone(error)


def broker_is_down() -> bool:
    """Whether the last hint could not be sent, and it is not yet time to try again."""
    return not _may_try()


def _may_try() -> bool:
    return time.monotonic() >= _quiet_until


def _leave_alone(error: Exception) -> None:
    global _quiet_until  # one broker, one breaker per process
    _quiet_until = time.monotonic() + _PAUSE_SECONDS
    logger.warning("No hint could be sent: %s", error)


@lru_cache(maxsize=1)
def _client() -> redis.Redis:
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5, health_check_interval=0
    )


class _Postman:
    """The thread that sends, and what it has to send."""

    def __init__(self) -> None:
        self.letters: SimpleQueue[_Letter | threading.Event] = SimpleQueue()
        threading.Thread(target=self._run, name="hints", daemon=True).start()

    def _run(self) -> None:
        while True:
            letters = [self.letters.get(), *self._more()]
            try:
                _send([letter for letter in letters if isinstance(letter, tuple)])
            except Exception:  # a hint that cannot be sent must not end the sending
                logger.exception("Hints were lost")
            for letter in letters:
                if isinstance(letter, threading.Event):
                    letter.set()

    def _more(self) -> Iterator[_Letter | threading.Event]:
        """What has come meanwhile."""
        with suppress(Empty):
            while True:
                yield self.letters.get_nowait()


def _send(letters: Sequence[_Letter]) -> None:
    """Name each job and each case once, whatever has come together."""
    jobs = list(dict.fromkeys(job for jobs, _cases in letters for job in jobs))
    for start in range(0, len(jobs), BATCH):
        ring(jobs[start : start + BATCH])
    changed(dict.fromkeys(case for _jobs, cases in letters for case in cases))


def _postman() -> _Postman:
    """This process's own: a fork takes no threads along."""
    return _postman_of(os.getpid())


@lru_cache(maxsize=1)
def _postman_of(_pid: int) -> _Postman:
    atexit.register(flush)
    return _Postman()
