"""Real Celery workers in processes of their own, a real broker, real kills."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from processes import history, runtime
from processes.models import Job
from processes.sweeper import Sweeper
from tests.processes.conftest import stands_at, the_task

pytestmark = pytest.mark.django_db(transaction=True)


def database_url() -> str:
    known = connection.settings_dict
    port = f"&port={known['PORT']}" if known["PORT"] else ""
    return f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}{port}"


@pytest.fixture
def start_worker(valkey, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start a worker process; all are killed in the end."""
    started: list[subprocess.Popen[bytes]] = []
    environment = {
        **os.environ,
        "AFTERFLOW_ENV": "test",
        "DATABASE_URL": database_url(),
        "WORKSHOP": str(tmp_path),
    }

    def start() -> subprocess.Popen[bytes]:
        command = "-q -A tests.processes.workshop worker -P solo --without-mingle --without-gossip"
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", *command.split()],
                env=environment,
                stdout=log,
                stderr=log,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(10)


def wait_for(condition: Callable[[], bool], *, log: Path) -> None:
    until = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


def test_a_hint_reaches_a_worker_process_which_does_the_job(review, sofia, start_worker, tmp_path):
    start_worker()

    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)

    wait_for(lambda: stands_at(review) == {"Settled"}, log=tmp_path / "worker.log")
    review.refresh_from_db()
    assert history.verify(review).sound
    assert (tmp_path / "AF-1").read_text().split()[0] == "1"


def test_a_killed_workers_job_is_taken_over_by_another_process(
    begin, sofia, start_worker, tmp_path
):
    case = begin("review", "AF-1", amount=666)
    first = start_worker()
    runtime.complete_user_task(task_id=the_task(case).pk, output={}, actor=sofia)
    assert first.wait(40) == -signal.SIGKILL
    assert Job.objects.get().state == "leased"

    start_worker()
    sweeper = Sweeper()

    def settled() -> bool:
        sweeper.tick()
        return stands_at(case) == {"Settled"}

    wait_for(settled, log=tmp_path / "worker.log")
    attempts = [line.split() for line in (tmp_path / "AF-1").read_text().splitlines()]
    assert [attempt for attempt, _key in attempts] == ["1", "2"]
    assert len({key for _attempt, key in attempts}) == 1
