"""The private PostgreSQL and Valkey: as root and not, in closed folders, after a kill."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest
import redis

from tests.private_servers import copy_of_template
from webapp.building.stamps import ROOT
from webapp.embedded import binaries, lifeline
from webapp.embedded.postgres import (
    LONGEST_SOCKET_FOLDER,
    Cluster,
    PostgresFailed,
    own_folder,
    owned_folder,
    short_folder,
)
from webapp.embedded.valkey import Valkey

IS_ROOT = os.geteuid() == 0
PATIENCE = 30


@pytest.fixture
def folder():
    """A short-named folder: a socket's path must fit."""
    path = Path(tempfile.mkdtemp(prefix="afterflow-house-"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def cluster(folder):
    """A cluster with a data folder, in a folder that only its owner may enter."""
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    made = Cluster(closed / "pg", forgetful=True)
    copy_of_template(made)
    return made


@pytest.fixture
def started():
    """Starts servers and stops them at the end."""
    servers = []

    def start(what, log: Path):
        servers.append(what.start(log=log))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()
        server.wait(PATIENCE)


def answer(cluster: Cluster) -> int:
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute("SELECT 6 * 7").fetchone()
    assert row is not None
    return row[0]


def test_postgres_runs_in_a_folder_that_others_may_not_enter(cluster, folder, started):
    server = started(cluster, folder / "log")
    cluster.ensure_database()

    assert answer(cluster) == 42
    if IS_ROOT:
        runs_as = Path(f"/proc/{server.pid}/status").read_text().split("Uid:")[1].split()[0]
        assert int(runs_as) != 0


@pytest.mark.skipif(not IS_ROOT, reason="an ordinary user runs all the other tests as one")
def test_it_all_works_for_an_ordinary_user(folder, monkeypatch):
    person = pwd.getpwnam("nobody")
    os.chown(folder, person.pw_uid, person.pw_gid)
    with_reach_of(folder, person, monkeypatch)

    child = os.fork()
    if child == 0:
        os._exit(as_ordinary_user(folder, person))

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42, (folder / "log").read_text()


def with_reach_of(folder, person, monkeypatch):
    """Put a copy of the programs where that user may go, if it may not go where they are."""
    programs = binaries.postgres()
    user = lifeline.Person(uid=person.pw_uid, gid=person.pw_gid)
    if not lifeline.may_enter(user, [programs.folder / "postgres"]):
        shutil.copytree(programs.folder.parent, folder / "programs", symlinks=True)
        monkeypatch.setattr(binaries, "_INSTALLED", (str(folder / "programs" / "bin"),))


def as_ordinary_user(folder, person) -> int:
    """Make and ask a cluster as that user; in a forked process, as its exit code."""
    os.setgroups([])
    os.setresgid(person.pw_gid, person.pw_gid, person.pw_gid)
    os.setresuid(person.pw_uid, person.pw_uid, person.pw_uid)
    try:
        made = Cluster(folder / "pg", forgetful=True)
        made.create()
        server = made.start(log=folder / "log")
        made.ensure_database()
        try:
            return answer(made)
        finally:
            server.kill()
            server.wait()
    except Exception as error:  # noqa: BLE001 - nothing may leave the fork but its exit code
        (folder / "log").write_text(repr(error))
        return 1


def test_postgres_comes_back_after_everything_was_killed(cluster, folder, started):
    cluster = Cluster(cluster.folder)  # one that remembers
    first = started(cluster, folder / "log")
    cluster.ensure_database()
    with psycopg.connect(cluster.url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")

    first.kill()
    first.wait(PATIENCE)
    started(cluster, folder / "log")

    with psycopg.connect(cluster.url) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("still here",)


def test_a_pid_file_that_names_another_program_is_no_hindrance(cluster, folder, started):
    pid_file = cluster.folder / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{cluster.folder}\n")
    shutil.copystat(cluster.folder / "PG_VERSION", pid_file)

    started(cluster, folder / "log")

    assert cluster.ready()


def test_a_second_server_on_the_same_data_is_refused(cluster, folder, started):
    server = started(cluster, folder / "log")

    with pytest.raises(PostgresFailed, match=f"still runs on .*process {server.pid}"):
        cluster.bury_the_last(patience=0)

    assert (cluster.folder / "postmaster.pid").exists()


def test_postgres_ends_with_the_process_that_started_it(cluster, folder):
    script = (
        "import sys, os, signal; from pathlib import Path\n"
        "from webapp.embedded.postgres import Cluster\n"
        "folder = Path(sys.argv[1])\n"
        "server = Cluster(folder / 'closed' / 'pg', forgetful=True).start(log=folder / 'log')\n"
        "print(server.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE,
    )

    assert done.returncode == -signal.SIGKILL
    cluster.bury_the_last(patience=PATIENCE)  # or it raises
    assert not (cluster.folder / "postmaster.pid").exists()


def test_a_folder_too_deep_for_a_socket_gets_a_short_stand_in():
    deep = Path("/") / "/".join(["a-rather-long-folder-name"] * 6)

    assert len(str(short_folder(deep))) <= LONGEST_SOCKET_FOLDER
    assert short_folder(deep) == short_folder(deep)
    assert short_folder(Path("/srv/afterflow/var")) == Path("/srv/afterflow/var")


@pytest.mark.parametrize("name", ["with space", "数据", "100%41", "a#b", "a?b=c", "a'b"])
def test_a_folder_whose_name_no_url_carries_gets_a_stand_in_too(name):
    assert short_folder(Path("/srv") / name).is_relative_to(tempfile.gettempdir())


def test_a_stand_in_that_somebody_else_has_put_there_is_not_taken(folder):
    (folder / "elsewhere").mkdir()
    (folder / "link").symlink_to(folder / "elsewhere")

    for make in (owned_folder, own_folder):
        with pytest.raises(PostgresFailed, match="belongs to somebody else"):
            make(folder / "link")

    if IS_ROOT:
        os.chown(folder / "elsewhere", 4711, 4711)
        with pytest.raises(PostgresFailed, match="belongs to somebody else"):
            own_folder(folder / "elsewhere")


def test_valkey_answers_on_its_socket_only(folder, started):
    server = Valkey(folder / "valkey")
    started(server, folder / "log")

    with redis.Redis.from_url(server.url) as client:
        assert client.ping()
        assert client.config_get("port") == {"port": "0"}


def test_valkey_is_ready_when_it_listens_and_not_a_moment_before(folder):
    server = Valkey(folder / "valkey")
    server.create()
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(server.socket))
        assert not server.ready()

        bound.listen()
        assert server.ready()


def test_data_of_another_version_is_refused_with_a_sentence():
    with pytest.raises(binaries.NoServerFound, match=r"No PostgreSQL exactly 9, which wrote"):
        binaries.postgres(major=9)


def test_the_wheel_serves_where_the_machine_has_no_postgres(monkeypatch, folder, started):
    monkeypatch.setattr(binaries, "_INSTALLED", ())
    monkeypatch.setenv("PATH", "/nowhere")
    made = Cluster(folder / "pg", forgetful=True)

    made.create()
    started(made, folder / "log")
    made.ensure_database()

    assert "site-packages" in str(made.programs.folder)
    assert answer(made) == 42
