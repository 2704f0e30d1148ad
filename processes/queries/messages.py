"""Messages that nobody could take yet."""

from __future__ import annotations

from datetime import datetime

from processes.models import Message


def waiting_until(name: str, correlation_key: str) -> datetime | None:
    """Until when the newest such message waits to be taken; None: none waits."""
    waiting = Message.objects.filter(
        name=name, correlation_key=correlation_key, state=Message.State.BUFFERED
    )
    return waiting.order_by("-expires_at").values_list("expires_at", flat=True).first()
