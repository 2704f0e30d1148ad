"""Who somebody is to the rest of the project, and which pages they may open.

What one may not see does not exist: the answer is 404, not 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from processes.contract import Actor
from webapp.errorpages import logged_out, wants_json

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
Person = "User | AnonymousUser"


def audiences_of(user: Any) -> frozenset[str]:
    """The audiences a user belongs to, e.g. `lingyue/seller`; asked once per request."""
    known = getattr(user, "_audiences", None)
    if known is None:
        groups = user.groups.values_list("name", flat=True) if user.tenant else ()
        known = user._audiences = frozenset(f"{user.tenant}/{group}" for group in groups)
    found: frozenset[str] = known
    return found


def actor_of(user: Any) -> Actor:
    """The user as everything below `webapp` knows people."""
    return Actor(name=user.get_username(), tenant=user.tenant, groups=audiences_of(user), via="ui")


def is_staff_member(user: Any) -> bool:
    """Works for a seller or for the platform (or runs it)."""
    return bool(user.is_authenticated and (user.tenant or user.is_superuser))


def is_buyer(user: Any) -> bool:
    """Logs in, but belongs to no house."""
    return bool(user.is_authenticated and not is_staff_member(user))


def staff_only(view: View[P]) -> View[P]:
    """Ask for a login, then for staff; a buyer finds nothing here."""
    return _only(is_staff_member, view)


def buyers_only(view: View[P]) -> View[P]:
    """Ask for a login, then for a buyer; staff find nothing here."""
    return _only(is_buyer, view)


FINANCE = frozenset({"platform/finance", "platform/finance_lead"})


def is_finance(user: Any) -> bool:
    """Answers for the platform's money (or runs it)."""
    return is_staff_member(user) and (user.is_superuser or bool(FINANCE & audiences_of(user)))


def members_only(view: View[P]) -> View[P]:
    """Ask for a login, no more."""
    return _only(lambda _user: True, view)


def finance_only(view: View[P]) -> View[P]:
    """Ask for a login, then for finance; nobody else finds anything here."""
    return _only(is_finance, view)


def admin_of_demo(view: View[P]) -> View[P]:
    """Only the administrator of a demo; anywhere else the page does not exist."""

    def allowed(user: Any) -> bool:
        return bool(user.is_superuser and settings.ENV != "production")

    return _only(allowed, view)


def ask_to_log_in(request: HttpRequest) -> HttpResponseBase:
    """Nobody is logged in (any more) who may do this."""
    if request.method == "POST" and not wants_json(request):
        messages.info(request, _("You were logged out, and nothing was sent. Please do it again."))
    return redirect_or_tell(request)


def redirect_or_tell(request: HttpRequest) -> HttpResponseBase:
    """The login page, and then back; what a page's script sends is only told, so that the
    page keeps what was typed."""
    if wants_json(request):
        return logged_out(request)
    here = request.get_full_path() if request.method in {"GET", "HEAD"} else _page_before(request)
    return redirect_to_login(here)


def _page_before(request: HttpRequest) -> str:
    """The page of ours that the request was sent from: what is posted to cannot be opened."""
    referer = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        referer, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return urlsplit(referer).path or "/" if ours else "/"


def _only(allowed: Callable[[Any], bool], view: View[P]) -> View[P]:
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_log_in(request)
        if not allowed(request.user):
            raise Http404
        response: HttpResponse | HttpResponseBase = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return guarded
