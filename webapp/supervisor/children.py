"""One supervised process: how it is started, when it is ready, how it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from webapp.embedded import lifeline

_BLINK = 0.05
_FIRST_PAUSE, _LONGEST_PAUSE = 0.3, 30.0
_SETTLED_SECONDS = 60
"""A child that ran this long is restarted at once when it ends."""


def _always() -> bool:
    return True


def _default_preexec() -> Callable[[], None]:
    # When the supervisor is killed nobody is left to wait for an orderly end, and some
    # programs never come to one; what was under way is taken up by the next start.
    return lifeline.before_exec(dies_with=signal.SIGKILL)


def _nothing() -> None:
    return None


@dataclass(frozen=True, kw_only=True)
class Service:
    """What to run. The same values serve the product and the tests that kill it."""

    name: str
    command: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to ours."""
    folder: Path = Path("/")
    ready: Callable[[], bool] = _always
    before: Callable[[], None] = _nothing
    """Done before each start."""
    preexec: Callable[[], Callable[[], None]] = _default_preexec
    stop_signal: signal.Signals = signal.SIGTERM
    stop_patience: float = 10


class Child:
    """A service that was started, perhaps several times."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.process: subprocess.Popen[bytes] | None = None
        self.restarts = 0
        self._started_at = 0.0
        self._pause = _FIRST_PAUSE

    @property
    def name(self) -> str:
        return self.service.name

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def start(self) -> int:
        """Start it and return the descriptor that what it says is read from."""
        reading, writing = os.pipe2(os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()
        os.set_blocking(reading, False)
        try:
            self.start_saying_to(writing)
        finally:
            os.close(writing)
        return reading

    def start_saying_to(self, descriptor: int) -> None:
        """Start it; what it says goes to an open file."""
        service = self.service
        service.before()
        self.process = subprocess.Popen(
            service.command,
            cwd=service.folder,
            env=os.environ | dict(service.environment),
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            process_group=0,  # Ctrl-C is for us alone, and leftovers are found by it
            preexec_fn=service.preexec(),
        )
        self._started_at = time.monotonic()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def restart_in(self) -> float:
        """Return how long to wait before the next start, longer after each quick end."""
        if time.monotonic() - self._started_at > _SETTLED_SECONDS:
            self._pause = _FIRST_PAUSE
        pause, self._pause = self._pause, min(_LONGEST_PAUSE, self._pause * 2)
        self.restarts += 1
        return pause

    def send(self, number: signal.Signals) -> None:
        if self.running() and self.process:
            self.process.send_signal(number)

    def sweep_group(self) -> None:
        """Kill what the process left behind in its group."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def finish(self, deadline: float) -> None:
        """Wait until the deadline for a child that was asked to stop, then kill it."""
        if not self.process:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        self.sweep_group()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)


def answers(host: str, port: int) -> Callable[[], bool]:
    """Return a check that somebody listens there."""

    def check() -> bool:
        try:
            socket.create_connection((host, port), _BLINK * 10).close()
        except OSError:
            return False
        return True

    return check
