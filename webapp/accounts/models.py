"""The user model. Nothing outside `webapp` points to it: there people are login names."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

PLATFORM = "platform"
"""The tenant of the marketplace's own people."""


class Theme(models.TextChoices):
    """How bright the screens are."""

    AUTO = "auto", _("Automatic")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractUser):
    """Somebody who logs in.

    The tenant is empty for buyers: they belong to no house, and see what is theirs.
    """

    tenant = models.CharField(_("house"), max_length=32, blank=True)
    region = models.CharField(_("region"), max_length=16, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(
        _("theme"), max_length=5, choices=Theme.choices, default=Theme.AUTO, blank=True
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class LoginTries(models.Model):
    """How often somebody tried to log in; `webapp.accounts.throttle` counts."""

    key = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveIntegerField()
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tries} since {self.since}"
