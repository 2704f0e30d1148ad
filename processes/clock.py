"""The business clock: the database's clock plus a stored offset.

Deadlines and everything a case records are on it; leases and back-offs are not: they use
the database's raw clock. No other clock is asked, so no machine's clock matters. In SQL
it is `business_now()`, a function of the first migrations; it gives the moment of the
call, not of the transaction, so that it can be asked after a lock was waited for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from .models import Clock


def now() -> datetime:
    """The moment it is for the business."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT business_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def offset() -> timedelta:
    """How far the business clock was moved ahead of the real one."""
    return Clock.objects.values_list("offset", flat=True).first() or timedelta()


def advance(by: timedelta) -> timedelta:
    """Move the business clock ahead for everybody, return the new offset.

    Raises:
        ValueError: back is refused: what has happened would lie in the future.
    """
    if by < timedelta():
        msg = f"Expected to move the clock ahead, got {by}"
        raise ValueError(msg)
    moved = offset() + by
    Clock.objects.update_or_create(pk=1, defaults={"offset": moved})
    return moved


def reset() -> None:
    """Let the business clock be the real one again."""
    Clock.objects.all().delete()
