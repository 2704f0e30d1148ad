"""Say everything that stands against a deployment of bpmn/ and forms/."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from processes import deployment
from processes.errors import ProcessError
from processes.lint import table_warnings

from ._folders import add_folders, folders


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_folders(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            sources = deployment.read_sources(*folders(options))
            problems = deployment.lint(sources)
        except ProcessError as error:
            raise CommandError(str(error)) from error
        for warning in table_warnings(sources.resources):
            self.stdout.write(f"warning: {warning}")
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            raise CommandError(f"{len(problems)} problems")
