"""What a page needs to hear of changes: where the stream is, and what it may watch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from webapp import ended
from webapp.access import audiences_of, is_staff_member
from webapp.watch import token_for


def house_of(user: Any) -> str:
    """The house whose changes somebody is told of; empty for buyers, and for who has no part."""
    has_part = is_staff_member(user) and (user.is_superuser or audiences_of(user))
    return user.tenant if has_part else ""


def watching(request: HttpRequest, *, keys: Sequence[str] = ()) -> dict[str, Any]:
    """The page's part of the contract: staff watch their house, buyers the cases they see."""
    user: Any = request.user
    tenant = house_of(user)
    if not tenant and not keys:
        return {}
    session = ended.of_session(request.session.session_key)
    token = token_for(person=user.get_username(), tenant=tenant, keys=keys, session=session)
    return {"live_token": token, "events_url": settings.EVENTS_URL}
