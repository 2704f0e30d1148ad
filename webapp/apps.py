"""The project itself as a Django app: its commands, templates and template tags."""

from __future__ import annotations

from django.apps import AppConfig


class WebappConfig(AppConfig):
    """Has every process that sets Django up send its hints to our broker."""

    name = "webapp"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Make our Celery application the current one: `shared_task` belongs to it."""
        from webapp.celery import app

        app.set_default()
