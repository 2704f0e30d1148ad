"""Hints: that there is work, that something changed. Losing all of them loses only time.

Sent after the commit, best effort, by a thread of its own: nobody's click waits for the
broker, and what comes together is sent together. A broker that is down is left alone for
some seconds; when it is back, all that could not be said meanwhile is said in one word:
everything may have changed, and whatever is ready is to be done.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from queue import Empty, SimpleQueue

import redis
from django.conf import settings

from .envelopes import envelope, queue

logger = logging.getLogger(__name__)

Cases = Iterable[tuple[str, str]]
"""Tenant and business key of each."""
Hint = Mapping[str, object]
"""What open pages are told."""

EVERYTHING: Hint = {"all": True}
BATCH = 50
"""Jobs in one hint."""
KEPT = 1000
"""Messages that wait for a worker at most: any of them is as good as the oldest."""
_Letter = tuple[tuple[int, ...], tuple[tuple[str, str], ...]]
_PAUSE_SECONDS = 3.0
_quiet_until = 0.0
_lost = False
"""Whether something could not be said and has not been made good."""
_own = threading.local()


def send_soon(jobs: Sequence[int], cases: Cases) -> None:
    """Tell a worker of ready jobs and open pages of changed cases, from another thread."""
    mine: list[int] | None = getattr(_own, "jobs", None)
    if mine is not None:
        mine.extend(jobs)
        jobs = ()
    _postman().letters.put((tuple(jobs), tuple(cases)))


@contextmanager
def kept_in(opened: list[int] | None) -> Iterator[None]:
    """Put jobs that this thread opens into a list, and ring for none; None: ring as ever."""
    before = getattr(_own, "jobs", None)
    _own.jobs = opened
    try:
        yield
    finally:
        _own.jobs = before


def flush(seconds: float = 1.0) -> bool:
    """Wait until all that was to be sent soon is sent; whether it was in time."""
    sent = threading.Event()
    _postman().letters.put(sent)
    return sent.wait(seconds)


def make_good(error: Exception | None = None) -> None:
    """Something could not be said: say that everything may have changed, once that can be."""
    global _lost  # with the breaker
    _lost = True
    if error is not None:
        _leave_alone(error)
    _postman().letters.put(((), ()))


def ring(jobs: Sequence[int]) -> bool:
    """Tell a worker that these jobs are ready; whether the broker has taken it."""
    return not jobs or _say([jobs], ())


def broker_is_down() -> bool:
    """Whether the last hint could not be sent, and it is not yet time to try again."""
    return time.monotonic() < _quiet_until


def _say(rings: Iterable[Sequence[int]], hints: Iterable[Hint]) -> bool:
    """Send all of it in one go; False when the broker did not take it."""
    if not settings.REDIS_URL or broker_is_down():
        return False
    try:
        with _client(settings.REDIS_URL).pipeline(transaction=False) as pipe:
            for jobs in rings:
                pipe.lpush(queue(), envelope(jobs))
                pipe.ltrim(queue(), 0, KEPT - 1)
            for hint in hints:
                pipe.publish(settings.CHANGED_CHANNEL, json.dumps(hint))
            pipe.execute()
    except (redis.RedisError, OSError) as error:
        _leave_alone(error)
        return False
    return True


def _leave_alone(error: Exception) -> None:
    global _quiet_until  # one broker, one breaker per process
    now = time.monotonic()
    if now - _quiet_until > 2 * _PAUSE_SECONDS:  # else it is still away, which was said
        logger.warning("No hint could be sent: %s", error)
    _quiet_until = now + _PAUSE_SECONDS


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    """A connection that the broker has dropped is made anew; a broker that is slow is given up."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=0.5, socket_timeout=0.5, health_check_interval=0
    )


class _Postman:
    """The thread that sends, and what it has to send."""

    def __init__(self) -> None:
        self.letters: SimpleQueue[_Letter | threading.Event] = SimpleQueue()
        threading.Thread(target=self._run, name="hints", daemon=True).start()

    def _run(self) -> None:
        while True:
            letters = list(self._next())
            try:
                _send([letter for letter in letters if isinstance(letter, tuple)])
            except Exception:  # a hint that cannot be sent must not end the sending
                logger.exception("Hints were lost")
            for letter in letters:
                if isinstance(letter, threading.Event):
                    letter.set()

    def _next(self) -> Iterator[_Letter | threading.Event]:
        """What has come by now; nothing when it is time to make good what was lost."""
        with suppress(Empty):
            yield self.letters.get(timeout=_rest() if _lost else None)
            while True:
                yield self.letters.get_nowait()


def _rest() -> float:
    return min(max(0.0, _quiet_until - time.monotonic()), _PAUSE_SECONDS)


def _send(letters: Sequence[_Letter]) -> None:
    """Name each job and each case once, whatever has come together."""
    global _lost  # with the breaker
    jobs = list(dict.fromkeys(job for jobs, _cases in letters for job in jobs))
    rings: list[Sequence[int]] = [jobs[i : i + BATCH] for i in range(0, len(jobs), BATCH)]
    cases = dict.fromkeys(case for _jobs, cases in letters for case in cases)
    if _lost:
        _lost = not _say(rings or [()], [EVERYTHING])
    elif rings or cases:
        said = _say(rings, [{"t": tenant, "k": key} for tenant, key in cases])
        _lost = not said and bool(settings.REDIS_URL)


def _postman() -> _Postman:
    """This process's own: a fork takes no threads along."""
    return _postman_of(os.getpid())


@lru_cache(maxsize=1)
def _postman_of(_pid: int) -> _Postman:
    atexit.register(flush)
    return _Postman()
