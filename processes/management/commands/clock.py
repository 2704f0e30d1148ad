"""Show or move the business clock, e.g. `clock --advance 48h` or `clock --advance 3d12h`."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from processes import clock

_LONGEST = 12
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def duration(text: str) -> timedelta:
    """`48h`, `3d12h`, `90m` as a duration."""
    if not re.fullmatch(r"(\d+[dhms])+", text):
        msg = f"Expected a duration such as 48h or 3d12h, got {text!r}"
        raise ArgumentTypeError(msg)
    if len(text) > _LONGEST:
        msg = f"Expected a duration that ends one day, got {text!r}"
        raise ArgumentTypeError(msg)
    parts = re.findall(r"(\d+)([dhms])", text)
    return sum((timedelta(**{_UNITS[unit]: int(n)}) for n, unit in parts), timedelta())


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--advance", type=duration, metavar="48h")
        way.add_argument("--reset", action="store_true", help="let it be the real clock again")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["reset"]:
                clock.reset()
            elif options["advance"]:
                clock.advance(options["advance"])
        except (clock.ClockIsReal, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{clock.now():%Y-%m-%d %H:%M:%S} UTC, {clock.offset()} ahead")
