"""The event stream: tells open pages that something they watch has changed, never what.

A raw ASGI application, run by uvicorn beside the pages: a WSGI thread per open page would
starve them. It knows no database; who may watch what was decided when the page was made,
and is carried by a short-lived signed token. The token functions serve the pages too. Whoever loses
that right is marked in the broker (`webapp.ended`): the stream ends at once, at the latest when
marks are looked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import math
import os
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import redis.asyncio

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

from django.conf import settings
from django.core import signing

from webapp import ended

logger = logging.getLogger(__name__)

TOKEN_SECONDS = 600
"""How long a token opens a stream."""
RENEWAL_SECONDS = 24 * 3600
"""How long an old token can still be exchanged for a new one by the person it was made for."""
STREAM_SECONDS = 900
"""How long one stream lasts: then the page must show a token again."""
HEARTBEAT_SECONDS = 15
CHECK_SECONDS = 15.0
"""How often marks are looked for, whatever was heard."""
SILENCE_SECONDS = 10.0
"""After so long without a word the broker is asked whether it is there; so long it may think."""
PAUSE_SECONDS = 0.5
KEPT_HINTS = 2000
MAKING_SECONDS = 2.0
"""How long a page may take to be made: what changes meanwhile it may not have seen."""
MOST_STREAMS = 2000
EVERYTHING = "platform"
"""The tenant whose people watch all tenants."""
_SALT = "afterflow.events"
_ROUNDING = 0.001
"""Of `since`, in seconds."""
_SOON: dict[str, Any] = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0}

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What a token lets its bearer be told about."""

    person: str
    tenant: str = ""
    """Everything of this tenant; empty: only `keys`."""
    keys: frozenset[str] = frozenset()
    """Business keys of single cases."""
    since: float = 0.0
    """When the page was made, in seconds of the epoch."""
    session: str = ""
    """The session it was made in (`ended.of_session`)."""

    @property
    def names(self) -> frozenset[str]:
        """Under which it is marked when it is over."""
        return frozenset({ended.of_person(self.person), self.session} - {""})

    def is_over(self, marks: Mapping[str, float]) -> bool:
        """Whether its session is marked at all, or its person after the page was made."""
        changed_at = marks.get(ended.of_person(self.person), 0.0)
        return self.session in marks or self.since <= changed_at + _ROUNDING

    def concerns(self, hint: Message) -> bool:
        """Tell whether a change is one to tell about; `all`: everything may have changed."""
        if self.tenant == EVERYTHING or hint.get("all") or hint.get("k") in self.keys:
            return True
        return bool(self.tenant) and hint.get("t") == self.tenant


def token_for(*, person: str, tenant: str = "", keys: Sequence[str] = (), session: str = "") -> str:
    """Sign what a page of this person may watch."""
    said = {"p": person, "t": tenant, "k": list(keys), "s": round(time.time(), 3), "n": session}
    return signing.dumps(said, salt=_SALT)


def watch_of(token: str, *, max_age: int = TOKEN_SECONDS) -> Watch:
    """Read a token.

    Raises:
        signing.BadSignature: it is not ours, or too old (SignatureExpired).
    """
    said = signing.loads(token, salt=_SALT, max_age=max_age)
    return Watch(
        person=said["p"],
        tenant=said["t"],
        keys=frozenset(said["k"]),
        since=said["s"],
        session=said.get("n", ""),
    )


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
        self.heard: deque[tuple[float, Message]] = deque(maxlen=KEPT_HINTS)
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

    def end(self, hint: Message) -> None:
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


def _hint_in(data: bytes) -> Message | None:
    try:
        hint = json.loads(data)
    except ValueError:
        return None
    return hint if isinstance(hint, dict) and isinstance(hint.get("k", ""), str) else None


bell = Bell()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    """Answer `/events?token=…` with a stream and `/livez` with a word."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] != "http":
        return
    elif scope["path"] == "/livez":
        await _answer(send, 200, b"alive")
    elif scope["path"] != "/events" or scope["method"] != "GET":
        await _answer(send, 404, b"not found")
    else:
        await _events(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    working: list[asyncio.Task[None]] = []
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            working = [asyncio.create_task(bell.listen()), asyncio.create_task(bell.look())]
        for task in working if message["type"] == "lifespan.shutdown" else ():
            task.cancel()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _events(scope: Message, receive: Receive, send: Send) -> None:
    token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
    try:
        watch = watch_of(token)
    except signing.BadSignature:
        await _answer(send, 403, b"the token is not valid, or no longer")
        return
    if len(bell.streams) >= MOST_STREAMS:
        await _answer(send, 503, b"too many open streams")
        return
    stream = Stream(watch)
    bell.join(stream)
    if not await bell.admits(stream):
        bell.streams.discard(stream)
        await _answer(send, 403, b"the page has to be loaded again")
        return
    leaving = asyncio.create_task(_until_gone(receive))
    try:
        await _start(send, 200, b"text/event-stream; charset=utf-8")
        await _tell(stream, send, leaving)
    finally:
        bell.streams.discard(stream)
        leaving.cancel()


async def _tell(stream: Stream, send: Send, leaving: asyncio.Task[None]) -> None:
    await _write(send, b"retry: 3000\n: hello\n\n")
    ends_at = time.monotonic() + STREAM_SECONDS
    while not (stream.over or leaving.done()) and time.monotonic() < ends_at:
        waking = asyncio.create_task(stream.changed.wait())
        await asyncio.wait(
            {waking, leaving}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        waking.cancel()
        if stream.changed.is_set() and not stream.silent:
            stream.changed.clear()
            await _write(send, b"event: changed\ndata: 1\n\n")
        elif not (stream.over or leaving.done()):
            await _write(send, b": beat\n\n")
    with contextlib.suppress(OSError):
        await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send, status: int, kind: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        # The token is all that counts: no cookie is read, so any page may try one.
        (b"access-control-allow-origin", b"*"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _answer(send: Send, status: int, words: bytes) -> None:
    await _start(send, status, b"text/plain; charset=utf-8")
    await send({"type": "http.response.body", "body": words + b"\n"})


async def _write(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})
