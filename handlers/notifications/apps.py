"""Registers the capability and its service-task handler."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Notices to people."""

    name = "handlers.notifications"
    label = "notifications"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the topic `notification.send` and the duty of the same name."""
        from handlers.notifications import duties, handlers  # noqa: F401 (registers by import)
