"""The orders capability as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "handlers.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from handlers.orders import duties, functions  # noqa: F401 (registers them)
