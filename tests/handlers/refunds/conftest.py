"""A real payment simulator process for each mode, and where its callbacks arrive."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from django.db import connection, transaction

from handlers.orders import api as orders
from handlers.refunds import api as refunds
from handlers.refunds import driving, preparing
from tests.handlers.shop import worked_example

ROOT = Path(__file__).resolve().parents[3]
SECRET = "a-secret-of-the-tests"


class Simulator:
    """A running simulator, seen from its admin's side."""

    def __init__(self, mode: str, folder: Path) -> None:
        self.mode = mode
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "handlers.refunds.simulator", "--port", "0"),
                *("--data", str(folder), "--mode", mode, "--processing", "0"),
                *("--hang", "0.5", "--resend-scale", "0.01", "--by-hand"),
            ],
            cwd=ROOT,
            env={**os.environ, "SIMULATOR_SECRET": SECRET},
            stdout=subprocess.PIPE,
            text=True,
        )
        port = self._process.stdout.readline().split()[-1]
        self.url = f"http://127.0.0.1:{port}"
        self.admin = httpx.Client(base_url=f"{self.url}/admin/api", trust_env=False)

    def arm(self, fault: str, times: int = 1) -> None:
        self.admin.post("/arm", json={"fault": fault, "times": times}).raise_for_status()

    def advance(self, by: timedelta) -> None:
        seconds = by.total_seconds()
        self.admin.post("/clock", json={"advance_seconds": seconds}).raise_for_status()

    def settle(self) -> None:
        """Let everything that is due happen now."""
        self.advance(timedelta())

    def moved(self, **which: str) -> list[int]:
        """The ground truth: every amount that really moved, of one key or payment."""
        rows = self.admin.get("/ledger", params=which).json()["movements"]
        return [row["amount"] for row in rows]

    def calls(self, key: str, kind: str = "submit") -> int:
        rows = self.admin.get("/calls", params={"key": key}).json()["calls"]
        return sum(row["kind"] == kind for row in rows)

    def entry(self, **more: object) -> dict[str, object]:
        """This simulator as an entry of PAYMENT_PROVIDERS."""
        return {
            "adapter": "handlers.refunds.adapters.simulator.SimulatorGateway",
            "base_url": self.url,
            "key_id": "afterflow",
            "secret": SECRET,
            "mode": self.mode,
            "settle_seconds": 0,
            "min_interval_seconds": 0,
            "timeout_seconds": 10,
            **more,
        }

    def stop(self) -> None:
        self.admin.close()
        self._process.terminate()
        self._process.wait(10)
        self._process.stdout.close()


@pytest.fixture(scope="session")
def simulators(tmp_path_factory) -> Iterator[dict[str, Simulator]]:
    running: dict[str, Simulator] = {}

    class Started(dict):
        def __missing__(self, mode: str) -> Simulator:
            running[mode] = self[mode] = Simulator(mode, tmp_path_factory.mktemp(mode))
            return running[mode]

    yield Started()
    for simulator in running.values():
        simulator.stop()


@pytest.fixture(autouse=True)
def heard(monkeypatch) -> list[refunds.Reversed]:
    """The reversals that listeners were told of; cases do not listen here."""
    told: list[refunds.Reversed] = []
    monkeypatch.setattr("handlers.refunds.listeners._listeners", [told.append])
    return told


@pytest.fixture
def mode() -> str:
    return "idempotent"


@pytest.fixture
def simulator(simulators, mode, settings, doorbell) -> Iterator[Simulator]:
    """The provider of this test; unarmed afterwards."""
    chosen = simulators[mode]
    settings.PAYMENT_PROVIDERS = {"simulator": chosen.entry()}
    settings.CALLBACK_BASE_URL, doorbell.settle = doorbell.url, chosen.settle
    chosen.admin.post("/clock", json={"offset_seconds": 0}).raise_for_status()
    yield chosen
    chosen.admin.post("/disarm", json={})


class Doorbell:
    """Takes callbacks off the wire and keeps them until the test looks."""

    def __init__(self) -> None:
        self.settle: Callable[[], None] = lambda: None
        """Lets the provider do what is due: it does nothing behind a test's back."""
        self._taken: queue.Queue = queue.Queue()
        taken = self._taken

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                taken.put((dict(self.headers.items()), body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def next(self, refund_no: str) -> tuple[dict[str, str], bytes]:
        """Wait for the next callback about this refund; others are of tests that are over."""
        self.settle()
        while True:
            headers, body = self._taken.get(timeout=10)
            if refund_no.encode() in body:
                return headers, body

    def empty(self) -> None:
        while not self._taken.empty():
            self._taken.get_nowait()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="session")
def the_doorbell() -> Iterator[Doorbell]:
    bell = Doorbell()
    yield bell
    bell.close()


@pytest.fixture
def doorbell(the_doorbell) -> Doorbell:
    the_doorbell.empty()
    return the_doorbell


def deadline() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=60)


@contextmanager
def committed() -> Iterator[None]:
    """Have the deferred guards look now, as they would at a commit."""
    yield
    if not connection.in_atomic_block:  # committed for real, guards included
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def tampering(table: str) -> Iterator[None]:
    """What a person with the owner's password could do: no trigger of the table looks."""
    with committed():
        pass
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        with committed():
            yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class Case:
    """A case's refund, from hold to provider."""

    def __init__(self, case_no: str, order: orders.OrderMoney) -> None:
        self.case_no, self.order_no, self.key, self.refund_no = case_no, order.order_no, "", ""

    def prepare(self) -> Case:
        with transaction.atomic():
            refund = preparing.prepare(self.case_no)
        self.key, self.refund_no = refund.waiting_key, refund.refund_no
        return self

    def submit(self) -> str:
        with committed():
            return driving.submit(self.key, deadline=deadline())

    def query(self) -> str:
        with committed():
            return driving.query(self.key, deadline=deadline())

    def answer(self, doorbell: Doorbell) -> refunds.CallbackResult:
        """Let the next callback in."""
        with committed():
            return refunds.receive_callback("simulator", *doorbell.next(self.refund_no))

    @property
    def status(self) -> refunds.RefundStatus:
        return refunds.status(self.case_no)

    @property
    def order(self) -> orders.OrderMoney:
        return orders.get_order(self.order_no)


_cases = iter(range(1, 10_000))


def a_case(
    order: orders.OrderMoney | None = None,
    *,
    lines: tuple = (("1", None, 9_900),),
    case_no: str | None = None,
) -> Case:
    """A case with an authorised hold; by default ¥99.00 of the worked example's first line."""
    order = order or worked_example()
    case_no = case_no or f"C-{next(_cases)}"
    refunds.reserve(case_no=case_no, order_no=order.order_no, lines=lines, currency="CNY")
    amount = sum(amount for _, _, amount in lines)
    refunds.authorise(case_no, amount=amount, basis="seller", approvers=("sofia", "marco"))
    return Case(case_no, order)
