"""`manage.py reconcile`: compare yesterday's bill of each provider with our books."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from handlers.refunds.port import BillUnavailable
from handlers.refunds.providers import UnknownProvider
from handlers.refunds.reconciliation import count_findings, reconcile
from handlers.refunds.states import Finding
from processes import clock

_CLEAN = {Finding.MATCH, Finding.LATE}


def day_of(text: str) -> date:
    """`2026-11-22` as a day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"Expected a day such as 2026-11-22, got {text!r}"
        raise ArgumentTypeError(msg) from None


class Command(BaseCommand):
    help = "Compare a day's bill of the payment providers with our attempts and ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=day_of, help="default: yesterday (UTC)")
        parser.add_argument("--provider", help="default: all")

    def handle(self, *_args: Any, **options: Any) -> None:
        day = options["date"] or clock.now().date() - timedelta(days=1)
        names = [options["provider"]] if options["provider"] else list(settings.PAYMENT_PROVIDERS)
        missing = []
        for name in names:
            try:
                counts = count_findings(reconcile(name, day))
            except UnknownProvider as error:
                raise CommandError(str(error)) from error
            except BillUnavailable as error:
                missing.append(f"{name}: {error}")
                continue
            shown = ", ".join(f"{finding} {n}" for finding, n in sorted(counts.items())) or "empty"
            style = self.style.SUCCESS if counts.keys() <= _CLEAN else self.style.WARNING
            self.stdout.write(style(f"{name} {day}: {shown}"))
        if missing:
            raise CommandError("; ".join(missing))
