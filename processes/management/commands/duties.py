"""Show what is done by the clock: when it was done, when it is due, why it failed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from processes import duties


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:
        rows = duties.rows()
        for row in rows:
            done = f"{row.done_at:%Y-%m-%d %H:%M}" if row.done_at else "never"
            self.stdout.write(f"{row.name}: done {done}, due {row.due:%Y-%m-%d %H:%M} UTC")
            if row.failures:
                self.stdout.write(self.style.ERROR(f"  failed {row.failures} times: {row.error}"))
        if any(row.failures for row in rows):
            raise CommandError("Something fails; it is tried again with growing pauses")
