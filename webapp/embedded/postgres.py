"""A private PostgreSQL cluster in a folder, reached only through a Unix socket.

Whoever may enter the socket's folder (its owner, and root) is let in without a password.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from webapp.embedded import binaries, lifeline

NAME = "afterflow"
"""Of the database, and of the role that owns it and nothing else."""
LONGEST_SOCKET_FOLDER = 85
"""A socket's path has 103 usable characters, and the file name wants 18 of them."""
_PLAIN = re.compile(r"[A-Za-z0-9/._+-]+")
_SMALL = {
    "listen_addresses": "",
    "shared_buffers": "24MB",
    "max_connections": "40",
    "work_mem": "4MB",
    "maintenance_work_mem": "32MB",
    "max_wal_size": "256MB",
    "autovacuum_max_workers": "2",
    "max_worker_processes": "2",
    "max_parallel_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "idle_in_transaction_session_timeout": "60s",
    "log_line_prefix": "%m [%p] ",
    "logging_collector": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "unix_socket_permissions": "0700",
}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class PostgresFailed(Exception):
    """PostgreSQL could not be set up or did not come up; the sentence quotes what it said."""


@dataclass(frozen=True)
class Cluster:
    """One data folder and the programs that fit it."""

    folder: Path
    forgetful: bool = False
    """For tests: nothing needs to survive a power cut."""

    @cached_property
    def programs(self) -> binaries.Postgres:
        version = self.folder / "PG_VERSION"
        major = int(version.read_text()) if version.exists() else None
        return binaries.postgres(major=major)

    @cached_property
    def socket_folder(self) -> Path:
        beside = self.folder.parent / "run"
        return short_folder(beside)

    @cached_property
    def preexec(self) -> Callable[[], None]:
        person = lifeline.server_user()
        places = (self.folder, self.programs.folder / "postgres")
        return lifeline.before_exec(
            dies_with=signal.SIGQUIT,  # its immediate shutdown: nobody is left to wait
            person=person,
            pass_folders=person is not None and not lifeline.may_enter(person, places),
        )

    @property
    def url(self) -> str:
        return self.url_of(NAME, NAME)

    def url_of(self, database: str, role: str) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_folder))}"

    def command(self) -> list[str]:
        settings = _SMALL | (_FORGETFUL if self.forgetful else {})
        settings["unix_socket_directories"] = str(self.socket_folder)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self.programs.program("postgres"), "-D", str(self.folder), *options]

    def create(self) -> None:
        """Lay down the data folder unless it is there; a half-made one is made anew."""
        if (self.folder / "PG_VERSION").exists():
            return
        making = self.folder.with_name(self.folder.name + ".making")
        shutil.rmtree(making, ignore_errors=True)
        owned_folder(making)
        self._run(
            [
                *(self.programs.program("initdb"), "-D", str(making), "-U", "postgres"),
                *("--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums"),
                *("--no-instructions", "--no-sync"),
            ],
            "initdb",
        )
        making.rename(self.folder)

    def bury_the_last(self, *, patience: float = 15) -> None:
        """Wait for a killed server's processes to end, and remove the files they left.

        PostgreSQL itself only asks whether some process has the number in its pid file;
        after a restart of the machine or container one often has.

        Raises:
            PostgresFailed: a server still runs here.
        """
        if not Path("/proc").is_dir():  # then PostgreSQL's own judgement must do
            return
        give_up = time.monotonic() + patience
        while left := self._standing_here():
            if time.monotonic() > give_up:
                raise PostgresFailed(f"A PostgreSQL still runs on {self.folder} (process {left}).")
            time.sleep(0.05)
        for path in (
            self.folder / "postmaster.pid",
            self.socket_folder / ".s.PGSQL.5432",
            self.socket_folder / ".s.PGSQL.5432.lock",
        ):
            path.unlink(missing_ok=True)

    def _standing_here(self) -> int:
        """Return a process whose working directory is the data folder, as every server's is."""
        here = str(self.folder.resolve())
        for name in filter(str.isdecimal, os.listdir("/proc")):
            with contextlib.suppress(OSError):  # it ended, or is not ours to see
                if os.readlink(f"/proc/{name}/cwd") == here:
                    return int(name)
        return 0

    def ready(self) -> bool:
        """Tell whether the server takes connections."""
        asked = [self.programs.program("pg_isready"), "-q", "-U", "postgres", "-d", "postgres"]
        if os.access(asked[0], os.X_OK):
            return subprocess.run([*asked, "-h", str(self.socket_folder)]).returncode == 0
        return (self.socket_folder / ".s.PGSQL.5432").exists()

    def ensure_database(self) -> None:
        """Create our role and database when they are missing."""
        import psycopg  # not at the top: folder and command are wanted before it is installed

        with psycopg.connect(self.url_of("postgres", "postgres"), autocommit=True) as connection:
            # `NAME` is ours, so it needs no quoting.
            has = "SELECT (SELECT true FROM {} WHERE {} = %s)"
            if connection.execute(has.format("pg_roles", "rolname"), [NAME]).fetchone() == (None,):
                connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB")
            if connection.execute(has.format("pg_database", "datname"), [NAME]).fetchone() == (
                None,
            ):
                connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")

    def start(self, *, log: Path, patience: float = 30) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers; for tests, the product is supervised."""
        owned_folder(self.socket_folder)
        self.bury_the_last()
        with log.open("ab") as out:
            server = subprocess.Popen(
                self.command(), stdout=out, stderr=out, preexec_fn=self.preexec, cwd="/"
            )
        give_up = time.monotonic() + patience
        while not self.ready():
            if server.poll() is not None or time.monotonic() > give_up:
                server.kill()
                raise PostgresFailed(f"PostgreSQL did not start: {log.read_text()[-500:]}")
            time.sleep(0.02)
        return server

    def _run(self, command: list[str], what: str) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, preexec_fn=self.preexec, cwd="/"
        )
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines() or ["nothing"]
            raise PostgresFailed(f"{what} failed: {said[-1]}")


def owned_folder(path: Path) -> None:
    """Make a folder that only the server's user (and root) may enter.

    Raises:
        PostgresFailed: somebody else has put something there, as anybody may below /tmp.
    """
    person = lifeline.server_user()
    own_folder(path, *([person.uid] if person else []))
    if person and path.stat().st_uid != person.uid:
        os.chown(path, person.uid, person.gid)
    path.chmod(0o700)


def own_folder(path: Path, *uids: int) -> None:
    """Make a folder for us alone, or take it when it is ours (or one of `uids`).

    Raises:
        PostgresFailed: it is somebody else's, or a link to elsewhere.
    """
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), *uids):
        raise PostgresFailed(f"{path} belongs to somebody else: remove it, or set DATA_DIR.")


def short_folder(wanted: Path) -> Path:
    """Return `wanted`, or a stand-in below the temporary folder where a socket would not do.

    Because its path would be too long, or hold what not everybody who reads a URL undoes alike.
    """
    if len(str(wanted)) <= LONGEST_SOCKET_FOLDER and _PLAIN.fullmatch(str(wanted)):
        return wanted
    mark = hashlib.sha256(str(wanted).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"afterflow-{os.geteuid()}-{mark}"
