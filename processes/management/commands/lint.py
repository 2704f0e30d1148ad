"""Say everything that stands out in diagrams, decisions and forms, with its place."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from processes import deployment
from processes.errors import ProcessError
from processes.lint import Edit, Finding, Severity, applied

from ._folders import files_or_folders
from ._said import language, print_findings

MAX_ROUNDS = 5
"""One problem may hide another."""


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths", nargs="*", type=Path, help="files or folders instead of bpmn/ and forms/"
        )
        parser.add_argument(
            "--fix", action="store_true", help="first put right what a machine can, in the files"
        )
        parser.add_argument("--lang", choices=("en", "zh"), help="language of the sentences")

    def handle(self, *_args: Any, **options: Any) -> None:
        paths = files_or_folders(options)
        try:
            if options["fix"]:
                self._fix(paths)
            shown = _findings(paths)
        except ProcessError as error:
            raise CommandError(str(error)) from error
        counts = print_findings(shown, language(options), self.stdout)
        if counts[Severity.ERROR]:
            raise CommandError(f"{counts[Severity.ERROR]} errors")

    def _fix(self, paths: list[Path]) -> None:
        """Edit files until nothing is left that a machine can put right."""
        for _round in range(MAX_ROUNDS):
            edits: dict[str, list[Edit]] = {}
            for found in _findings(paths):
                if found.edits:
                    edits.setdefault(found.file, []).extend(found.edits)
                    self.stdout.write(f"fixed: {found.said()} [{found.problem.rule}]")
            if not edits:
                return
            for path in _files(paths):
                if path.name in edits:
                    path.write_bytes(applied(path.read_bytes(), edits[path.name]))


def _findings(paths: list[Path]) -> list[Finding]:
    findings = deployment.lint(deployment.read_sources(*_folders(paths)))
    return [found for found in findings if _is_asked_for(found, paths)]


def _files(paths: list[Path]) -> list[Path]:
    """The files that were asked for."""
    inside = [sorted(path.iterdir()) if path.is_dir() else [path] for path in paths]
    return [path for each in inside for path in each]


def _folders(paths: list[Path]) -> list[Path]:
    """Where to read: what lies beside a file belongs to it, and our forms do."""
    folders = [path if path.is_dir() else path.resolve().parent for path in paths]
    if any(path.is_file() for path in paths):
        folders.append(Path(settings.BASE_DIR) / "forms")
    return list(dict.fromkeys(folders))


def _is_asked_for(found: Finding, paths: list[Path]) -> bool:
    files = {path.name for path in paths if path.is_file()}
    return not files or not found.file or found.file in files
