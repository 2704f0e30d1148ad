"""The simulator itself: what it says when it cannot start, its limits, faults and admin page."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
from datetime import datetime, timedelta

import httpx
import pytest
from django.core.management import CommandError, call_command

from handlers.refunds.adapters.simulator import SimulatorGateway
from handlers.refunds.port import Outcome, ProviderConfig
from tests.handlers.refunds.asking import ask
from tests.handlers.refunds.conftest import ROOT, SECRET

pytestmark = pytest.mark.django_db


def test_a_provider_that_is_not_in_the_settings_is_said(settings):
    settings.PAYMENT_PROVIDERS = {"simulator": {"mode": "none"}}

    with pytest.raises(CommandError, match=r"\(simulator\), found 'paypal'"):
        call_command("payment_simulator", provider="paypal")
    with pytest.raises(CommandError, match="to have key_id, secret"):
        call_command("payment_simulator")


def test_a_client_that_hangs_up_leaves_no_traceback(tmp_path):
    arguments = ["--port", "0", "--data", str(tmp_path)]
    process = subprocess.Popen(
        [sys.executable, "-m", "handlers.refunds.simulator", *arguments],
        cwd=ROOT,
        env={"SIMULATOR_SECRET": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    port = int(process.stdout.readline().split()[-1])
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port)) as client:
            # Reset instead of an orderly end: the answer has nowhere to go.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.sendall(b"GET /admin HTTP/1.1\r\nHost: localhost\r\n\r\n" * 50)
    with httpx.Client(trust_env=False) as alive:
        assert alive.get(f"http://127.0.0.1:{port}/livez").status_code == 200
    process.terminate()
    _out, said = process.communicate(timeout=10)

    assert said == ""


def test_the_providers_own_limits_hold(simulator):
    """The simulator refuses what WeChat Pay would: old payments, the 51st refund."""
    gateway = SimulatorGateway(ProviderConfig.read("p", simulator.entry()))
    paid_at = datetime.fromisoformat(simulator.admin.get("/clock").json()["now"])
    old = {"ref": "PAY-old", "total": 2_000, "currency": "CNY"}
    simulator.admin.post(
        "/payments", json=old | {"paid_at": (paid_at - timedelta(days=366)).isoformat()}
    )

    assert gateway.submit(ask(payment_ref="PAY-old")).outcome is Outcome.REJECTED
    many = [gateway.submit(ask(payment_ref="PAY-many", amount=1)).outcome for _ in range(51)]
    assert many == [Outcome.ACCEPTED] * 50 + [Outcome.REJECTED]


def test_a_magic_amount_strikes_once_for_a_payment(simulator):
    gateway = SimulatorGateway(ProviderConfig.read("p", simulator.entry()))
    request = ask(amount=9_013, total=20_000)

    assert gateway.submit(request).code == "NOT_ENOUGH"
    assert gateway.submit(request).outcome is Outcome.ACCEPTED


def test_a_fault_can_be_named_in_the_reason(simulator):
    gateway = SimulatorGateway(ProviderConfig.read("p", simulator.entry()))

    assert gateway.submit(ask(reason="x #sim:account_closed")).code == "USER_ACCOUNT_ABNORMAL"


def test_the_admin_page_speaks_both_languages_and_arms_faults(simulator):
    page = simulator.admin.get(f"{simulator.url}/admin").text
    assert "Payment simulator" in page
    assert "支付模拟器" in page
    assert "9001" in page

    form = {"fault": "not_enough", "do": "arm"}
    simulator.admin.post(f"{simulator.url}/admin", data=form)

    assert simulator.admin.get("/armed").json()["armed"] == [{"fault": "not_enough", "times": 1}]


def test_another_site_cannot_press_the_admins_buttons(simulator):
    answer = simulator.admin.post(
        "/arm", json={"fault": "closed"}, headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 403
