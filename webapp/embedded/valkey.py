"""A private Valkey in a folder, reached only through a Unix socket.

It holds nothing that the database does not know: hints, and "something changed".
"""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from webapp.embedded import binaries, lifeline
from webapp.embedded.postgres import own_folder, short_folder


class ValkeyFailed(Exception):
    """Valkey did not come up; the sentence quotes what it said."""


@dataclass(frozen=True)
class Valkey:
    """One data folder."""

    folder: Path

    @cached_property
    def socket(self) -> Path:
        return short_folder(self.folder) / "valkey.sock"

    def ready(self) -> bool:
        """Tell whether the server takes connections: its socket is there a moment before."""
        with socket.socket(socket.AF_UNIX) as knocking:
            try:
                knocking.connect(str(self.socket))
            except OSError:
                return False
        return True

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def preexec(self) -> Callable[[], None]:
        return lifeline.before_exec(dies_with=signal.SIGTERM)

    def command(self) -> list[str]:
        return [
            *(binaries.valkey(), "--port", "0", "--daemonize", "no"),
            *("--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.folder), "--appendonly", "no", "--save", ""),
            *("--maxmemory", "64mb", "--maxmemory-policy", "noeviction", "--hz", "5"),
            *("--loglevel", "notice"),
        ]

    def create(self) -> None:
        for folder in (self.folder, self.socket.parent):
            own_folder(folder)

    def start(self, *, log: Path, patience: float = 10) -> subprocess.Popen[bytes]:
        """Start the server and wait until it listens; for tests, the product is supervised."""
        self.create()
        self.socket.unlink(missing_ok=True)
        with log.open("ab") as out:
            server = subprocess.Popen(
                self.command(), stdout=out, stderr=out, preexec_fn=self.preexec, cwd="/"
            )
        give_up = time.monotonic() + patience
        while not self.ready():
            if server.poll() is not None or time.monotonic() > give_up:
                server.kill()
                raise ValkeyFailed(f"Valkey did not start: {log.read_text()[-500:]}")
            time.sleep(0.01)
        return server
