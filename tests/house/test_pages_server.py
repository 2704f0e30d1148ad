"""The door of the pages: slow, endless and disguised requests, before Django sees them."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from threading import Event

import httpx
import pytest

from webapp.asgi import Pages
from webapp.building.stamps import ROOT
from webapp.supervisor import checks
from webapp.supervisor.children import answers

PATIENCE = 20
LIMIT = 1000
SCOPE = {
    "type": "http",
    "method": "POST",
    "http_version": "1.1",
    "path": "/",
    "query_string": b"",
    "headers": [],
}


def ask(*body: bytes | Event, app=None, path: bytes = b"/", patience: float = 5, **headers: str):
    """Send a request in parts; an Event is a part that does not come. Status and body, or None."""
    seen: dict[str, object] = {}

    def echo(environ, start_response):
        seen.update(environ, body=environ["wsgi.input"].read())
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"a", b"b"]

    parts, sent = list(body), []

    async def receive():
        if not parts:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        if isinstance(part, Event):
            await asyncio.Event().wait()
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    async def send(message):
        sent.append(message)

    named = [(k.encode(), v.encode("latin-1")) for k, v in headers.items()]
    scope = {**SCOPE, "raw_path": path, "headers": named}
    pages = Pages(app or echo, lambda _: LIMIT, patience=patience)
    asyncio.run(pages(scope, receive, send))
    status = sent[0]["status"] if sent else None
    return status, b"".join(one.get("body", b"") for one in sent[1:]), seen


def test_a_body_arrives_whole_with_its_length():
    status, said, seen = ask(b"one ", b"two", **{"content-length": "7"})

    assert (status, said) == (200, b"ab")
    assert (seen["body"], seen["CONTENT_LENGTH"]) == (b"one two", "7")


def test_a_body_without_a_length_arrives_whole_too():
    _status, _said, seen = ask(b"one ", b"two", **{"transfer-encoding": "chunked"})

    assert (seen["body"], seen["CONTENT_LENGTH"]) == (b"one two", "7")


def test_what_is_too_long_is_not_read_and_the_application_knows():
    never = Event()
    _status, _said, announced = ask(never, **{"content-length": str(LIMIT + 1)})
    _status, _said, endless = ask(b"x" * LIMIT, b"y", never, **{"transfer-encoding": "chunked"})

    assert announced["CONTENT_LENGTH"] == endless["CONTENT_LENGTH"] == str(LIMIT + 1)
    assert announced["body"] == b""


def test_a_body_that_does_not_come_is_not_waited_for():
    status, said, seen = ask(b"x", Event(), patience=0.05, **{"content-length": "7"})

    assert (status, said) == (408, b"The request came too slowly.\n")
    assert not seen


def test_who_leaves_before_the_end_has_asked_for_nothing():
    status, _said, seen = ask(**{"content-length": "7"})

    assert status is None
    assert not seen


def test_a_header_cannot_be_disguised_as_one_of_our_proxy():
    headers = {"x-forwarded-for": "1.1.1.1", "x_forwarded_for": "2.2.2.2", "content_length": "9"}

    _status, _said, seen = ask(b"", **headers)

    assert seen["HTTP_X_FORWARDED_FOR"] == "1.1.1.1"
    assert "HTTP_CONTENT_LENGTH" not in seen


def test_addresses_reach_the_application_as_bytes_would():
    _status, _said, seen = ask(b"", path=b"/%E5%8D%95/a%2Fb")

    assert seen["PATH_INFO"].encode("latin-1").decode() == "/单/a/b"


def test_an_application_that_breaks_is_said_to_be_broken():
    def broken(_environ, _start):
        raise RuntimeError("boom")

    status, said, _seen = ask(b"", app=broken)

    assert status == 500
    assert b"boom" not in said


@pytest.fixture
def port():
    """The pages under their real server."""
    port = checks.free_port("127.0.0.1")
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "asginl", "--port", str(port)),
            *("--no-ws", "--http", "1", "--log-level", "error", "webapp.asgi:application"),
        ],
        cwd=ROOT,
        env=os.environ | {"AFTERFLOW_ENV": "test"},
    )
    listening, give_up = answers("127.0.0.1", port), time.monotonic() + PATIENCE
    while not listening():
        assert server.poll() is None
        assert time.monotonic() < give_up
    yield port
    server.terminate()
    server.wait(PATIENCE)


def test_many_slow_senders_stop_nobody(port):
    head = (
        b"POST /callbacks/refunds/simulator/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"
    )
    with ExitStack() as open_ones:
        for _ in range(40):
            slow = open_ones.enter_context(closing(socket.create_connection(("127.0.0.1", port))))
            slow.sendall(head)

        assert httpx.get(f"http://127.0.0.1:{port}/livez", timeout=10).text == "alive\n"
