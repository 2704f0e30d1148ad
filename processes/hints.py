"""Hints: that there is work, that something changed. Losing all of them loses only time.

Sent after the commit, best effort: a broker that is down is left alone for some seconds,
so that nobody's click waits for it.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache

import redis
from django.conf import settings
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

_PAUSE_SECONDS = 3.0
_quiet_until = 0.0


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


def changed(cases: Iterable[tuple[str, str]]) -> None:
    """Tell open pages that cases have changed: tenant and business key of each."""
    if not settings.REDIS_URL or not _may_try():
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
