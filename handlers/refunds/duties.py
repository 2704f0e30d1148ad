"""What refunds do by the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings

from handlers.refunds.port import BillUnavailable
from handlers.refunds.reconciliation import reconcile
from processes.contract import Turn, duty

MOST_DAYS = 31
"""So far back a day that was missed is made up for; providers keep no bills for ever."""


@duty("refunds.reconcile", every=timedelta(days=1), offset=timedelta(hours=4))
def reconcile_missing_days(turn: Turn) -> None:
    """Compare each day since the last time with each provider, yesterday at least.

    A provider that gives no bill keeps no other from being compared.

    Raises:
        BillUnavailable: with each provider and day that is missing, to be tried again.
    """
    missing = []
    for day in _days(turn):
        for name in settings.PAYMENT_PROVIDERS:
            try:
                reconcile(name, day)
            except BillUnavailable as error:
                missing.append(f"{name} {day}: {error}")
    if missing:
        raise BillUnavailable("; ".join(missing))


def _days(turn: Turn) -> Iterator[date]:
    today, last = turn.now.date(), turn.last
    ahead = min((today - last.date()).days, MOST_DAYS) if last else 1
    return (today - timedelta(days=back) for back in range(max(ahead, 1), 0, -1))
