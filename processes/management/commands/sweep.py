"""Sweep until told to stop: due timers, lost hints, dead workers, early messages, duties."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from processes.sweeper import Sweeper


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one sweep, then end")

    def handle(self, *_args: Any, **options: Any) -> None:
        sweeper = Sweeper()
        if options["once"]:
            sweeper.once()
            return

        def stop(_signal: int, _frame: FrameType | None) -> None:
            sweeper.stop.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        sweeper.run()
