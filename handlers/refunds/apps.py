"""The Django app `handlers.refunds`."""

from __future__ import annotations

from django.apps import AppConfig


class RefundsConfig(AppConfig):
    """Label `refunds`."""

    name = "handlers.refunds"
    label = "refunds"
    default_auto_field = "django.db.models.BigAutoField"
