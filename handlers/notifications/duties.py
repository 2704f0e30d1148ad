"""What notifications do by the clock."""

from __future__ import annotations

from datetime import timedelta

from handlers.notifications.api import send_waiting
from processes.contract import Turn, duty


@duty("notifications.send", every=timedelta(minutes=1))
def send_all_waiting(_turn: Turn) -> None:
    """Hand waiting notices to channels outside; those of a channel that is down stay queued."""
    while send_waiting():
        pass
