"""The Django app `handlers.policies`."""

from __future__ import annotations

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Label `policies`."""

    name = "handlers.policies"
    label = "policies"
    default_auto_field = "django.db.models.BigAutoField"
