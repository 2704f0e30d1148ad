"""What other capabilities and screens may ask of notifications.

`notify` joins the caller's transaction and never fails it; `send_waiting` talks to the
outside, and is never called inside one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.module_loading import import_string

from handlers.notifications.models import Notification, Reading
from handlers.notifications.port import Channel, Letter
from handlers.notifications.templates import written
from handlers.sharding import shard_of
from processes import clock

IN_APP = "in_app"
_DEFAULT_CHANNELS = {IN_APP: "handlers.notifications.adapters.in_app.InApp"}
MAX_UNREAD = 100
"""Counted up to here; a badge says `99+`."""

logger = logging.getLogger(__name__)

__all__ = [
    "IN_APP",
    "MAX_UNREAD",
    "Notice",
    "inbox",
    "mark_read",
    "notify",
    "send_waiting",
    "unread_count",
]


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice as one reader sees it, in the active language."""

    id: int
    case_no: str
    title: str
    text: str
    at: datetime
    read: bool


def notify(
    *,
    event: str,
    template: str,
    to: str,
    case_no: str,
    tenant: str,
    region: str = "",
    params: Mapping[str, Any] | None = None,
) -> None:
    """Queue a notice for a login or an audience on every channel; the same key twice is one.

    `event` names what happened, e.g. the idempotency key of the call that reports it.
    """
    now = clock.now()
    Notification.objects.bulk_create(
        (
            Notification(
                event=event[:120],
                recipient=to[:150],
                channel=channel,
                template=template[:60],
                tenant=tenant,
                region=region,
                shard=shard_of(case_no),
                case_no=case_no,
                params=dict(params or {}),
                created_at=now,
                sent_at=now if channel == IN_APP else None,
            )
            for channel in _channels()
        ),
        ignore_conflicts=True,
    )


def inbox(
    login: str, audiences: Iterable[str] = (), *, after: int | None = None, limit: int = 30
) -> list[Notice]:
    """The newest notices for a person; `after` is the id of the last one seen."""
    rows = _for(login, audiences).annotate(read=_read_by(login)).order_by("-id")
    if after is not None:
        rows = rows.filter(id__lt=after)
    return [_notice(row) for row in rows[:limit]]


def unread_count(login: str, audiences: Iterable[str] = ()) -> int:
    """How many notices the person has not read, counted up to MAX_UNREAD."""
    unread = _for(login, audiences).filter(~_read_by(login))
    return int(unread.values("id")[:MAX_UNREAD].count())


@transaction.atomic
def mark_read(
    login: str, ids: Sequence[int] | None = None, *, audiences: Iterable[str] = ()
) -> None:
    """The person has read these notices, or all of his; others' notices are left alone."""
    unread = _for(login, audiences).filter(~_read_by(login))
    if ids is not None:
        unread = unread.filter(id__in=ids)
    now = clock.now()
    Reading.objects.bulk_create(
        (
            Reading(notification_id=pk, login=login, at=now)
            for pk in unread.values_list("id", flat=True)
        ),
        ignore_conflicts=True,
    )


def send_waiting(*, limit: int = 100) -> int:
    """Hand waiting notices to their channels, return how many went out.

    A channel that is down leaves its notices queued; nothing else waits for it.
    """
    sent = 0
    waiting = Notification.objects.filter(sent_at=None).order_by("attempts", "id")
    for notice in list(waiting[:limit]):
        try:
            _channel(notice.channel).deliver(_letter(notice))
        except OSError as error:
            logger.warning("Channel %s is down: %s", notice.channel, error)
            Notification.objects.filter(pk=notice.pk).update(
                attempts=F("attempts") + 1, last_error=str(error)[:200]
            )
        else:
            Notification.objects.filter(pk=notice.pk).update(sent_at=clock.now())
            sent += 1
    return sent


def _channels() -> Mapping[str, str]:
    channels: Mapping[str, str] = getattr(settings, "NOTIFICATION_CHANNELS", _DEFAULT_CHANNELS)
    return channels


def _channel(name: str) -> Channel:
    channel: Channel = import_string(_channels()[name])()
    return channel


def _for(login: str, audiences: Iterable[str]) -> Any:
    return Notification.objects.filter(
        Q(recipient=login) | Q(recipient__in=list(audiences)), channel=IN_APP
    )


def _read_by(login: str) -> Exists:
    return Exists(Reading.objects.filter(notification=OuterRef("pk"), login=login))


def _notice(row: Any) -> Notice:
    title, text = written(row.template, case_no=row.case_no, params=row.params)
    return Notice(
        id=row.pk, case_no=row.case_no, title=title, text=text, at=row.created_at, read=row.read
    )


def _letter(row: Notification) -> Letter:
    title, text = written(row.template, case_no=row.case_no, params=row.params)
    return Letter(
        recipient=row.recipient,
        title=title,
        text=text,
        case_no=row.case_no,
        key=f"{row.event}:{row.recipient}:{row.channel}:{row.template}",
    )
