"""The supervisor and its children: real processes, small ones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from webapp.building.stamps import ROOT, Problem
from webapp.supervisor import checks, reachable
from webapp.supervisor.boundedlog import BoundedLog
from webapp.supervisor.children import Child, Service

PATIENCE = 15

SUPERVISED = """
import os, sys, time
from pathlib import Path
from webapp.supervisor.children import Service
from webapp.supervisor.supervisor import Supervisor

folder = Path(sys.argv[1])
def service(name, code):
    mark = folder / f"{name}.pid"
    code = f"import os, sys, time, subprocess; from pathlib import Path\\n{code}\\n" \\
        f"Path({str(mark)!r}).write_text(str(os.getpid()))\\ntime.sleep(600)"
    return Service(name=name, command=[sys.executable, "-c", code], ready=mark.exists)

grandchild = (
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\\n"
    f"Path({str(folder / 'grandchild.pid')!r}).write_text(str(child.pid))"
)
keeper = Supervisor(folder / "log")
keeper.start([service("one", "print('hello')"), service("two", grandchild)], patience=20)
(folder / "up").touch()
keeper.run()
keeper.stop()
(folder / "down").touch()
"""


@pytest.fixture
def supervised(tmp_path):
    """A supervisor in a process of its own, with two children and a grandchild."""
    script = tmp_path / "script.py"
    script.write_text(SUPERVISED)
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], cwd=ROOT, env=os.environ | {"PYTHONPATH": "."}
    )
    until(lambda: (tmp_path / "up").exists())
    yield process
    process.kill()
    process.wait()
    for name in ("one", "two", "grandchild"):
        with suppress(OSError, ProcessLookupError, ValueError):
            os.kill(pid_of(tmp_path, name), signal.SIGKILL)


def until(holds, patience=PATIENCE):
    """Wait for something that another process does; bounded."""
    give_up = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < give_up, "waited in vain"
        threading.Event().wait(0.02)


def pid_of(folder: Path, name: str) -> int:
    return int((folder / f"{name}.pid").read_text())


def gone(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def test_being_told_to_stop_ends_all_children_and_theirs(supervised, tmp_path):
    pids = [pid_of(tmp_path, name) for name in ("one", "two", "grandchild")]

    supervised.send_signal(signal.SIGTERM)

    assert supervised.wait(PATIENCE) == 0
    assert (tmp_path / "down").exists()
    until(lambda: all(map(gone, pids)))


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_killing_the_supervisor_leaves_no_child(supervised, tmp_path):
    pids = [pid_of(tmp_path, name) for name in ("one", "two")]

    supervised.kill()

    until(lambda: all(map(gone, pids)))


def test_a_killed_child_comes_back_and_its_leftovers_go(supervised, tmp_path):
    first, leftover = pid_of(tmp_path, "two"), pid_of(tmp_path, "grandchild")

    os.kill(first, signal.SIGKILL)

    until(lambda: pid_of(tmp_path, "two") != first if readable(tmp_path / "two.pid") else False)
    until(lambda: gone(leftover))
    assert not gone(pid_of(tmp_path, "one"))


def readable(path: Path) -> bool:
    return path.exists() and path.read_text().isdecimal()


def test_what_a_child_says_is_kept(supervised, tmp_path):
    until(lambda: "hello" in (tmp_path / "log" / "one.log").read_text())


def test_a_child_that_keeps_ending_is_restarted_ever_later():
    child = Child(Service(name="brief", command=["true"]))
    os.close(child.start())
    child.finish(time.monotonic() + PATIENCE)

    pauses = [child.restart_in() for _ in range(8)]

    assert pauses == sorted(pauses)
    assert pauses[0] < 1 < pauses[-1] <= 30


def test_a_log_never_grows_past_its_limit_twice(tmp_path):
    with closing(BoundedLog(tmp_path / "a.log", limit=100)) as log:
        for number in range(100):
            log.write(f"line {number}\n".encode())

    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 2
    assert max(sizes) <= 100
    assert log.tail(1) == "line 99"


def test_a_taken_port_gives_one_clear_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(Problem, match=rf"Port {port} is taken by another program.*PORT="):
            checks.require_port("127.0.0.1", port)
        assert checks.free_port("127.0.0.1", port) != port


@pytest.mark.parametrize("text", ["abc", "0", "-1", "65536", "8" * 9999, " 8000", "٨٠", "80.0"])
def test_a_port_that_is_none_is_refused_with_a_sentence(text):
    with pytest.raises(Problem, match="expected a number from 1 to 65535"):
        checks.port_of(text)


def test_the_last_port_has_neighbours_elsewhere():
    assert checks.port_of("65535") == 65535
    assert 0 < checks.free_port("127.0.0.1", 65536) <= 65535


@pytest.mark.parametrize(
    ("name", "url", "sentence"),
    [
        ("DATABASE_URL", "nonsense", "Expected DATABASE_URL to begin with postgresql://"),
        ("DATABASE_URL", "postgresql://me:se%20cret@127.0.0.1:9/x", "does not lead to a Post"),
        ("DATABASE_URL", "postgresql://me@127.0.0.1:port/x", "DATABASE_URL cannot be used"),
        ("REDIS_URL", "nonsense", "REDIS_URL does not lead to a Valkey"),
        ("REDIS_URL", "redis://:se%20cret@127.0.0.1:9/0", "Connection refused"),
    ],
)
def test_a_server_that_is_named_but_not_there_is_said_at_once(name, url, sentence):
    with pytest.raises(Problem, match=sentence) as raised:
        reachable.require({name: url})

    assert name in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1
    assert "se" + "cret" not in str(raised.value).replace("%20", "")


def test_what_a_child_died_of_is_quoted_as_a_sentence(tmp_path):
    with closing(BoundedLog(tmp_path / "a.log")) as log:
        assert log.reason() == "it said nothing"
        log.write(
            b'Traceback:\n  File "x"\ndjango.db.utils.Error: connection failed: no\n\tIs it?\n'
        )

    assert log.reason() == "connection failed: no"


def test_a_data_folder_has_one_supervisor_at_a_time(tmp_path):
    lock = checks.own(tmp_path / "data")

    with pytest.raises(Problem, match=f"already runs on .*process {os.getpid()}"):
        checks.own(tmp_path / "data")

    lock.close()
    checks.own(tmp_path / "data").close()


def test_a_full_disk_gives_one_clear_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(checks, "LEAST_FREE", 2**62)

    with pytest.raises(Problem, match=r"The disk is full: .* MB are free"):
        checks.require_space(tmp_path)


def test_the_whole_command_refuses_a_taken_port_before_it_starts_anything(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        done = subprocess.run(
            [sys.executable, "-m", "webapp.supervisor"],
            cwd=ROOT,
            env=os.environ
            | {"DATA_DIR": str(tmp_path / "data"), "PORT": str(taken.getsockname()[1])},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    assert done.returncode == 1
    assert done.stderr.startswith("Afterflow cannot start. Port ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "data" / "pg").exists()
