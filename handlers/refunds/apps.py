"""The refunds capability as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class RefundsConfig(AppConfig):
    name = "handlers.refunds"
    label = "refunds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from handlers.refunds import duties, handlers  # noqa: F401 (registers both)
