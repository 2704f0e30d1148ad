"""Names of people for logins, and the other way; one query for a whole page."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from webapp.accounts.models import User

_AT_MOST = 50


def names_of(logins: Iterable[str]) -> dict[str, str]:
    """Full name by login; who has no account is left out."""
    wanted = {login for login in logins if login and ":" not in login}
    if not wanted:
        return {}
    return {user.username: str(user) for user in User.objects.filter(username__in=wanted)}


def buyers_called(text: str) -> list[str]:
    """Logins of buyers whose names begin with these words, in any order: `lan`, `Lin Lan`."""
    words = text.split()[:4]
    if not words or "\0" in text:
        return []
    found = User.objects.filter(tenant="")
    for word in words:
        first, last = Q(first_name__istartswith=word), Q(last_name__istartswith=word)
        found = found.filter(first | last | Q(username__istartswith=word))
    return list(found.values_list("username", flat=True)[:_AT_MOST])
