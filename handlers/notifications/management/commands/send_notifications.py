"""`manage.py send_notifications`: hand waiting notices to their channels, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from handlers.notifications.api import send_waiting


class Command(BaseCommand):
    """For a timer of the host. Notices in the application need no sending."""

    help = "Hand waiting notices to their channels."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 (Django's signature)
        sent = 0
        while count := send_waiting():
            sent += count
        self.stdout.write(f"{sent} sent")
