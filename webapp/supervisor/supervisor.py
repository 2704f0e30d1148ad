"""Keeps children running, writes down what they say, stops them in order."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from webapp.building.stamps import Problem, say
from webapp.supervisor.boundedlog import BoundedLog
from webapp.supervisor.children import Child, Service

_CHUNK = 65536
_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_COMPLAIN_AFTER = 3


class Supervisor:
    """Owns the children. Waits in one selector, so it costs nothing while nothing happens."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.children: dict[str, Child] = {}
        self.stopping = False
        self._logs: dict[str, BoundedLog] = {}
        self._due: dict[str, float] = {}
        self._selector = selectors.DefaultSelector()
        self._hear_signals()

    def start(self, services: Sequence[Service], *, patience: float) -> None:
        """Start services and wait until all are ready.

        Raises:
            Problem: one ended or was not ready in time; the sentence quotes it.
        """
        for service in services:
            self.children[service.name] = Child(service)
            self._launch(self.children[service.name])
        give_up = time.monotonic() + patience
        waiting = [self.children[service.name] for service in services]
        while waiting and not self.stopping:
            self._turn(0.05, restart=False)
            for child in [child for child in waiting if not child.running()]:
                raise Problem(f"{child.name} did not start: {self._log_of(child).reason()}")
            waiting = [child for child in waiting if not child.service.ready()]
            if waiting and time.monotonic() > give_up:
                names = ", ".join(child.name for child in waiting)
                raise Problem(f"Not ready after {patience:.0f} s: {names}. See {self.logs}.")

    def run_once(self, service: Service) -> None:
        """Run something to its end, in the same care as the children.

        Raises:
            Problem: it failed.
        """
        child = Child(service)
        self._launch(child)
        while child.running() and not self.stopping:
            self._turn(0.2)
        if self.stopping:
            child.send(service.stop_signal)
            child.finish(time.monotonic() + service.stop_patience)
            return
        self._drain()
        if child.process and child.process.returncode != 0:
            raise Problem(f"{service.name} failed: {self._log_of(child).reason()}")

    def run(self) -> None:
        """Keep everything running until we are told to stop."""
        while not self.stopping:
            pause = min(self._due.values(), default=time.monotonic() + 60) - time.monotonic()
            self._turn(max(0.0, pause))

    def stop(self, names: Sequence[str] | None = None) -> None:
        """Ask children to stop, all at once; kill those that do not."""
        chosen = [self.children[name] for name in (names or list(self.children))]
        for child in chosen:
            child.send(child.service.stop_signal)
        now = time.monotonic()
        for child in chosen:
            child.finish(now + child.service.stop_patience)
            self.children.pop(child.name)
        self._drain()

    def _launch(self, child: Child) -> None:
        self._due.pop(child.name, None)
        self._selector.register(child.start(), selectors.EVENT_READ, self._log_of(child))

    def _log_of(self, child: Child) -> BoundedLog:
        if child.name not in self._logs:
            self._logs[child.name] = BoundedLog(self.logs / f"{child.name}.log")
        return self._logs[child.name]

    def _turn(self, timeout: float, *, restart: bool = True) -> None:
        """Wait for output, a signal or a due restart, and deal with it."""
        for key, _ in self._selector.select(timeout):
            self._read(key)
        if restart and not self.stopping:
            self._look_after_the_ended()

    def _read(self, key: selectors.SelectorKey) -> None:
        try:
            data = os.read(key.fd, _CHUNK)
        except BlockingIOError:
            return
        if isinstance(key.data, BoundedLog):
            if data:
                key.data.write(data)
            else:
                self._selector.unregister(key.fd)
                os.close(key.fd)

    def _drain(self) -> None:
        while any(isinstance(key.data, BoundedLog) for key, _ in self._selector.select(0)):
            for key, _ in self._selector.select(0):
                self._read(key)

    def _look_after_the_ended(self) -> None:
        now = time.monotonic()
        for child in self.children.values():
            if child.running():
                continue
            if child.name not in self._due:
                child.sweep_group()
                self._due[child.name] = now + child.restart_in()
                self._complain(child)
            elif self._due[child.name] <= now:
                self._launch(child)

    def _complain(self, child: Child) -> None:
        code = child.process.returncode if child.process else "?"
        self._log_of(child).write(f"--- ended ({code}), starting again\n".encode())
        if child.restarts % _COMPLAIN_AFTER == 0:
            say(f"{child.name} ended {child.restarts} times: {self._log_of(child).reason()}")

    def _hear_signals(self) -> None:
        """Turn signals into something the selector sees."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        self._sockets = (ours, theirs)
        self._selector.register(ours, selectors.EVENT_READ)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _heard)
        for number in _STOPS:
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


def _heard(number: int, frame: FrameType | None) -> None:
    """A child ended; the selector wakes up by the wakeup descriptor."""
