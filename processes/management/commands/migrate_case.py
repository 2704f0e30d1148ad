"""Let running cases go on with another version of their process; `--dry-run` only tells.

Each case is moved or refused for itself, e.g.
`migrate_case AF-1 AF-2 --process refund_only --to 4 --map Review=Look --reason "…"`.
"""

from __future__ import annotations

import getpass
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from processes import runtime
from processes.contract import Actor
from processes.errors import CannotBeMoved, ProcessError
from processes.models import ProcessInstance
from processes.runtime import Asked, Consent, Outlook


def pair(text: str) -> tuple[str, str]:
    """`Old=New` as two ids."""
    old, _, new = text.partition("=")
    if not old or not new:
        msg = f"Expected two element ids such as Old=New, got {text!r}"
        raise ArgumentTypeError(msg)
    return old, new


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        several: dict[str, Any] = {"action": "append", "default": []}
        parser.add_argument("keys", nargs="+", metavar="KEY", help="business keys")
        parser.add_argument("--process", required=True, help="key of the process")
        parser.add_argument("--to", required=True, type=int, metavar="VERSION")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--map", type=pair, metavar="OLD=NEW", help="elements", **several)
        parser.add_argument("--restart", metavar="ID", help="a timer that begins anew", **several)
        parser.add_argument("--repeat", metavar="ID", help="work that may be repeated", **several)
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        refused = 0
        for key in options["keys"]:
            try:
                outlook = _migrate(key, options)
                sentences = outlook.plan.refusals
                lines = list(_told(outlook))
            except CannotBeMoved as error:
                sentences, lines = error.sentences, []
            except ProcessError as error:
                sentences, lines = (str(error),), []
            refused += bool(sentences)
            for line in [*sentences, *lines] or ["goes on as it is"]:
                self.stdout.write(f"{key}: {line}")
        if refused:
            msg = f"{refused} of {len(options['keys'])} stay as they are"
            raise CommandError(msg)


def _migrate(key: str, options: dict[str, Any]) -> Outlook:
    case = ProcessInstance.objects.filter(business_key=key, definition_key=options["process"])
    asked = Asked(
        actor=Actor(name=getpass.getuser()),
        reason=options["reason"],
        consent=Consent(repeating=options["repeat"]),
        dry_run=options["dry_run"],
    )
    return runtime.migrate_case(
        case.values_list("pk", flat=True).first() or 0,
        asked,
        version=options["to"],
        mapping=dict(options["map"]),
        restart=options["restart"],
    )


def _told(outlook: Outlook) -> Iterator[str]:
    """What changes of that for which the case waits."""
    plan = outlook.plan
    yield from (f"- {wait.element_id} ({wait.kind})" for wait in plan.closed)
    yield from (f"+ {wait.element_id} ({wait.kind})" for wait in plan.opened)
    for change in plan.altered:
        due = f", due {change.due[0]} → {change.due[1]}" if change.due[0] != change.due[1] else ""
        yield f"{change.before.element_id} → {change.after.element_id}{due}"
    yield from (f"{passage.element_id} {passage.outcome}" for passage in plan.passages)
