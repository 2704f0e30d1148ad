"""The policies capability as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "handlers.policies"
    label = "policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from handlers.policies import functions  # noqa: F401 (registers what FEEL may call)
