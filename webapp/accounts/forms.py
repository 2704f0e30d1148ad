"""The login form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from webapp.accounts import throttle

_TOO_OFTEN = "too_often"


class LoginForm(AuthenticationForm):
    """Login name and password, in our look; nobody may guess for long."""

    username = forms.CharField(
        label=_("Login name"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"class": "form-control form-control-lg", "autocomplete": "username"}
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(
            attrs={"class": "form-control form-control-lg", "autocomplete": "current-password"}
        ),
    )

    @property
    def tried_too_often(self) -> bool:
        """Whether it was refused without a look at the password."""
        return self.has_error(NON_FIELD_ERRORS, code=_TOO_OFTEN)

    def clean(self) -> dict[str, Any]:
        """Check the password, if it is not one guess too many."""
        login = self.cleaned_data.get("username", "")
        complete = login and self.cleaned_data.get("password")
        if complete and self.request and not throttle.take_turn(self.request, login):
            raise ValidationError(
                _("Too many tries. Please wait a quarter of an hour and try again."),
                code=_TOO_OFTEN,
            )
        return super().clean()
