"""Kills processes of a running product, at moments and in an order drawn from a seed."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Callable
from random import Random

import redis
from celery import Celery

from processes.models import Job
from tests.e2e.stack import Stack

WORKERS = ("worker", "worker-2")
SWEEPERS = ("sweeper", "sweeper-2")


class Chaos:
    """Does something bad, again and again; `kills` counts what it killed, by name."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self.stack = stack
        self.random = Random(seed)
        self.kills: Counter[str] = Counter()
        self.other: Counter[str] = Counter()
        self._doorbell = Celery(broker=stack.valkey.url.replace("unix://", "redis+socket://", 1))
        self._doorbell.conf.broker_transport_options = {"global_keyprefix": "af:"}

    def strike(self) -> None:
        """One bad thing; the process that was killed is started again at once."""
        weighed: list[tuple[Callable[[], None], int]] = [
            (self._kill_a_worker, 8),
            (self._kill_a_sweeper, 3),
            (self._kill_postgres, 2),
            (self._kill_valkey, 2),
            (self._flush, 2),
            (self._ring_twice, 3),
        ]
        acts, weights = zip(*weighed, strict=True)
        self.random.choices(acts, weights)[0]()

    def pause(self) -> None:
        """Let the product work for a moment, drawn anew each time."""
        threading.Event().wait(self.random.uniform(0.05, 0.6))

    def _kill_a_worker(self) -> None:
        self._kill(self.random.choice(WORKERS))

    def _kill_a_sweeper(self) -> None:
        self._kill(self.random.choice(SWEEPERS))

    def _kill_postgres(self) -> None:
        """SIGQUIT is PostgreSQL's immediate shutdown: it recovers from its log afterwards."""
        self.stack.kill("postgres", number=signal.SIGQUIT)
        self.stack.start("postgres")
        self.kills["postgres"] += 1

    def _kill_valkey(self) -> None:
        self._kill("valkey")

    def _flush(self) -> None:
        with redis.Redis.from_url(self.stack.valkey.url) as client:
            client.flushall()
        self.other["FLUSHALL"] += 1

    def _ring_twice(self) -> None:
        """Deliver the hint of every job there is, twice."""
        ids = list(Job.objects.values_list("id", flat=True)[:50])
        for job_id in (*ids, *ids):
            self._doorbell.send_task("processes.ring", args=[[job_id]], ignore_result=True)
        self.other["duplicate hints"] += len(ids) * 2

    def _kill(self, name: str) -> None:
        self.stack.restart(name)
        self.kills[name.split("-")[0]] += 1
