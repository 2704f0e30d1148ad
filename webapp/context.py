"""What every page shows: the theme, the languages, the clock, the way around."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from handlers.notifications import api as notifications
from processes import clock
from webapp import speech
from webapp.access import audiences_of, is_buyer, is_finance, is_staff_member
from webapp.accounts.models import Theme
from webapp.accounts.preferences import theme_of
from webapp.livepage import watching


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry of the navigation."""

    name: str
    url: str
    icon: str
    current: bool
    count: int = 0
    """What waits there; shown when it is not nothing."""


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all templates; the clock is asked once, and only if shown."""
    user = getattr(request, "user", None)
    offset = cache(clock.offset)
    unread = _unread(user) if user and user.is_authenticated else 0
    return {
        "theme": theme_of(request),
        "themes": Theme.choices,
        "languages": settings.LANGUAGES,
        "places": _places(request, unread),
        "unread": unread,
        "is_buyer": is_buyer(user) if user else False,
        "my_audiences": sorted(audiences_of(user)) if user and user.is_authenticated else (),
        "clock_offset": offset,
        "clock_words": lambda: speech.span(offset()),
        "now": cache(clock.now),
        "zone": lambda: speech.zone(timezone.now()),
        "zone_minutes": lambda: speech.zone_minutes(timezone.now()),
        "may_move_clock": bool(user and user.is_superuser and settings.ENV != "production"),
        **_live(request),
    }


def _live(request: HttpRequest) -> dict[str, Any]:
    """What the live updates need; a page about one case overrides it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return watching(request)


def _unread(user: Any) -> int:
    return notifications.unread_count(user.get_username(), audiences_of(user))


def _places(request: HttpRequest, unread: int) -> list[Place]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return [
        Place(
            name=name,
            url=url,
            icon=icon,
            current=request.path.startswith(url),
            count=unread if icon == "bell" else 0,
        )
        for name, url, icon in ((name, reverse(view), icon) for name, view, icon in _entries(user))
    ]


def _entries(user: Any) -> list[tuple[str, str, str]]:
    """What the menu offers: name, view and icon."""
    entries: list[tuple[str, str, str]] = []
    if is_staff_member(user):
        entries = [(_("Inbox"), "inbox:list", "inbox"), (_("Cases"), "cases:list", "folder")]
        if is_finance(user):
            entries.append((_("Money"), "money:desk", "money"))
    elif is_buyer(user):
        entries = [(_("Orders"), "portal:orders", "bag"), (_("Refunds"), "portal:cases", "undo")]
    entries.append((_("News"), "notices:list", "bell"))
    if user.is_superuser and settings.ENV != "production":
        entries.append((_("Clock"), "clock", "clock"))
    return entries
