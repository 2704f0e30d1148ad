"""Judge all models of a folder: accepted or refused and why; what is accepted is run."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from processes.conformance import judge, models_in, report, summary


class Command(BaseCommand):
    help = __doc__ or ""
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--report", type=Path, help="write the table of verdicts to this file")

    def handle(self, *_args: Any, folder: Path, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"Expected a folder of models, found none at {folder}")
        verdicts = []
        for model in models_in(folder):
            verdict = judge(model)
            verdicts.append(verdict)
            why = verdict.sentences[0] if verdict.sentences else ""
            self.stdout.write(f"{verdict.name}: {verdict.kind}. {why}".rstrip(". "))
        if not verdicts:
            raise CommandError(f"Expected models (.bpmn, .xml), found none in {folder}")
        if options["report"]:
            options["report"].write_text(report(verdicts), encoding="utf-8")
        for line in summary(verdicts):
            self.stdout.write(line)
        faults = [verdict.name for verdict in verdicts if verdict.is_fault]
        if faults:
            raise CommandError(f"Not as it should be: {', '.join(faults)}")
