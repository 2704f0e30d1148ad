"""What people read when a request cannot be answered: a sentence and a way on."""

from __future__ import annotations

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """400: we could not make sense of the request."""
    return _say(
        request,
        400,
        _("We could not read that request"),
        _("Nothing was changed. Go back, reload the page and try again."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """403: known, but not allowed."""
    return _say(
        request,
        403,
        _("You may not do this"),
        _("Nothing was changed. Ask a colleague whose role allows it."),
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """403 of the CSRF check: mostly a page that was open for too long."""
    logger.info("CSRF check refused %s: %s", request.path, reason)
    return _say(
        request,
        403,
        _("This page was open for too long"),
        _("Nothing was changed. Go back, reload the page and send it again."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """404: it does not exist, or not for you."""
    return _say(
        request,
        404,
        _("There is nothing here"),
        _("The address may be wrong, or this page is not meant for your account."),
    )


def wrong_method(request: HttpRequest, refused: HttpResponseBase) -> HttpResponseBase:
    """405: the address of a button was opened as a page, or the other way round."""
    answer = _say(
        request,
        405,
        _("This address is no page of its own"),
        _("Nothing was changed. It belongs to a button on another page."),
    )
    answer.headers["Allow"] = refused.headers.get("Allow", "")
    return answer


def lost_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """410: it was brought, but what we kept of it is lost or damaged."""
    return _say(
        request,
        410,
        _("This file is not there any more"),
        _("“%(name)s” was brought to this case, but its content is lost. Please bring it again.")
        % {"name": name},
    )


def logged_out(request: HttpRequest) -> HttpResponseBase:
    """401 to what a page itself sends: it stays as it is, with all that was typed."""
    return _say(
        request,
        401,
        _("You are logged out"),
        _("Nothing was sent, and what you typed is still here. Log in again, then send it."),
    )


def too_large(request: HttpRequest, limit: int) -> HttpResponseBase:
    """413: the body is larger than the page takes."""
    return _say(
        request,
        413,
        _("That was too much at once"),
        _("Nothing was changed. This page takes up to %(limit)s in one go.")
        % {"limit": filesizeformat(limit)},
    )


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500: our fault; 503 while the database is away, so that a provider sends again.

    Rendered without context processors, so that it cannot fail itself.
    """
    status = 503 if isinstance(sys.exception(), OperationalError | InterfaceError) else 500
    title = _("Something went wrong on our side")
    sentence = _("It has been noted. Please try again in a moment; nothing was lost.")
    if wants_json(request):
        return JsonResponse({"error": sentence}, status=status)
    try:
        return _page(request, status, title, sentence)
    except Exception:
        logger.exception("The error page itself failed")
        return HttpResponse(f"{title}. {sentence}", status=status, content_type="text/plain")


def _say(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponseBase:
    if wants_json(request):
        return JsonResponse({"error": f"{title}. {sentence}"}, status=status)
    return _page(request, status, title, sentence)


def _page(request: HttpRequest, status: int, title: str, sentence: str) -> HttpResponse:
    facts = {"code": status, "title": title, "sentence": sentence}
    return render(request, "error.html", facts, status=status)


def wants_json(request: HttpRequest) -> bool:
    """Whether a machine or a page's script has asked, which shows the sentence itself."""
    return (
        request.path.startswith("/callbacks/")
        or request.headers.get("Accept") == "application/json"
        or request.headers.get("HX-Request") == "true"  # the page shows it where one stands
    )
