"""Makes `.venv` from requirements.txt, or repairs it: `python3 -m webapp.building.venv`.

A stamp inside, written last, tells a whole one from a half-made one; and every file must be
as long as its package says, for a full disk or a hasty hand leaves the stamp where it was.
"""

from __future__ import annotations

import csv
import errno
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from webapp.building.stamps import ROOT, Problem, digest, is_fresh, put, say

OLDEST_PYTHON = (3, 11)
REQUIREMENTS = "requirements.txt"
UNREACHABLE = re.compile(
    "from versions: none|NewConnectionError|Max retries exceeded|name resolution|timed out"
    "|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ENETUNREACH"
)
"""What pip and npm say without a network."""
_MAKE = ("-m", "venv")


def ensure(root: Path = ROOT) -> Path:
    """Return the Python of a whole venv, making it where it is not.

    Raises:
        Problem: it could not be made.
    """
    if sys.version_info < OLDEST_PYTHON:
        raise Problem("Afterflow needs Python {}.{} or newer.".format(*OLDEST_PYTHON))
    venv = root / ".venv"
    python = venv / "bin" / "python"
    wanted = digest([ROOT / REQUIREMENTS], f"{sys.version_info[:2]}", str(venv))
    stamp = venv / ".whole"
    whole = _runs(python) and _has_all_files(venv)
    if whole and is_fresh(stamp, wanted):
        return python
    if os.path.lexists(venv) and not (whole and stamp.exists()):
        say("The virtual environment .venv is half made: it is made anew.")
        _remove(venv)
    if not venv.exists():
        _make(venv)
    stamp.unlink(missing_ok=True)  # from here until the end it counts as half made
    say("Installing what requirements.txt names…")
    _install(python, ROOT / REQUIREMENTS)
    put(stamp, wanted)
    return python


def install_more(python: Path, requirements: str) -> None:
    """Install a further list, as an optional part needs it."""
    _install(python, ROOT / requirements)


def _runs(python: Path) -> bool:
    try:
        return subprocess.run([python, "-S", "-c", "pass"], capture_output=True).returncode == 0
    except OSError:
        return False


def _has_all_files(venv: Path) -> bool:
    """Tell whether what each package lists is there, as long as it says; starters apart."""
    return all(
        _is_as_listed(record.parent.parent, *line)
        for record in venv.glob("lib/python*/site-packages/*.dist-info/RECORD")
        for line in csv.reader(record.read_text(encoding="utf-8").splitlines())
        if not line[0].startswith("..")
    )


def _is_as_listed(folder: Path, name: str, _digest: str, size: str) -> bool:
    try:
        return not size or os.stat(folder / name).st_size == int(size)
    except OSError:
        return False


def _remove(venv: Path) -> None:
    if venv.is_symlink():
        venv.unlink()
    else:
        shutil.rmtree(venv)


def _make(venv: Path) -> None:
    say("Making the virtual environment .venv…")
    made = subprocess.run([sys.executable, *_MAKE, venv], capture_output=True, text=True)
    if made.returncode == 0:
        return
    shutil.rmtree(venv, ignore_errors=True)
    said = made.stdout + made.stderr
    if "ensurepip" in said:
        raise Problem("Python's venv module is missing here: install python3-venv (Debian).")
    raise Problem(_sentence("The virtual environment could not be made", said))


def _install(python: Path, requirements: Path) -> None:
    done = subprocess.run(
        [
            *(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-input", "--require-hashes", "-r", requirements),
        ],
        capture_output=True,
        text=True,
        env=os.environ | {"PIP_ROOT_USER_ACTION": "ignore"},
    )
    if done.returncode != 0:
        raise Problem(_sentence("The packages could not be installed", done.stderr))


def _sentence(what: str, said: str) -> str:
    if os.strerror(errno.ENOSPC) in said:
        return f"{what}: the disk is full."
    if UNREACHABLE.search(said):
        return f"{what}: the package registry cannot be reached. Mend the network and try again."
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["no reason given"]
    at = next((n for n, line in enumerate(lines) if line.startswith("ERROR")), len(lines) - 1)
    return f"{what}: {' '.join(lines[at : at + 2])}"


if __name__ == "__main__":
    try:
        ensure()
    except Problem as problem:
        sys.exit(str(problem))
    except OSError as error:
        sys.exit(_sentence("The virtual environment could not be made", str(error)))
