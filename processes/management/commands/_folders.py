"""Where diagrams and forms lie, for the commands that read them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError


def add_folders(parser: ArgumentParser) -> None:
    parser.add_argument("folders", nargs="*", type=Path, help="instead of bpmn/ and forms/")


def folders(options: Mapping[str, Any]) -> list[Path]:
    """The folders that were asked for."""
    chosen = _or_ours(options["folders"])
    _refuse([path for path in chosen if not path.is_dir()], "folders")
    return chosen


def files_or_folders(options: Mapping[str, Any]) -> list[Path]:
    """The files or folders that were asked for."""
    chosen = _or_ours(options["paths"])
    _refuse([path for path in chosen if not path.exists()], "files or folders")
    return chosen


def _or_ours(asked: Sequence[Path]) -> list[Path]:
    root = Path(settings.BASE_DIR)
    return list(asked) or [root / "bpmn", root / "forms"]


def _refuse(missing: Sequence[Path], what: str) -> None:
    if missing:
        raise CommandError(f"Expected {what}, found none at {', '.join(map(str, missing))}")
