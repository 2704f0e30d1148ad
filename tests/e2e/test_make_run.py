"""What `make run` starts: up, killed, up again with its data, light, and gone when told."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import httpx
import psutil
import pytest

from webapp.building.stamps import ROOT
from webapp.supervisor import checks

FIRST_START, NEXT_START = 120, 60
MOST_MEGABYTES, MOST_OF_A_CORE = 450, 0.03


class Run:
    """One `python -m webapp.supervisor` on a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.port = checks.free_port("127.0.0.1")
        self.out = data.parent / f"run-{self.port}.log"
        ours = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}
        with self.out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "webapp.supervisor"],
                cwd=ROOT,
                env=ours | {"AFTERFLOW_ENV": "demo", "DATA_DIR": str(data), "PORT": str(self.port)},
                stderr=out,
            )

    def wait_until_up(self, patience: float) -> float:
        """Return after how many seconds it said that it runs."""
        give_up = time.monotonic() + patience
        while "Afterflow runs at" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < give_up, self.said()
            threading.Event().wait(0.1)
        said = re.search(r"up in ([\d.]+) s", self.said())
        assert said
        return float(said[1])

    def said(self) -> str:
        return self.out.read_text()

    def tree(self) -> list[psutil.Process]:
        here = psutil.Process(self.process.pid)
        return [here, *here.children(recursive=True)]

    def megabytes(self) -> float:
        """What all processes hold, shared pages counted once."""
        return sum(process.memory_full_info().pss for process in self.tree()) / 2**20

    def share_of_a_core(self, seconds: float) -> float:
        before = {process: sum(process.cpu_times()[:2]) for process in self.tree()}
        began = time.monotonic()
        threading.Event().wait(seconds)
        used = 0.0
        for process, then in before.items():
            with suppress(psutil.NoSuchProcess):
                used += sum(process.cpu_times()[:2]) - then
        return used / (time.monotonic() - began)

    def signed_in(self) -> httpx.Client:
        """Sign admin in, over plain HTTP as a browser would."""
        client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", follow_redirects=True)
        client.get("/login/")
        form = {
            "csrfmiddlewaretoken": client.cookies["csrftoken"],
            "username": "admin",
            "password": "afterflow-demo",
        }
        assert client.post("/login/", data=form).status_code == 200
        assert "sessionid" in client.cookies
        return client


@pytest.fixture
def start(tmp_path_factory):
    """Start runs on one data folder; none is left at the end."""
    data = tmp_path_factory.mktemp("run") / "data"
    runs = []

    def begin():
        runs.append(Run(data))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            run.process.wait(30)
        run.process.kill()


def test_the_product_starts_survives_a_kill_of_everything_and_ends_when_told(start):
    # given a first start, with somebody signed in
    first = start()
    first.wait_until_up(FIRST_START)
    with closing(first.signed_in()) as client:
        session = client.cookies["sessionid"]
    assert "lin.buyer" in first.said()
    provider = re.search(r"http://\S+/admin", first.said())
    assert provider
    faults = httpx.get(provider[0].replace("/admin", "/"), follow_redirects=True, trust_env=False)
    assert "Calls back three times" in faults.text

    # when everything is killed at once and it is started again
    for process in first.tree():
        with suppress(psutil.NoSuchProcess):
            process.kill()
    second = start()
    second.wait_until_up(NEXT_START)

    # then nothing was made anew, and the session is still good
    assert "Preparing" not in second.said()
    assert "Making the private PostgreSQL" not in second.said()
    with httpx.Client(base_url=f"http://127.0.0.1:{second.port}") as client:
        client.cookies["sessionid"] = session
        assert client.get("/", follow_redirects=True).url.path != "/login/"
        assert client.get("/readyz").json()["ready"]

    # and it is light
    assert second.megabytes() <= MOST_MEGABYTES
    assert min(second.share_of_a_core(4) for _ in range(4)) <= MOST_OF_A_CORE

    # and when told to stop, nobody is left
    everybody = second.tree()
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(30) == 0
    assert [process for process in everybody if process.is_running()] == []
