"""Brings the database and the served files up to the code; one process for all steps.

`python -m webapp.supervisor.prepare STEP…`; the supervisor names only the steps whose
sources have changed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from webapp.building.stamps import ROOT, digest

_NOT_SOURCES = ("__pycache__", ".making")


@dataclass(frozen=True)
class Step:
    """One management command, and the files that it works from."""

    command: str
    options: Mapping[str, Any]
    sources: tuple[str, ...]


STEPS: dict[str, Step] = {
    "migrate": Step(
        "migrate",
        {"interactive": False, "verbosity": 0},
        ("*/migrations/*.py", "*/*/migrations/*.py", "requirements.txt"),
    ),
    "collect": Step(
        "collectstatic",
        {"interactive": False, "verbosity": 0, "clear": True},
        ("webapp/static/**/*", "webapp/static/dist/.made-from", "requirements.txt"),
    ),
    "deploy": Step(
        "deploy", {}, ("bpmn/*.bpmn", "bpmn/*.dmn", "forms/*.form", "processes/lint/**/*.py")
    ),
    "seed": Step("seed_demo", {}, ("webapp/demo/**/*", "webapp/management/commands/seed_demo.py")),
}


def sources_digest(step: str) -> str:
    """Return the hash of what a step works from."""
    found = (path for pattern in STEPS[step].sources for path in ROOT.glob(pattern))
    return digest(path for path in found if path.is_file() and not _is_waste(path))


def _is_waste(path: Path) -> bool:
    return any(word in str(path) for word in _NOT_SOURCES)


def main(steps: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webapp.settings")
    import django
    from django.core.management import call_command

    django.setup()
    for step in steps:
        sys.stderr.write(f"{step}\n")
        call_command(STEPS[step].command, **STEPS[step].options)


if __name__ == "__main__":
    main(sys.argv[1:])
