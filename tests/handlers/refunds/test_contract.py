"""The contract of the port: the same cases for every adapter, against a real process.

A new provider is one file, one entry of PAYMENT_PROVIDERS and one line in ADAPTERS.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from handlers.refunds import exchanges
from handlers.refunds.adapters.alipay_like import AlipayLikeGateway
from handlers.refunds.adapters.simulator import SimulatorGateway
from handlers.refunds.models import AdapterLog
from handlers.refunds.port import CallbackRefused, Outcome, ProviderConfig, RefundProvider, Status
from handlers.refunds.signing import sign
from tests.handlers.refunds.asking import ask
from tests.handlers.refunds.conftest import SECRET

pytestmark = pytest.mark.django_db
ADAPTERS = [SimulatorGateway, AlipayLikeGateway]


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.__name__)
def gateway(request, simulator) -> RefundProvider:
    return request.param(ProviderConfig.read("p", simulator.entry()))


def test_a_refund_is_taken_and_in_the_end_done(gateway, simulator):
    request = ask()

    first = gateway.submit(request)
    simulator.settle()
    then = gateway.query(request.provider_key)

    assert first.outcome in (Outcome.ACCEPTED, Outcome.DONE)
    assert then.outcome is Outcome.DONE
    assert then.fact.status is Status.SUCCEEDED
    assert (then.fact.amount, then.fact.total, then.fact.currency) == (500, 2_000, "CNY")
    assert (then.fact.provider_key, then.fact.payment_ref) == (
        request.provider_key,
        request.payment_ref,
    )
    assert then.fact.changed_at.tzinfo is not None
    assert simulator.moved(key=request.provider_key) == [500]


def test_M7_the_same_key_again_pays_once(gateway, simulator):
    request = ask()
    for _ in range(3):
        assert gateway.submit(request).outcome in (Outcome.ACCEPTED, Outcome.DONE)
    simulator.settle()

    assert simulator.moved(key=request.provider_key) == [500]


def test_a_key_that_was_never_sent_is_not_found(gateway):
    assert gateway.query("RFnever-1").fact.status is Status.NOT_FOUND


@pytest.mark.parametrize("fault", ["not_enough", "account_closed"])
def test_a_business_refusal_is_rejected_with_its_code(gateway, simulator, fault):
    simulator.arm(fault)

    reply = gateway.submit(ask())

    assert reply.outcome is Outcome.REJECTED
    assert reply.code
    assert reply.fact is None


def test_more_than_was_paid_in_all_is_rejected(gateway, simulator):
    first = ask(amount=1_500)
    gateway.submit(first)
    second = ask(amount=501, payment_ref=first.payment_ref)

    assert gateway.submit(second).outcome is Outcome.REJECTED


@pytest.mark.parametrize(
    "fault",
    ["timeout_after", "error_after", "error_before", "broken_body", "bad_reply_signature"],
)
def test_what_may_have_been_executed_is_unknown(gateway, simulator, fault):
    simulator.arm(fault)

    reply = gateway.submit(ask())

    assert reply.outcome is Outcome.UNKNOWN
    assert reply.fact is None


def test_a_provider_slower_than_our_patience_is_unknown(gateway, simulator):
    simulator.arm("timeout_after")
    hasty = type(gateway)(ProviderConfig.read("p", simulator.entry(timeout_seconds=0.2)))

    assert hasty.submit(ask()).code == "NO_ANSWER"


def test_what_was_surely_not_executed_may_be_tried_again(gateway, simulator):
    simulator.arm("too_frequent")
    nobody = type(gateway)(ProviderConfig.read("p", simulator.entry(base_url="http://127.0.0.1:9")))

    assert gateway.submit(ask()).outcome is Outcome.RETRY
    assert nobody.submit(ask()).outcome is Outcome.RETRY


def test_a_provider_that_signs_with_another_secret_is_not_believed(gateway, simulator):
    other = type(gateway)(ProviderConfig.read("p", simulator.entry(secret="another")))

    assert other.submit(ask()).outcome in (Outcome.UNKNOWN, Outcome.REJECTED)
    assert other.query("RFnever-1").fact is None


@pytest.fixture
def signs_anything():
    """A provider that says, and signs, the bytes it is given: `signs_anything(b"{}")`."""
    servers = []

    def start(said: bytes) -> str:
        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                subject = f"200 POST {self.path}"
                self.send_response(200)
                given = sign(key_id="afterflow", secret=SECRET, subject=subject, body=said)
                for name, value in given.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Door))
        Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "said",
    [b'{"refund_id": "5\\u0000"}', b'{"a": [{"\\ud800": 1}]}', b'{"a": "\0"}', b"[" * 100_000],
    ids=["NUL", "half a character", "raw NUL", "too deep"],
)
def test_a_signed_answer_that_cannot_be_kept_leaves_the_outcome_unknown(
    gateway, simulator, signs_anything, said
):
    odd = type(gateway)(ProviderConfig.read("p", simulator.entry(base_url=signs_anything(said))))

    reply = odd.submit(ask())

    assert (reply.outcome, reply.code) == (Outcome.UNKNOWN, "BROKEN_BODY")
    exchanges.log("p", "submit", "K-1", {}, reply)
    assert "\0" not in AdapterLog.objects.get().reply


def test_the_bill_has_every_movement_of_the_day(gateway, simulator):
    request = ask()
    gateway.submit(request)
    simulator.settle()
    today = datetime.fromisoformat(simulator.admin.get("/clock").json()["now"]).date()

    row = next(
        row for row in gateway.download_bill(today) if row.provider_key == request.provider_key
    )

    assert (row.amount, row.currency, row.payment_ref) == (500, "CNY", request.payment_ref)
    assert gateway.download_bill(date(2001, 1, 1)) == []


def test_nothing_that_is_not_signed_is_a_callback(gateway):
    with pytest.raises(CallbackRefused):
        gateway.parse_callback({}, b"{}")


class TestCallbacksOfTheSimulator:
    @pytest.fixture
    def gateway(self, simulator):
        return SimulatorGateway(
            ProviderConfig.read("p", simulator.entry(previous_secrets={"old": "old-secret"}))
        )

    def notice(self, **changes) -> bytes:
        resource = {
            "refund_id": "5001",
            "out_refund_no": "RF1-1",
            "transaction_id": "PAY-1",
            "status": "SUCCESS",
            "changed_at": "2026-11-22T00:00:00+00:00",
            "amount": {"refund": 1, "total": 2, "currency": "CNY"},
        }
        return json.dumps({"id": "EV-1", "resource": resource | changes}).encode()

    def signed(self, body: bytes, *, key_id="afterflow", secret=SECRET):
        return sign(key_id=key_id, secret=secret, subject="NOTIFY", body=body)

    def test_a_good_one_is_read(self, gateway):
        body = self.notice()

        notice = gateway.parse_callback(self.signed(body), body)

        assert (notice.notify_id, notice.fact.status) == ("EV-1", Status.SUCCEEDED)

    def test_while_keys_are_rotated_the_old_one_still_verifies(self, gateway):
        body = self.notice()

        assert gateway.parse_callback(self.signed(body, key_id="old", secret="old-secret"), body)
        with pytest.raises(CallbackRefused, match="signature"):
            gateway.parse_callback(self.signed(body, key_id="old", secret=SECRET), body)

    def test_a_changed_body_is_refused(self, gateway):
        with pytest.raises(CallbackRefused, match="signature"):
            gateway.parse_callback(self.signed(self.notice()), self.notice(refund_id="5002"))

    def test_one_made_more_than_five_minutes_away_is_refused(self, gateway, monkeypatch):
        body = self.notice()
        headers = self.signed(body)
        later = datetime.now(UTC) + timedelta(minutes=5, seconds=2)
        monkeypatch.setattr("handlers.refunds.signing.time.time", later.timestamp)

        with pytest.raises(CallbackRefused, match="skew"):
            gateway.parse_callback(headers, body)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"null",
            b"{}",
            b"\xff\xfe",
            b"[" * 60_000,
            b'{"id": "", "resource": {}}',
            b'{"id": 7, "resource": {}}',
        ],
    )
    def test_signed_nonsense_is_refused_by_its_shape(self, gateway, body):
        with pytest.raises(CallbackRefused, match="schema"):
            gateway.parse_callback(self.signed(body), body)

    @pytest.mark.parametrize(
        "changes",
        [
            {"amount": {"refund": 1.0, "total": 2, "currency": "CNY"}},
            {"amount": {"refund": "1", "total": 2, "currency": "CNY"}},
            {"amount": {"refund": True, "total": 2, "currency": "CNY"}},
            {"amount": None},
            {"status": "GREAT"},
            {"changed_at": "2026-11-22T00:00:00"},
            {"changed_at": 5},
        ],
    )
    def test_figures_of_the_wrong_type_are_refused_by_their_shape(self, gateway, changes):
        body = self.notice(**changes)

        with pytest.raises(CallbackRefused, match="schema"):
            gateway.parse_callback(self.signed(body), body)
