"""Deploy everything in bpmn/ and forms/; what has not changed stays as it is."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from processes import deployment
from processes.contract import Actor
from processes.errors import ProcessError

from ._folders import add_folders, folders
from ._said import language, print_findings


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_folders(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        actor = Actor(name=getpass.getuser())
        try:
            sources = deployment.read_sources(*folders(options))
            definitions = deployment.deploy(sources, actor=actor)
        except ProcessError as error:
            raise CommandError(str(error)) from error
        print_findings(deployment.lint(sources), language(options), self.stdout)
        for definition in definitions:
            self.stdout.write(f"{definition.key} version {definition.version} is live")
