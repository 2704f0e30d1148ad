"""`manage.py audit`: check every case, its money, files and history against one another."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from handlers.cases.auditing import audit


class Command(BaseCommand):
    help = "Check the books of money, the cases, their files and the chains of their histories."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--replay", action="store_true", help="live through every case again (slow)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        faults = audit(replay=options["replay"])
        for fault in faults:
            self.stdout.write(self.style.ERROR(f"{fault.about}: {fault.sentence}"))
        if faults:
            raise CommandError(f"Expected books without a contradiction, but found {len(faults)}")
        self.stdout.write(self.style.SUCCESS("No contradiction was found"))
