"""Guessing passwords: each login has a few tries from one address, then both must wait.

Tries are counted before the password is looked at, in the database, so that guesses sent
all at once count too. The wait is real time: moving the business clock does not end it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from webapp.accounts.models import LoginTries

WAIT = timedelta(minutes=15)
TRIES = 5
"""For one login from one address; a right password starts afresh."""
TRIES_OF_ADDRESS = 300
"""For all logins together: many people may share an address, but not so many guesses."""


def take_turn(request: HttpRequest, login: str) -> bool:
    """Count a try; False when there were too many, and the password must not be looked at."""
    address = _address(request)
    of_address = _count(f"address\n{address}")
    return _count(_pair(login, address)) <= TRIES and of_address <= TRIES_OF_ADDRESS


def forget(request: HttpRequest, login: str) -> None:
    """The password was right; and what nobody has waited for since yesterday is swept out."""
    LoginTries.objects.filter(key=_key(_pair(login, _address(request)))).delete()
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP)


def _address(request: HttpRequest) -> str:
    """Where the request came from: what the proxy says, if there is one that we trust."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def _pair(login: str, address: str) -> str:
    return f"login\n{login.casefold()}\n{address}"


def _key(what: str) -> str:
    """Whose tries they are is nobody's business who reads the table."""
    return hashlib.sha256(what.encode("utf-8", "replace")).hexdigest()


def _count(what: str) -> int:
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"key": _key(what), "wait": WAIT}
        cursor.execute(_TRY, asked)
        return int(cursor.fetchone()[0])


_TRY = """
INSERT INTO accounts_logintries AS known (key, tries, since)
VALUES (%(key)s, 1, clock_timestamp())
ON CONFLICT (key) DO UPDATE SET
    tries = CASE WHEN known.since < clock_timestamp() - %(wait)s THEN 1 ELSE known.tries + 1 END,
    since = CASE WHEN known.since < clock_timestamp() - %(wait)s
        THEN clock_timestamp() ELSE known.since END
RETURNING tries"""

_SWEEP = "DELETE FROM accounts_logintries WHERE since < clock_timestamp() - interval '1 day'"
