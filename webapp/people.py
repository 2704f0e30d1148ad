"""Names of people for logins; one query for a whole page."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.accounts.models import User


def names_of(logins: Iterable[str]) -> dict[str, str]:
    """Full name by login; who has no account is left out."""
    wanted = {login for login in logins if login and ":" not in login}
    if not wanted:
        return {}
    return {user.username: str(user) for user in User.objects.filter(username__in=wanted)}
