"""What a page needs to hear of changes: where the stream is, and what it may watch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from webapp import events
from webapp.access import is_staff_member


def stream_address(request: HttpRequest) -> str:
    """The event stream, as this visitor's browser reaches it."""
    if settings.EVENTS_URL:
        return str(settings.EVENTS_URL)
    host = request.get_host().rpartition(":")[0] or request.get_host()
    return f"{request.scheme}://{host}:{settings.EVENTS_PORT}/events"


def watching(request: HttpRequest, *, keys: Sequence[str] = ()) -> dict[str, Any]:
    """The page's part of the contract: staff watch their house, buyers the cases they see."""
    user: Any = request.user
    tenant = user.tenant if is_staff_member(user) else ""
    if not tenant and not keys:
        return {}
    token = events.token_for(person=user.get_username(), tenant=tenant, keys=keys)
    return {"live_token": token, "events_url": stream_address(request)}
