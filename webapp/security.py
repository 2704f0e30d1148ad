"""What every answer says to the browser, and how much a request may carry."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from webapp.errorpages import bad_request, too_large, wrong_method

DEFAULT_LIMIT = 256 * 1024
_NO_TEXT = ("NUL (0x00)", "unsupported Unicode escape", "invalid byte sequence")
"""What psycopg and PostgreSQL say of characters that are none."""
V = TypeVar("V", bound=Callable[..., Any])


def body_limit(limit: int) -> Callable[[V], V]:
    """Let the decorated view take bodies of up to `limit` bytes; more is answered 413."""

    def mark(view: V) -> V:
        view.body_limit = limit  # type: ignore[attr-defined]  # read by the middleware
        return view

    return mark


def limit_of(path: str) -> int:
    """How long a body the page at a path takes."""
    try:
        view = resolve(path).func
    except Resolver404:
        return DEFAULT_LIMIT
    return int(getattr(view, "body_limit", DEFAULT_LIMIT))


class SecurityHeadersMiddleware:
    """Adds the content security policy; refuses bodies over the view's limit unread.

    Must stand before the CSRF middleware, which reads the body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = _policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = bad_request(request) if _has_nul(request) else self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            response = wrong_method(request, response)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_: object
    ) -> HttpResponseBase | None:
        """Answer 413 before anybody reads the body."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = getattr(view, "body_limit", DEFAULT_LIMIT)
        if length.isdecimal() and int(length) <= limit:
            return None
        return too_large(request, limit)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer 400 to text that no page has refused and the database cannot hold."""
        return bad_request(request) if _is_unstorable(error) else None


def _is_unstorable(error: Exception) -> bool:
    """Whether it says: the character NUL, or half of a character."""
    if isinstance(error, UnicodeEncodeError):
        return True
    words = str(error)
    return isinstance(error, DataError | ValueError) and any(sign in words for sign in _NO_TEXT)


def _has_nul(request: HttpRequest) -> bool:
    """Whether the address holds the one character that PostgreSQL cannot store or look up."""
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")


def _policy() -> str:
    stream = urlsplit(settings.EVENTS_URL)
    origin = f" {stream.scheme}://{stream.netloc}" if stream.netloc else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"font-src 'self' data:; connect-src 'self'{origin}; form-action 'self'; "
        "manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    )
