"""The simulator's HTTP side: signed API, admin JSON, admin page."""

from __future__ import annotations

import json
import sys
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from handlers.refunds.signing import SIGNATURE, BadSignature, sign, verify
from handlers.refunds.simulator import admin, alipay
from handlers.refunds.simulator.courier import Courier
from handlers.refunds.simulator.faults import Fault
from handlers.refunds.simulator.messages import Refused
from handlers.refunds.simulator.provider import Provider

_MAX_BODY = 64 * 1024


class SimulatorServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        provider: Provider,
        *,
        key_id: str,
        secret: str,
        hang_s: float,
        resend_scale: float,
        by_hand: bool,
    ) -> None:
        super().__init__(address, Exchange)
        self.provider, self.key_id, self.secret, self.hang_s = provider, key_id, secret, hang_s
        self.courier = Courier(
            provider, key_id=key_id, secret=secret, resend_scale=resend_scale, by_hand=by_hand
        )
        self.hanging = threading.Event()
        self.courier.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has hung up is its own affair; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Exchange(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: SimulatorServer
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MAX_BODY:
            self.close_connection = True
            self._send(413, b"{}")
            return
        self._answer("POST", self.rfile.read(length))

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the calls are in the books."""

    def _answer(self, method: str, body: bytes) -> None:
        path = urlsplit(self.path).path
        try:
            if path == "/livez":
                self._send(200, b'{"status": "ok"}')
            elif path == "/" and method == "GET":
                self._send(303, b"", location="/admin")
            elif path.startswith("/admin"):
                self._admin(method, path, body)
            else:
                self._signed(method, path, body)
        except Refused as refused:
            error = {"code": refused.code, "message": str(refused)}
            self._send(refused.status, _json(error), signed=f"{method} {self.path}")

    def _signed(self, method: str, path: str, body: bytes) -> None:
        try:
            verify(
                dict(self.headers.items()),
                secrets_by_id={self.server.key_id: self.server.secret},
                subject=f"{method} {self.path}",
                body=body,
            )
        except BadSignature as error:
            raise Refused("SIGN_ERROR", str(error), 401) from error
        self._follow_clock()
        fault, picture = self._route(method, path, body)
        if fault is Fault.TIMEOUT_AFTER:
            self.server.hanging.wait(self.server.hang_s)
            self.close_connection = True
            return
        if fault is Fault.ERROR_AFTER:
            raise Refused("SYSTEM_ERROR", "Something broke", 500)
        content = b"<html>502" if fault is Fault.BROKEN_BODY else _json(picture)
        self._send(
            200,
            content,
            signed=f"{method} {self.path}",
            spoiled=fault is Fault.BAD_REPLY_SIGNATURE,
        )

    def _follow_clock(self) -> None:
        """The demo's clock was moved ahead: what is due by now happens before we answer."""
        try:
            offset = float(self.headers.get("Sim-Clock-Offset") or 0)
        except ValueError:
            return
        provider = self.server.provider
        if offset > provider.books.offset():
            provider.books.set_offset(offset)
            provider.tick()

    def _route(self, method: str, path: str, body: bytes) -> tuple[Fault | None, dict[str, Any]]:
        provider = self.server.provider
        parts = [unquote(part) for part in path.strip("/").split("/")]
        match method, parts:
            case "POST", ["v3", "refunds"]:
                taken = provider.submit(_read(body))
                if taken.fault is Fault.CALLBACK_FIRST:
                    self.server.courier.deliver_due()
                return taken.fault, taken.picture
            case "POST", ["gateway"]:
                return alipay.answer(provider, _read(body))
            case "GET", ["v3", "refunds", key]:
                return None, provider.query(key)
            case "POST", ["v3", "refunds", refund_id, "apply-abnormal-refund"]:
                return None, provider.retry_abnormal(refund_id)
            case "GET", ["v3", "bill"]:
                return None, {"refunds": provider.bill(self._day())}
        raise Refused("RESOURCE_NOT_EXISTS", "No such page", 404)

    def _day(self) -> date:
        query = dict(parse_qsl(urlsplit(self.path).query))
        try:
            return date.fromisoformat(query.get("date", ""))
        except ValueError as error:
            raise Refused("PARAM_ERROR", str(error)) from error

    def _admin(self, method: str, path: str, body: bytes) -> None:
        self._same_origin()
        provider = self.server.provider
        what = path.removeprefix("/admin/api/")
        path = path.rstrip("/")
        if method == "GET" and path == "/admin":
            self._send(200, admin.page(provider).encode(), kind="text/html; charset=utf-8")
        elif method == "POST" and path == "/admin":
            admin.submit_form(provider, dict(parse_qsl(body.decode())))
            self._send(303, b"", location="/admin")
        elif method == "GET":
            query = dict(parse_qsl(urlsplit(self.path).query))
            self._send(200, _json(admin.ask(provider, what, query)))
        else:
            self._send(200, _json(admin.do(provider, what, _read(body))))

    def _same_origin(self) -> None:
        """Another site open in the same browser must not press our buttons."""
        origin = self.headers.get("Origin")
        if origin and urlsplit(origin).netloc != self.headers.get("Host"):
            raise Refused("FORBIDDEN", "Another site asked", 403)

    def _send(
        self,
        status: int,
        content: bytes,
        *,
        kind: str = "application/json",
        signed: str = "",
        spoiled: bool = False,
        location: str = "",
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        if location:
            self.send_header("Location", location)
        if signed:
            server = self.server
            headers = sign(
                key_id=server.key_id,
                secret=server.secret,
                subject=f"{status} {signed}",
                body=content,
            )
            if spoiled:
                headers[SIGNATURE] = "0" * 64
            for name, value in headers.items():
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _read(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Refused("PARAM_ERROR", "Not JSON") from error
    if not isinstance(value, dict):
        raise Refused("PARAM_ERROR", "Not an object")
    return value


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
