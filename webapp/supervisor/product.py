"""The processes of the product and their addresses: what `make run` and the tests start."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from webapp.building.stamps import ROOT
from webapp.embedded.postgres import Cluster, owned_folder
from webapp.embedded.valkey import Valkey
from webapp.supervisor import checks
from webapp.supervisor.children import Service, answers

WORKER_THREADS = 4
_PYTHON = Path(sys.executable)
_LEAN = {
    # glibc gives each thread an arena of its own, which idle processes never give back.
    "MALLOC_ARENA_MAX": "2",
    "PYTHONUNBUFFERED": "1",
    "AFTERFLOW_SUPERVISED": "1",
}


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the parts listen; the simulator and the stream are never on the web's port."""

    host: str
    web: int
    events: int
    simulator: int

    @classmethod
    def around(cls, host: str, web: int) -> Addresses:
        """Take the two ports after the web's when they are free, else any."""
        events = checks.free_port(host, web + 1)
        simulator = checks.free_port("127.0.0.1", web + 2)
        return cls(host=host, web=web, events=events, simulator=simulator)

    @property
    def shown_host(self) -> str:
        return "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared

    @property
    def url(self) -> str:
        return f"http://{self.shown_host}:{self.web}"

    def environment(self) -> dict[str, str]:
        return {
            "CALLBACK_BASE_URL": f"http://127.0.0.1:{self.web}",
            "EVENTS_URL": f"http://{self.shown_host}:{self.events}/events",
            "SIMULATOR_URL": f"http://127.0.0.1:{self.simulator}",
            "SIMULATOR_PORT": str(self.simulator),
            "ALLOWED_HOSTS": f"localhost,127.0.0.1,[::1],{self.shown_host}",
        }


def new_keys() -> dict[str, str]:
    """Return keys for a data folder that has none yet."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "STATE_KEY": secrets.token_urlsafe(32),
        "SIMULATOR_SECRET": secrets.token_urlsafe(32),
    }


def private_servers(data_dir: Path, given: Mapping[str, str]) -> list[Service]:
    """Return the private servers that are wanted: those whose address is not given."""
    wanted = []
    if not given.get("DATABASE_URL"):
        wanted.append(postgres(Cluster(data_dir / "pg")))
    if not given.get("REDIS_URL"):
        wanted.append(valkey(Valkey(data_dir / "valkey")))
    return wanted


def postgres(cluster: Cluster) -> Service:
    """The private database. SIGINT is its fast shutdown."""
    import signal

    def before() -> None:
        owned_folder(cluster.socket_folder)
        cluster.bury_the_last()

    return Service(
        name="postgres",
        command=cluster.command(),
        before=before,
        ready=cluster.ready,
        preexec=lambda: cluster.preexec,
        stop_signal=signal.SIGINT,
        stop_patience=20,
    )


def valkey(server: Valkey) -> Service:
    """The private broker."""

    def before() -> None:
        server.create()
        server.socket.unlink(missing_ok=True)

    return Service(name="valkey", command=server.command(), before=before, ready=server.ready)


def processes(addresses: Addresses, environment: Mapping[str, str]) -> list[Service]:
    """Return our own processes, in the order they are best started."""
    lean = {**_LEAN, **environment}
    sweeper = Service(name="sweeper", command=_manage("sweep"), environment=lean, folder=ROOT)
    services = [web(addresses, lean), events(addresses, lean), worker(lean), sweeper]
    if os.environ.get("AFTERFLOW_ENV") == "production":
        return services
    return [*services, simulator(addresses, lean)]


def web(addresses: Addresses, environment: Mapping[str, str]) -> Service:
    """The pages."""
    return Service(
        name="web",
        command=[
            *_module("granian", "--interface", "asginl", "--host", addresses.host),
            *("--port", str(addresses.web), "--workers", "1", "--runtime-threads", "1"),
            *("--respawn-failed-workers", "--no-ws", "--http", "1"),
            *("--log-level", "warning", "webapp.asgi:application"),
        ],
        environment=environment,
        folder=ROOT,
        ready=answers(addresses.shown_host, addresses.web),
    )


def events(addresses: Addresses, environment: Mapping[str, str]) -> Service:
    """The stream that says that something changed."""
    return Service(
        name="events",
        command=[
            *_module("uvicorn", "--host", addresses.host, "--port", str(addresses.events)),
            *("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "1"),
            "webapp.events:application",
        ],
        environment=environment,
        folder=ROOT,
        ready=answers(addresses.shown_host, addresses.events),
    )


def simulator(addresses: Addresses, environment: Mapping[str, str]) -> Service:
    """The payment provider of tests and the demo: it lets anybody say that money moved."""
    return Service(
        name="simulator",
        command=_manage("payment_simulator", "--port", str(addresses.simulator)),
        environment=environment,
        folder=ROOT,
        ready=answers("127.0.0.1", addresses.simulator),
    )


def worker(environment: Mapping[str, str]) -> Service:
    """A Celery worker; ready when it takes hints, which is seconds after it was started."""
    folder = environment.get("DATA_DIR") or os.environ.get("DATA_DIR") or str(ROOT / "var")
    mark = Path(folder).resolve() / "worker.ready"
    return Service(
        name="worker",
        command=[
            *_module("celery", "-q", "-A", "webapp.celery", "worker", "-P", "threads"),
            *("-c", str(WORKER_THREADS), "-l", "warning", "--without-gossip"),
            *("--without-mingle", "--without-heartbeat"),
        ],
        environment={**environment, "WORKER_READY_FILE": str(mark)},
        folder=ROOT,
        before=partial(mark.unlink, missing_ok=True),
        ready=mark.exists,
    )


def preparation(environment: Mapping[str, str], *steps: str) -> Service:
    """Return the process that brings database and files up to the code, then ends."""
    return Service(
        name="prepare",
        command=_module("webapp.supervisor.prepare", *steps),
        environment={**_LEAN, **environment},
        folder=ROOT,
    )


def _module(name: str, *arguments: str) -> list[str]:
    return [str(_PYTHON), "-m", name, *arguments]


def _manage(command: str, *arguments: str) -> list[str]:
    return [str(_PYTHON), str(ROOT / "manage.py"), command, *arguments]


def given() -> dict[str, str]:
    """Return what the person who starts us has set."""
    names = ("DATABASE_URL", "REDIS_URL", *new_keys(), *_address_names())
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def _address_names() -> tuple[str, ...]:
    return tuple(Addresses(host="", web=0, events=0, simulator=0).environment())
