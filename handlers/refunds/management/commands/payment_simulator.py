"""`manage.py payment_simulator`: start the simulator with the keys of the settings."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Start the payment simulator, with the key and mode of PAYMENT_PROVIDERS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8002)
        parser.add_argument("--provider", default="simulator")

    def handle(self, *_args: Any, **options: Any) -> None:
        if settings.ENV == "production":
            raise CommandError("It moves no money and says it did: not in production.")
        entry = _entry(options["provider"])
        arguments = [
            *("-m", "handlers.refunds.simulator", "--host", options["host"]),
            *("--port", str(options["port"]), "--mode", entry["mode"]),
            *("--key-id", entry["key_id"]),
            *("--data", str(Path(settings.DATA_DIR) / "simulator")),
        ]
        # The simulator needs no Django: give the process, and its memory, over to it.
        os.environ["SIMULATOR_SECRET"] = entry["secret"]
        os.chdir(settings.BASE_DIR)
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606 - no shell is wanted


def _entry(name: str) -> dict[str, str]:
    known = settings.PAYMENT_PROVIDERS
    if name not in known:
        names = ", ".join(sorted(known)) or "none"
        raise CommandError(f"Expected a provider of PAYMENT_PROVIDERS ({names}), found {name!r}")
    entry: dict[str, str] = known[name]
    missing = {"mode", "key_id", "secret"} - entry.keys()
    if missing:
        raise CommandError(f"Expected provider {name!r} to have {', '.join(sorted(missing))}")
    return entry
