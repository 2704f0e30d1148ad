"""`make test`: what the tests need, then lint, then all tests; the last line is pytest's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from webapp.building import assets, lint, messages
from webapp.building.stamps import ROOT, Problem, say

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_PACKAGES = ("chromium", "fonts-noto-cjk")
_PARTS = (["-m", "not crash", "-n", "2", "--dist", "loadfile"], ["-m", "crash"])
"""Files shared out to two processes; then, with the machine to themselves, those that kill."""


def main(chosen: list[str]) -> int:
    """Return 0 when all is well. With `chosen` only those tests, and no lint."""
    assets.ensure()
    messages.ensure()
    if chosen:
        return _pytest(chosen)
    _chromium()
    lint_failed = lint.main()
    failed = max(_pytest(part) for part in _PARTS)
    if lint_failed:
        say("The tests ran, but lint found something: see above.")
    return failed or lint_failed


def _chromium() -> None:
    """Install Debian's browser where we may; without one the browser tests fail and say so."""
    if any(shutil.which(name) for name in CHROMIUM):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say("No Chromium here, and not root: install it, or the browser tests fail.")
        return
    say("Installing Chromium…")
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *_PACKAGES]):
        subprocess.run(
            ["apt-get", "-qq", *arguments],
            stdout=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )


def _pytest(arguments: list[str]) -> int:
    """Run pytest and return its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--durations=20", *arguments],
        cwd=ROOT,
        env=os.environ | {"AFTERFLOW_ENV": "test"},
    ).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Problem as problem:
        sys.exit(str(problem))
