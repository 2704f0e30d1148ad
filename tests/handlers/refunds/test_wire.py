"""A provider that dribbles or floods has not answered: nobody knows what became of the call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, repeat

from handlers.refunds.adapters.wire import Wire
from handlers.refunds.port import Outcome, ProviderConfig

PATIENCE = timedelta(seconds=0.5)


@contextmanager
def provider(pieces: Callable[[], Iterator[bytes]], *, pause: float) -> Iterator[Wire]:
    """A wire to somebody who answers in such pieces, with a pause after each."""
    over = threading.Event()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                for piece in pieces():
                    self.wfile.write(piece)
                    if over.wait(pause):
                        return
            except OSError:
                """They have hung up."""

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield Wire(
            ProviderConfig(name="p", base_url=url, key_id="k", secret="s", call_timeout=PATIENCE)
        )
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def test_who_dribbles_is_given_up_and_the_outcome_is_unknown():
    with provider(lambda: repeat(b" ", 200), pause=0.1) as wire:
        begun = time.monotonic()
        reply = wire.call("POST", "/v3/refunds", {})

    assert (reply.outcome, reply.code) == (Outcome.UNKNOWN, "NO_ANSWER")
    assert time.monotonic() - begun < 10


def test_who_floods_is_hung_up_on():
    sent = count()
    flood = (b" " * 65_536 for _ in zip(range(2_000), sent, strict=False))
    with provider(lambda: flood, pause=0) as wire:
        reply = wire.call("POST", "/v3/refunds", {})

    assert reply.outcome is Outcome.UNKNOWN
    assert next(sent) < 1_000
