"""The Django app of the people who log in."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Label `accounts`; the user model of the project lives here."""

    name = "webapp.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of sessions that end and of rights that change."""
        from webapp.accounts import leaving  # noqa: F401 - for its signals
