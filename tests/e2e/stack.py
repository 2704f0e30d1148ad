"""The whole product on servers and ports of its own, to be used, stopped and killed.

What is started is what `make run` starts (`webapp.supervisor.product`), only that nobody
restarts what was killed: the test does, when it wants to.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
import redis
from django.db import connections
from psycopg.rows import dict_row

from tests.private_servers import copy_of_template
from webapp import environment
from webapp.building.stamps import ROOT
from webapp.embedded.postgres import Cluster
from webapp.embedded.valkey import Valkey
from webapp.supervisor import checks, product
from webapp.supervisor.children import Child

SERVERS = ("postgres", "valkey")
OURS = ("web", "events", "worker", "sweeper", "simulator")
PATIENCE = 120.0


class Stack:
    """PostgreSQL, Valkey, web, events, worker, sweeper, simulator: each by its name.

    `with Stack() as stack:` lays down a database with tables, diagrams and the demo world,
    and starts all. More workers or sweepers: `stack.start("worker-2")`.

    Args:
        extra: environment of our processes, e.g. `{"SIMULATOR_MODE": "lookup"}`.
        seed: whether the demo world is in the database.
        survives: whether PostgreSQL keeps what it committed through a `kill -9`.
    """

    def __init__(
        self, extra: Mapping[str, str] = {}, *, seed: bool = True, survives: bool = False
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"afterflow-test-{os.getpid()}-"))
        self.folder.chmod(0o711)
        self.cluster = Cluster(self.folder / "pg", forgetful=not survives)
        self.valkey = Valkey(self.folder / "valkey")
        port = checks.free_port("127.0.0.1")
        self.addresses = product.Addresses.around("127.0.0.1", port)
        self.seed = seed
        self.environment = {
            "AFTERFLOW_ENV": "test",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.cluster.url,
            "REDIS_URL": self.valkey.url,
            **self.addresses.environment(),
            **extra,
        }
        self._services = {
            service.name: service
            for service in (
                product.postgres(self.cluster),
                product.valkey(self.valkey),
                *product.processes(self.addresses, self.environment),
            )
        }
        self._children: dict[str, Child] = {}

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.addresses.url

    def __enter__(self) -> Stack:
        try:
            copy_of_template(self.cluster)
            self.start(*SERVERS)
            self.cluster.ensure_database()
            steps = ("migrate", "deploy", "seed") if self.seed else ("migrate", "deploy")
            self._run(product.preparation(self.environment, *steps).command)
            self.start(*OURS)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self, *names: str, wait: bool = True) -> None:
        """Start processes and wait until they are ready; `worker-2` is one more worker."""
        for name in names:
            assert not self.running(name), f"{name} already runs"
            child = self._children[name] = Child(self._services[name.split("-")[0]])
            with (self.folder / f"{name}.log").open("ab") as out:
                child.start_saying_to(out.fileno())
        for name in names:
            if not wait:
                break
            child = self._children[name]
            self.until(lambda child=child: not child.running() or child.service.ready())
            assert child.running(), f"{name} ended at once:\n{self.log(name)}"

    def stop(self, *names: str) -> None:
        """Ask processes to end, as a shutdown does, and wait for them."""
        for name in names:
            child = self._children[name]
            child.send(child.service.stop_signal)
        for name in names:
            child = self._children.pop(name)
            child.finish(time.monotonic() + child.service.stop_patience)

    def kill(self, *names: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Kill processes with all of their group; `number=SIGQUIT` is PostgreSQL's immediate."""
        for name in names:
            child = self._children.pop(name)
            child.send(number)
            if number != signal.SIGKILL and child.process:
                child.process.wait(PATIENCE)
            child.finish(time.monotonic())

    def restart(self, *names: str) -> None:
        """Kill processes and start them again; nobody waits for a worker to listen."""
        self.kill(*(name for name in names if name in self._children))
        self.start(*names, wait=not all(name.startswith("worker") for name in names))

    def pause(self, name: str) -> None:
        """Stop a process in its tracks (SIGSTOP) until `resume`."""
        self._children[name].send(signal.SIGSTOP)

    def resume(self, name: str) -> None:
        self._children[name].send(signal.SIGCONT)

    def running(self, name: str) -> bool:
        return name in self._children and self._children[name].running()

    def pid(self, name: str) -> int:
        return self._children[name].pid

    def log(self, name: str, *, size: int = 4000) -> str:
        """Return the end of what a process said."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace")[-size:] if path.exists() else ""

    def manage(self, *arguments: str) -> str:
        """Run a management command against this stack and return what it printed."""
        return self._run([sys.executable, str(ROOT / "manage.py"), *arguments])

    def rows(self, sql: str, parameters: Any = None) -> list[dict[str, Any]]:
        """Ask the database."""
        with psycopg.connect(self.cluster.url, autocommit=True, row_factory=dict_row) as asked:
            answer = asked.execute(sql, parameters)  # type: ignore[call-overload]
            return answer.fetchall() if answer.description else []

    @contextmanager
    def database(self) -> Iterator[None]:
        """Let the Django of the test process itself work on this stack's database."""
        here = connections["default"]
        before = dict(here.settings_dict)
        here.close()
        here.settings_dict |= environment.database(self.cluster.url)
        try:
            yield
        finally:
            here.close()
            here.settings_dict |= {k: before[k] for k in ("NAME", "USER", "HOST", "PORT")}

    def hint(self, *, tenant: str, key: str) -> int:
        """Say that something changed, as a commit does; return how many streams heard it."""
        with redis.Redis.from_url(self.valkey.url) as client:
            return int(client.publish("af:changed", json.dumps({"t": tenant, "k": key})))

    def until(self, holds: Callable[[], object], patience: float = PATIENCE) -> None:
        """Wait for what other processes do: 20 looks a second, `patience` seconds at most."""
        give_up = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < give_up, f"Waited {patience:.0f} s in vain\n{self._logs()}"
            threading.Event().wait(0.05)

    def close(self) -> None:
        """Stop everything and sweep it away."""
        for names in (OURS, SERVERS):
            running = [name for name in self._children if name.split("-")[0] in names]
            self.stop(*running)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 2,
        )
        assert done.returncode == 0, f"{command[1:]} failed:\n{done.stderr[-4000:]}"
        return done.stdout

    def _logs(self) -> str:
        return "\n".join(f"--- {name}\n{self.log(name, size=800)}" for name in self._children)
