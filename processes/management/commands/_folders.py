"""Where diagrams and forms lie, for the commands that read them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError


def add_folders(parser: ArgumentParser) -> None:
    parser.add_argument("folders", nargs="*", type=Path, help="instead of bpmn/ and forms/")


def folders(options: Mapping[str, Any]) -> list[Path]:
    root = Path(settings.BASE_DIR)
    chosen = options["folders"] or [root / "bpmn", root / "forms"]
    missing = [str(folder) for folder in chosen if not folder.is_dir()]
    if missing:
        raise CommandError(f"Expected folders, found none at {', '.join(missing)}")
    return list(chosen)
