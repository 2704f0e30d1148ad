"""Show which moments and messages begin cases by themselves, and which could not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from processes.models import ProcessStart


class Command(BaseCommand):
    help = __doc__ or ""

    def handle(self, *_args: Any, **_options: Any) -> None:
        starts = list(ProcessStart.objects.select_related("definition").order_by("due", "id"))
        for start in starts:
            begins = f"due {start.due:%Y-%m-%d %H:%M} UTC" if start.due else start.message
            self.stdout.write(f"{start.definition} {start.element_id}: {begins}")
            if start.error:
                self.stdout.write(
                    self.style.ERROR(f"  failed {start.failures} times: {start.error}")
                )
        if any(start.error for start in starts):
            raise CommandError("Some start could begin no case; deploy a mended version")
