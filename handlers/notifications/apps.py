"""The Django app `handlers.notifications`."""

from __future__ import annotations

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Label `notifications`."""

    name = "handlers.notifications"
    label = "notifications"
    default_auto_field = "django.db.models.BigAutoField"
