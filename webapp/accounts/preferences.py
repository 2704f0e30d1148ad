"""Language and theme: kept with the account, and in cookies for people not logged in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from webapp.accounts.models import Theme

THEME_COOKIE = "af_theme"
YEAR = 365 * 24 * 3600


def theme_of(request: HttpRequest) -> str:
    """The theme of this visitor: the cookie, which follows the account at login."""
    wanted = request.COOKIES.get(THEME_COOKIE, Theme.AUTO)
    return wanted if wanted in Theme.values else str(Theme.AUTO)


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Answer in this language from now on."""
    _keep(response, settings.LANGUAGE_COOKIE_NAME, language)


def remember_theme(response: HttpResponseBase, theme: str) -> None:
    """Show this theme from now on."""
    _keep(response, THEME_COOKIE, theme)


def recall(response: HttpResponseBase, user: Any) -> None:
    """At login: what the account says wins over what this browser had."""
    if user.language:
        remember_language(response, user.language)
    if user.theme:
        remember_theme(response, user.theme)


def _keep(response: HttpResponseBase, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
