"""What a page needs to hear of changes: where the stream is, and what it may watch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from webapp import events
from webapp.access import is_staff_member


def watching(request: HttpRequest, *, keys: Sequence[str] = ()) -> dict[str, Any]:
    """The page's part of the contract: staff watch their house, buyers the cases they see."""
    user: Any = request.user
    tenant = user.tenant if is_staff_member(user) else ""
    if not tenant and not keys:
        return {}
    token = events.token_for(person=user.get_username(), tenant=tenant, keys=keys)
    return {"live_token": token, "events_url": settings.EVENTS_URL}
