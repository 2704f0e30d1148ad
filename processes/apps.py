"""The runtime as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    """Label `processes`."""

    name = "processes"
    label = "processes"
    default_auto_field = "django.db.models.BigAutoField"
