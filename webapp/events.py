"""The event stream: tells open pages that something they watch has changed, never what.

A raw ASGI application, run by uvicorn beside the pages: a WSGI thread per open page would
starve them. It knows no database; who may watch what was decided when the page was made,
and is carried by a short-lived signed token (`webapp.watch`). Whoever loses that right is marked
in the broker (`webapp.ended`): the stream ends at once, at the latest when marks are looked for.
What is heard there, and for whom: `webapp.bell`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")

from django.core import signing

from webapp.bell import Bell, Stream
from webapp.watch import watch_of

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STREAM_SECONDS = 900
"""How long one stream lasts: then the page must show a token again."""
HEARTBEAT_SECONDS = 15
MOST_STREAMS = 2000

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
