"""A PostgreSQL and a Valkey of its own for each pytest run; loaded with `-p`.

Their addresses are fixed before Django reads its settings; the servers start when a test
first needs them. Processes of xdist share the PostgreSQL, in databases of their own, and have
a Valkey each: what one says there all would hear, and what one empties is empty for all.
DATABASE_URL and REDIS_URL, when set, are taken instead. A killed pytest takes its servers along.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

os.environ["AFTERFLOW_ENV"] = "test"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
# What a test has committed is emptied after it; nobody else may empty the books of money.
os.environ["PGOPTIONS"] = "-c afterflow.may_truncate=on"

from webapp.embedded.postgres import Cluster, owned_folder
from webapp.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "var" / "test"
_PREFIX = "afterflow-test-"
_OWN = "AFTERFLOW_TEST_POSTGRES_IS_OWN"
_OWN_BROKER = "AFTERFLOW_TEST_BROKER_IS_OWN"
_WORKER = "PYTEST_XDIST_WORKER" in os.environ


class PrivateServers:
    """What this run started; stopped and swept away at its end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cluster = Cluster(folder / "pg", forgetful=True)
        self.valkey = Valkey(folder / "valkey")
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def need_postgres(self) -> None:
        if "postgres" not in self._running:
            copy_of_template(self.cluster)
            log = self.folder / "postgres.log"
            self._running["postgres"] = self.cluster.start(log=log)
            self.cluster.ensure_database()

    def need_valkey(self) -> None:
        if "valkey" not in self._running:
            self._running["valkey"] = self.valkey.start(log=self.folder / "valkey.log")

    def sweep(self) -> None:
        for server in self._running.values():
            server.terminate() if server is self._running.get("valkey") else server.send_signal(2)
        for server in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
            server.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def copy_of_template(cluster: Cluster) -> None:
    """Lay down a data folder by copying one made before: initdb takes seconds."""
    template = Cluster(TEMPLATES / f"pg-{cluster.programs.major}")
    if not (template.folder / "PG_VERSION").exists():
        making = Cluster(TEMPLATES / f"pg-{cluster.programs.major}.{os.getpid()}")
        making.create()
        with suppress(OSError):  # another run was faster
            making.folder.rename(template.folder)
    shutil.copytree(template.folder, cluster.folder)
    for path in (cluster.folder, *cluster.folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        _give(path, like=template.folder)
    owned_folder(cluster.folder)


def _give(path: Path, *, like: Path) -> None:
    owner = like.stat()
    if os.geteuid() == 0:
        os.chown(path, owner.st_uid, owner.st_gid)


def _prepare() -> PrivateServers | None:
    """Fix the addresses of what is not given from outside."""
    if _WORKER and _OWN_BROKER not in os.environ:  # the controller has set them
        return None
    _sweep_after_the_killed()
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # the server's user passes through
    servers = PrivateServers(folder)
    if "DATABASE_URL" not in os.environ:
        os.environ[_OWN] = "1"
    os.environ.setdefault("DATABASE_URL", servers.cluster.url)
    if "REDIS_URL" not in os.environ:
        os.environ[_OWN_BROKER] = "1"
    if _OWN_BROKER in os.environ:
        os.environ["REDIS_URL"] = servers.valkey.url
    return servers


def _sweep_after_the_killed() -> None:
    """Remove the folders of runs that could not do it themselves."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).split("-")[0]
        if pid.isdecimal() and Path("/proc").is_dir() and not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)


SERVERS = _prepare()


def need_postgres() -> None:
    """Have the database up, unless it is given from outside or by the controller."""
    if SERVERS and os.environ["DATABASE_URL"] == SERVERS.cluster.url:
        SERVERS.need_postgres()


def is_thrown_away() -> bool:
    """Whether the database server ends with this run, and all that is in it."""
    return _OWN in os.environ


def need_valkey() -> None:
    """Have the broker up, unless it is given from outside or by the controller."""
    if SERVERS and os.environ["REDIS_URL"] == SERVERS.valkey.url:
        SERVERS.need_valkey()


def pytest_sessionstart(session: pytest.Session) -> None:
    if _WORKER:
        need_valkey()
    elif SERVERS and getattr(session.config.option, "dist", "no") != "no":
        need_postgres()


def pytest_unconfigure(config: pytest.Config) -> None:
    if SERVERS:
        SERVERS.sweep()
