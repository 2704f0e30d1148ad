"""The Django app `handlers.orders`."""

from __future__ import annotations

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Label `orders`."""

    name = "handlers.orders"
    label = "orders"
    default_auto_field = "django.db.models.BigAutoField"
