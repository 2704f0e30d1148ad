"""Hears from the broker what changed and who may listen no more; wakes whom it concerns."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio
from django.conf import settings

from webapp import ended
from webapp.watch import Hint, Watch

logger = logging.getLogger(__name__)

CHECK_SECONDS = 15.0
"""How often marks are looked for, whatever was heard."""
SILENCE_SECONDS = 10.0
"""After so long without a word the broker is asked whether it is there; so long it may think."""
PAUSE_SECONDS = 0.5
KEPT_HINTS = 2000
MAKING_SECONDS = 2.0
"""How long a page may take to be made: what changes meanwhile it may not have seen."""
_SOON: dict[str, Any] = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0}


@dataclass(eq=False)
class Stream:
    """One open page: what it watches, and whether something changed since it was told."""

    watch: Watch
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False
    silent: bool = False
    """It is over, and may not even be told that something changed."""

    def end(self, *, silent: bool) -> None:
        self.over, self.silent = True, self.silent or silent
        self.changed.set()


class Bell:
    """Hears every hint once and wakes the streams that it concerns."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.heard: deque[tuple[float, Hint]] = deque(maxlen=KEPT_HINTS)
        self.deaf_until = math.inf
        """Hints before that moment may have been missed; infinite while nothing is heard."""
        self.trusts_since = time.time()
        """Pages made before must be made again: the marks about them may be lost."""
        self.broker = ""

    def join(self, stream: Stream) -> None:
        """Take a page in; it is told at once if something may have changed since it was made."""
        self.streams.add(stream)
        since = stream.watch.since - MAKING_SECONDS
        if since <= self.deaf_until or any(
            at >= since and stream.watch.concerns(hint) for at, hint in self.heard
        ):
            stream.changed.set()

    def ring(self, data: bytes) -> None:
        hint = _hint_in(data)
        if hint is None:
            logger.warning("A hint that is none was passed over")
            return
        if "ended" in hint:
            self.end(hint)
            return
        if len(self.heard) == KEPT_HINTS:
            self.deaf_until = self.heard[0][0]  # it is forgotten now
        self.heard.append((time.time(), hint))
        for stream in self.streams:
            if stream.watch.concerns(hint):
                stream.changed.set()
        if hint.get("all"):  # what could not be said may have been that somebody left
            self.distrust()

    def end(self, hint: Hint) -> None:
        """Somebody may listen no more: `ended` names sessions and people, `at` the moment."""
        names, at = hint["ended"], hint.get("at")
        if isinstance(names, list) and isinstance(at, int | float):
            self._end(self.streams, dict.fromkeys(map(str, names), float(at)))

    @staticmethod
    def _end(streams: Iterable[Stream], marks: Mapping[str, float]) -> None:
        for stream in streams:
            if stream.watch.is_over(marks):
                stream.end(silent=True)

    def distrust(self) -> None:
        """Marks may be missing: each page must show itself to the web application again."""
        self.trusts_since = time.time()
        for stream in self.streams:
            stream.end(silent=False)

    async def look(self) -> None:
        """Look for marks of open streams until cancelled; what was heard is no matter."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            with contextlib.suppress(Exception):  # the broker is away: nothing is heard either
                await self._look_at(list(self.streams))

    async def _look_at(self, streams: Sequence[Stream]) -> None:
        names = sorted({name for stream in streams for name in stream.watch.names})
        if not names:
            return
        async with redis.asyncio.Redis.from_url(settings.REDIS_URL, **_SOON) as client:
            found = await client.mget([ended.mark(name) for name in names])
        self._end(streams, ended.moments(names, found))

    async def admits(self, stream: Stream) -> bool:
        """Whether a page that begins to listen still may."""
        if stream.watch.since < self.trusts_since:
            return False
        with contextlib.suppress(Exception):
            await self._look_at([stream])
        return not stream.over

    def hears(self) -> None:
        """Hear from now on; what was said before may have been missed: tell all open pages."""
        self.deaf_until = time.time()
        for stream in self.streams:
            stream.changed.set()

    def know(self, broker: str) -> None:
        """Another broker than before, or the same one started anew, may know no marks."""
        if self.broker not in ("", broker):
            self.distrust()
        self.broker = broker

    async def listen(self) -> None:
        """Hear hints until cancelled; whatever goes wrong, try again."""
        while True:
            try:
                await self._hear()
            except Exception as error:  # noqa: BLE001 - of whatever kind: nobody else listens
                if self.deaf_until < math.inf:  # said once
                    logger.warning("The broker cannot be heard: %s", error)
                self.deaf_until = math.inf
            await asyncio.sleep(PAUSE_SECONDS)

    async def _hear(self) -> None:
        asked = False
        async with (
            redis.asyncio.Redis.from_url(settings.REDIS_URL) as client,
            client.pubsub() as hearing,
        ):
            await hearing.subscribe(settings.CHANGED_CHANNEL)
            while True:
                said = await hearing.get_message(timeout=SILENCE_SECONDS)
                if said is None and asked:
                    raise ConnectionError("it does not answer")
                if said is None:
                    await hearing.ping()
                elif said["type"] == "subscribe":
                    self.know((await client.info("server"))["run_id"])
                    self.hears()
                elif said["type"] == "message":
                    self.ring(said["data"])
                asked = said is None


def _hint_in(data: bytes) -> Hint | None:
    try:
        hint = json.loads(data)
    except ValueError:
        return None
    return hint if isinstance(hint, dict) and isinstance(hint.get("k", ""), str) else None
