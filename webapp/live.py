"""Renews the token of a page that has been open for long: `path("", include("webapp.live"))`."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from webapp import ended
from webapp.livepage import house_of
from webapp.watch import RENEWAL_SECONDS, token_for, watch_of


@require_GET
@never_cache
@login_required
def renew(request: HttpRequest) -> HttpResponse:
    """Exchange an old token for a new one of the same watch, for the same person only."""
    try:
        watch = watch_of(request.GET.get("token", ""), max_age=RENEWAL_SECONDS)
    except BadSignature:
        return HttpResponseForbidden("This page is too old: load it again.")
    if watch.person != request.user.get_username():
        return HttpResponseForbidden("This page was made for somebody else: load it again.")
    if watch.tenant not in ("", house_of(request.user)):
        return HttpResponseForbidden("You do not belong there any more: load the page again.")
    token = token_for(
        person=watch.person,
        tenant=watch.tenant,
        keys=sorted(watch.keys),
        session=ended.of_session(request.session.session_key),
    )
    return JsonResponse({"token": token})


urlpatterns = [path("live/renew", renew, name="live-renew")]
