"""The list of news, newest first; reading is said by a button, never by looking."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from handlers.notifications import api as notifications
from webapp.access import audiences_of, is_buyer, members_only
from webapp.errorpages import bad_request

PAGE = 30


@require_GET
@members_only
def notices(request: HttpRequest) -> HttpResponse:
    """My news and those of my groups."""
    after = request.GET.get("after", "")
    if after and not (after.isascii() and after.isdecimal() and len(after) < 19):
        return bad_request(request)  # type: ignore[return-value]  # renders a page
    found = notifications.inbox(
        request.user.get_username(),
        audiences_of(request.user),
        after=int(after) if after else None,
        limit=PAGE + 1,
    )
    facts = {
        "notices": found[:PAGE],
        "following": found[PAGE - 1].id if len(found) > PAGE else None,
        "case_page": "portal:case" if is_buyer(request.user) else "cases:case",
    }
    return render(request, "notices/list.html", facts)


@require_POST
@members_only
def read_all(request: HttpRequest) -> HttpResponse:
    """All of my news are read."""
    notifications.mark_read(request.user.get_username(), audiences=audiences_of(request.user))
    return redirect("notices:list")
