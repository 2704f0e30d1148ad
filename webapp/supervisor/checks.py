"""What is looked at before anything is started, each with its sentence."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket
from pathlib import Path
from typing import TextIO

from webapp.building.stamps import Problem

LEAST_FREE = 200 * 1024 * 1024
LAST_PORT = 65535


def own(data_dir: Path) -> TextIO:
    """Take the data folder for this supervisor; keep the returned file open.

    Raises:
        Problem: another supervisor has it, or it cannot be written.
    """
    try:
        data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = (data_dir / "supervisor.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise Problem(f"{data_dir} cannot be used for data: {error.strerror}.") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        pid = lock.read().strip() or "unknown"
        lock.close()
        raise Problem(f"Afterflow already runs on {data_dir} (process {pid}).") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def port_of(text: str) -> int:
    """Read the port that the pages are wanted on.

    Raises:
        Problem: it is none.
    """
    if text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= LAST_PORT:
        return int(text)
    raise Problem(
        f"PORT is {text!r}: expected a number from 1 to {LAST_PORT}, "
        "for example `make run PORT=8000`."
    )


def require_space(data_dir: Path) -> None:
    """Refuse to start a database on a disk that is about to be full."""
    free = shutil.disk_usage(data_dir).free
    if free < LEAST_FREE:
        raise Problem(
            f"The disk is full: {free // 2**20} MB are free for {data_dir}, "
            f"{LEAST_FREE // 2**20} MB are needed. Make room, or set DATA_DIR to another disk."
        )


def require_port(host: str, port: int) -> None:
    """Refuse a port that another program has."""
    try:
        _bind(host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem(
                f"Port {port} is taken by another program: stop it, or choose another port, "
                f"for example `make run PORT={port + 10}`."
            ) from error
        raise Problem(f"Port {port} of {host} cannot be used: {error.strerror}.") from error


def free_port(host: str, wanted: int = 0) -> int:
    """Return `wanted` when it is free, else a port that is."""
    try:
        return _bind(host, wanted if wanted <= LAST_PORT else 0)
    except OSError:
        return _bind(host, 0)


def _bind(host: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
        return int(probe.getsockname()[1])
