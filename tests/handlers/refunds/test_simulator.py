"""The simulator as a program: what it says when it cannot start, and to whom it says nothing."""

from __future__ import annotations

import socket
import struct
import subprocess
import sys

import httpx
import pytest
from django.core.management import CommandError, call_command

from tests.handlers.refunds.conftest import ROOT, SECRET


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
