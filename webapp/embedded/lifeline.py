"""What a child process does before it becomes another program: who it runs as, when it dies.

PostgreSQL refuses to run as root. As root its programs run as `postgres` (or `nobody`);
when they or the data lie where that user may not enter (a clone under /root, mode 700),
they keep the one capability that passes by folder rights, and no other.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pwd
import signal
import stat
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_KEEPCAPS = 8
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522
_LINUX = sys.platform == "linux"
# Loaded here: between fork and exec nothing may be imported or allocated at length.
_libc = ctypes.CDLL(None, use_errno=True) if _LINUX else None


@dataclass(frozen=True, kw_only=True)
class Person:
    """An operating-system user that a server may run as."""

    uid: int
    gid: int


def server_user() -> Person | None:
    """Return who PostgreSQL runs as when we are root; None: as we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Person(uid=entry.pw_uid, gid=entry.pw_gid)
    raise PermissionError("PostgreSQL refuses to run as root, and there is no user to run it as.")


def may_enter(person: Person, paths: Iterable[Path]) -> bool:
    """Tell whether every folder above each path lets that user pass."""
    return all(
        _passable(parent.stat(), person) for path in paths for parent in path.resolve().parents
    )


def before_exec(
    *, dies_with: signal.Signals | None, person: Person | None = None, pass_folders: bool = False
) -> Callable[[], None]:
    """Return what the child runs between fork and exec, for subprocess's `preexec_fn`.

    Args:
        dies_with: the signal the child gets when the thread that started it ends (Linux).
        person: whom to become.
        pass_folders: keep the capability to pass by folder rights on becoming `person`.
    """
    parent = os.getpid()

    def prepare() -> None:
        if person:
            _become(person, pass_folders=pass_folders)
        if dies_with and _libc:  # after the change of user, which clears it
            _libc.prctl(_PR_SET_PDEATHSIG, int(dies_with))
            if os.getppid() != parent:  # it ended in between
                os._exit(1)

    return prepare


def die_with_parent() -> None:
    """In a process of Python's multiprocessing: end when the one that started it ends (Linux)."""
    parent = multiprocessing.parent_process()
    if _libc and parent:
        _libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() != parent.pid:  # it has ended already
            os._exit(1)


def _passable(status: os.stat_result, person: Person) -> bool:
    if status.st_uid == person.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == person.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _become(person: Person, *, pass_folders: bool) -> None:
    if pass_folders and _libc:
        _libc.prctl(_PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([person.gid])
    os.setresgid(person.gid, person.gid, person.gid)
    os.setresuid(person.uid, person.uid, person.uid)
    if pass_folders and _libc:
        mask = 1 << _CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        held = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
        _libc.capset(header, held)
        _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)
