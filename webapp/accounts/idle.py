"""Staff who do nothing for some time are logged out: a screen left alone shows nobody's cases.

What a page asks by itself, because something changed, is no sign of a person. Real time
counts: moving the business clock logs nobody out.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from webapp import speech
from webapp.access import is_staff_member, redirect_or_tell

SEEN = "seen"
BY_ITSELF = "X-Af-By-Itself"
"""Header of requests that no person has caused."""
_OFTEN_ENOUGH = 60
"""Seconds between two notes of the same session."""


@receiver(user_logged_in)
def begin(request: HttpRequest, **_signal: Any) -> None:
    """Logging in is doing something."""
    request.session[SEEN] = int(time.time())


class IdleLogoutMiddleware:
    """Stands after authentication and messages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_staff_member(request.user):
            return self.get_response(request)
        now, seen = time.time(), request.session.get(SEEN)
        if seen is not None and now - seen > settings.STAFF_IDLE_SECONDS:
            return _log_out(request)
        if seen is None or (now - seen > _OFTEN_ENOUGH and BY_ITSELF not in request.headers):
            request.session[SEEN] = int(now)
        return self.get_response(request)


def _log_out(request: HttpRequest) -> HttpResponseBase:
    logout(request)
    span = speech.span(timedelta(seconds=settings.STAFF_IDLE_SECONDS))
    sentence = _("You were logged out because nothing was done here for %(span)s.")
    messages.info(request, sentence % {"span": span})
    if BY_ITSELF in request.headers and request.headers.get("HX-Request"):
        login = redirect_to_login("/").url
        return HttpResponse(status=204, headers={"HX-Redirect": login})
    return redirect_or_tell(request)
