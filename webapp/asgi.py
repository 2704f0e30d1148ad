"""The pages for an ASGI server: a request is taken in whole before a thread is spent on it.

Django itself runs under WSGI, on a few threads. Were they given requests whose bodies are
still on their way, four slow senders would stop everybody; here they wait where waiting
costs next to nothing, and not for ever. The event stream is no part of this: `webapp.events`.
"""

from __future__ import annotations

import asyncio
import io
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from webapp.wsgi import application as pages  # first: it sets Django up

# isort: split
from webapp.security import limit_of

logger = logging.getLogger(__name__)

THREADS = int(os.environ.get("WEB_THREADS", "4"))
PATIENCE = 20.0
"""Seconds that a body may take, however small it is."""
SLOWEST = 20_000
"""Bytes a second that a large one must come with."""
_IN_MEMORY = 128 * 1024
_SEPARATORS = {"HTTP_COOKIE": "; "}

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Environ = dict[str, Any]
Answer = tuple[int, list[tuple[bytes, bytes]], list[bytes]]


class Gone(Exception):
    """Whoever asked does not listen any more."""


class Pages:
    """A WSGI application behind an ASGI server.

    Args:
        wsgi: the application; it gets bodies that are there in full.
        limit_of: how many bytes of body the page at a path takes; what is more is not read,
            and the application sees by CONTENT_LENGTH that it was more.
    """

    def __init__(
        self,
        wsgi: Callable[..., Any],
        limit_of: Callable[[str], int],
        *,
        threads: int = THREADS,
        patience: float = PATIENCE,
    ) -> None:
        self.wsgi = wsgi
        self.limit_of = limit_of
        self.patience = patience
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        environ = environ_of(scope)
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            try:
                await self._take_in(environ, receive, body)
            except TimeoutError:
                await _send(send, _said(408, b"The request came too slowly."))
                return
            except Gone:
                return
            body.seek(0)
            environ["wsgi.input"] = body
            run = partial(_run, self.wsgi, environ)
            answer = await asyncio.get_running_loop().run_in_executor(self.threads, run)
        await _send(send, answer)

    async def _take_in(self, environ: Environ, receive: Receive, body: IO[bytes]) -> None:
        """Read the body, if its page takes one of that length; say how long it is."""
        announced = environ.get("CONTENT_LENGTH", "")
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        if not chunked and announced in ("", "0"):
            return
        limit = self.limit_of(environ["PATH_INFO"])
        if not chunked and (not announced.isdecimal() or int(announced) > limit):
            return
        async with asyncio.timeout(self.patience + (0 if chunked else int(announced) / SLOWEST)):
            environ["CONTENT_LENGTH"] = str(await _read(receive, body, limit))


def environ_of(scope: Message) -> Environ:
    """Say in WSGI's words what was asked for.

    A header with an underscore is left out: as a variable it would look like another one,
    which only our own proxy may send.
    """
    path = unquote_to_bytes(scope.get("raw_path") or scope["path"].encode())
    client, server = scope.get("client") or ("", 0), scope.get("server") or ("localhost", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": path.partition(b"?")[0].decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(server[0]),
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": str(client[0]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name:
            _add(environ, name.decode("latin-1"), value.decode("latin-1"))
    return environ


def _add(environ: Environ, name: str, value: str) -> None:
    variable = name.upper().replace("-", "_")
    if variable not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        variable = f"HTTP_{variable}"
    if variable in environ:
        value = environ[variable] + _SEPARATORS.get(variable, ",") + value
    environ[variable] = value


async def _read(receive: Receive, body: IO[bytes], limit: int) -> int:
    """Write the body down and return its length; of one over the limit no more than is read."""
    length, more = 0, True
    while more and length <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part, more = message.get("body", b""), message.get("more_body", False)
        length += len(part)
        body.write(part)
    return length


def _run(wsgi: Callable[..., Any], environ: Environ) -> Answer:
    """Let the application answer; in one of our threads."""
    head: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        encoded = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        head[:] = [int(status.split(" ", 1)[0]), encoded]

    try:
        said = wsgi(environ, start_response)
        try:
            parts = list(said)
        finally:
            getattr(said, "close", lambda: None)()
    except Exception:  # Django answers its own errors: this one is the server's
        logger.exception("A request was not answered")
        return _said(500, b"Something went wrong on our side.")
    return head[0], head[1], parts


def _said(status: int, sentence: bytes) -> Answer:
    return status, [(b"content-type", b"text/plain; charset=utf-8")], [sentence + b"\n"]


async def _send(send: Send, answer: Answer) -> None:
    status, headers, parts = answer
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


application = Pages(pages, limit_of)
