"""The business clock: the database's clock plus a stored offset.

Deadlines and everything a case records are on it; leases and back-offs are not: they use
the database's raw clock. No other clock is asked, so no machine's clock matters. In SQL
it is `business_now()`, a function of the first migrations; it gives the moment of the
call, not of the transaction, so that it can be asked after a lock was waited for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from .models import Clock

MOST = timedelta(days=3650)
"""Beyond it dates end, and no case would ever be read again."""


class ClockIsReal(Exception):
    """Here the clock may not be moved: every deadline that it passes is a decision."""


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
        ClockIsReal: `settings.CLOCK_MAY_MOVE` does not say so.
        ValueError: back is refused, what has happened would lie in the future; and so is
            more than `MOST`.
    """
    _check_may_move()
    if by < timedelta():
        msg = f"Expected to move the clock ahead, got {by}"
        raise ValueError(msg)
    if by > MOST or (moved := offset() + by) > MOST:
        msg = f"Expected the clock to be at most {MOST.days} days ahead, which is far enough"
        raise ValueError(msg)
    Clock.objects.update_or_create(pk=1, defaults={"offset": moved})
    return moved


def reset() -> None:
    """Let the business clock be the real one again.

    Raises:
        ClockIsReal: as `advance`.
    """
    _check_may_move()
    Clock.objects.all().delete()


def _check_may_move() -> None:
    if not getattr(settings, "CLOCK_MAY_MOVE", False):
        msg = "Expected a demo or a test: in production nobody moves the clock"
        raise ClockIsReal(msg)
