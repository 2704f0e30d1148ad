"""Put the deadline of a running case elsewhere, let it pause or go on; `--dry-run` only tells.

E.g. `deadline AF-1 Silence --process refund_only --change 2026-12-01T10:00+08:00 --reason "…"`.
"""

from __future__ import annotations

import getpass
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from processes import runtime
from processes.contract import Actor
from processes.engine import Plan, Wait
from processes.errors import ProcessError
from processes.models import Timer


def moment(text: str) -> datetime:
    """A moment that says where in the world."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    if found.tzinfo is None:
        msg = f"Expected a moment with its offset, such as 2026-12-01T10:00+08:00, got {text!r}"
        raise ArgumentTypeError(msg)
    return found


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", help="business key of the case")
        parser.add_argument("element", help="id of the timer event")
        parser.add_argument("--process", required=True, help="key of the process")
        verb = parser.add_mutually_exclusive_group(required=True)
        verb.add_argument("--change", type=moment, metavar="MOMENT")
        verb.add_argument("--pause", action="store_true")
        verb.add_argument("--resume", action="store_true")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        timers = Timer.objects.filter(
            instance__business_key=options["key"],
            instance__definition_key=options["process"],
            element_id=options["element"],
        )
        found = list(timers.order_by("id"))
        if not found:
            raise CommandError(f"No timer waits at {options['element']} in {options['key']}")
        for timer in found:
            try:
                plan = _command(timer, options)
            except ProcessError as error:
                raise CommandError(str(error)) from error
            if plan.refusals:
                raise CommandError(plan.refusals[0])
            for change in plan.altered:
                told = f"{_told(change.before)} → {_told(change.after)}"
                self.stdout.write(f"{change.before.element_id}: {told}")


def _command(timer: Timer, options: dict[str, Any]) -> Plan:
    asked: dict[str, Any] = {
        "instance_id": timer.instance_id,
        "token": timer.token,
        "actor": Actor(name=getpass.getuser()),
        "reason": options["reason"],
        "dry_run": options["dry_run"],
    }
    if options["change"]:
        return runtime.change_timer(**asked, due_at=options["change"])
    verb = runtime.pause_timer if options["pause"] else runtime.resume_timer
    return verb(**asked)


def _told(timer: Wait) -> str:
    return f"due {timer.due_at:%Y-%m-%d %H:%M} UTC" if timer.due_at else f"{timer.remaining} left"
