"""The benchmark's own PostgreSQL and Valkey, as `make run` starts them: fsync on, on disk."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.sql import SQL, Identifier

from webapp.embedded.postgres import NAME, Cluster, owned_folder
from webapp.embedded.valkey import Valkey

from .contestants.line import ROOT

HOME = ROOT / "var" / "bench"
"""On the project's disk: in memory a commit would cost nothing."""


class Servers:
    """Started on entry; stopped, and their folder removed, at the end."""

    def __init__(self) -> None:
        self.folder = HOME / str(os.getpid())
        self.cluster = Cluster(self.folder / "pg")
        self.valkey = Valkey(self.folder / "valkey")
        self.templates: set[str] = set()
        """Databases that others were made like."""
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        _sweep_after_the_killed()
        self.folder.mkdir(parents=True)
        self.folder.chmod(0o711)  # the server's user passes through
        HOME.chmod(0o711)
        owned_folder(self.cluster.folder.parent / "run")
        self.cluster.create()
        self._running = [
            self.cluster.start(log=self.folder / "postgres.log"),
            self.valkey.start(log=self.folder / "valkey.log"),
        ]
        self.cluster.ensure_database()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._running:
            server.send_signal(signal.SIGINT)
        for server in self._running:
            with suppress(subprocess.TimeoutExpired):
                server.wait(20)
            server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self, database: str = NAME) -> dict[str, str]:
        """What a contestant that works on `database` is started with."""
        return {
            "AFTERFLOW_ENV": "demo",
            "ALLOWED_HOSTS": "localhost",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.cluster.url_of(database, NAME),
            "DJANGO_SETTINGS_MODULE": "webapp.settings",
            "LOG_LEVEL": "WARNING",
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": "benchmarks have nothing to hide, and need fifty letters",
            "STATE_KEY": "benchmarks, nothing to hide here",
        }

    def create(self, database: str, *, like: str = "template1") -> None:
        """Create a database; `like` one that nobody is connected to."""
        statement = SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        with self._superuser() as connection:
            connection.execute(
                statement.format(Identifier(database), Identifier(NAME), Identifier(like))
            )

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What the figures depend on: versions and settings, and what one commit costs."""
        with self._superuser() as connection:
            shown = {
                name: connection.execute(SQL("SHOW {}").format(Identifier(name))).fetchone()
                for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers")
            }
        facts: dict[str, Any] = {name: row[0] for name, row in shown.items() if row}
        return {**facts, "cores": os.cpu_count(), "fsync_ms": fsync_milliseconds(self.folder)}

    def _superuser(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.cluster.url_of("postgres", "postgres"), autocommit=True)


def _sweep_after_the_killed() -> None:
    """Remove the folders of runs that could not do it themselves."""
    for folder in HOME.glob("*"):
        if Path("/proc").is_dir() and not Path("/proc", folder.name).exists():
            shutil.rmtree(folder, ignore_errors=True)


def fsync_milliseconds(folder: Path, times: int = 30) -> float:
    """Return what it costs to have 8 KB surely on this disk: under every commit lies one."""
    path = folder / "fsync"
    with path.open("wb", buffering=0) as file:
        file.write(bytes(8192))
        os.fsync(file.fileno())
        began = time.perf_counter()
        for _ in range(times):
            file.seek(0)
            file.write(bytes(8192))
            os.fdatasync(file.fileno())
        each = (time.perf_counter() - began) / times
    path.unlink()
    return each * 1e3
