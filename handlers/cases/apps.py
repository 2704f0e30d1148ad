"""Registers the capability and its service-task handlers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """After-sales cases."""

    name = "handlers.cases"
    label = "cases"
    verbose_name = _("After-sales cases")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the topics `case.*` and what is heard of others."""
        from handlers.cases import handlers, listeners, rulings  # noqa: F401 (register by import)
