"""Messages from outside, each to exactly one token, each once, early ones kept."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from processes.contract import Actor
from processes.engine import EngineError
from processes.errors import ProcessError
from processes.models import Message
from processes.plain import plain

from . import incidents, locked, start_sql, starts
from .early import deliver_early, delivery
from .locked import LockedToken
from .saving import save

logger = logging.getLogger(__name__)

KEPT = timedelta(days=7)
"""How long a message waits for somebody who waits for it, unless its sender says."""
LOCK_PATIENCE = "2s"
"""How long the delivery of a buffered message waits for a case that somebody else has locked."""


class MessageResult(StrEnum):
    """What became of a message."""

    DELIVERED = "delivered"
    BUFFERED = "buffered"
    DUPLICATE = "duplicate"


def publish_message(
    *,
    name: str,
    correlation_key: str,
    payload: Mapping[str, Any],
    message_id: str,
    actor: Actor,
    tenant: str = "",
    region: str = "",
    kept: timedelta = KEPT,
) -> MessageResult:
    """Hand a message to the one token that waits for `name` with `correlation_key`.

    Nobody waits: a case begins with it, if some process does; else it is kept for whoever
    will. With a correlation key one case at a time begins: while it runs, others are kept.
    `tenant` and `region` are of a case that begins; else the process says. The same
    `message_id` again is a duplicate and changes nothing. If the case cannot take it, an
    incident is raised and the message is put aside; the sender has done its part. Joins the
    caller's transaction.
    """
    payload = plain(payload)
    sender = (tenant, region, actor.name, actor.via)
    row = (name, correlation_key, message_id, json.dumps(payload), *sender, kept)
    try:
        with transaction.atomic():
            number = _insert(row)
            if number is None:
                return MessageResult.DUPLICATE
            token = locked.subscription(name, correlation_key)
            if token is None:
                begun = starts.begin_with(number, name)
                return MessageResult.DELIVERED if begun else MessageResult.BUFFERED
            _deliver(token, number, payload, actor)
            return MessageResult.DELIVERED
    except (EngineError, ProcessError) as error:
        return _put_aside(row, str(error), actor)


def deliver_buffered(limit: int = 50) -> int:
    """Deliver buffered messages that somebody waits for by now; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_MATCHED, [limit])
        found = [number for (number,) in cursor.fetchall()]
    return sum(_deliver_one(number) for number in found)


def expire(limit: int = 500) -> int:
    """Give up messages that nobody has waited for in time; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRE, [limit])
        return int(cursor.rowcount)


_INSERT = """
INSERT INTO processes_message (
    name, correlation_key, message_id, payload, tenant, region, actor, via, state, begins,
    received_at, expires_at)
SELECT %s, %s, %s, %s::jsonb, %s, %s, %s, %s, 'buffered', false, n.now, n.now + %s
FROM (SELECT business_now() AS now) n
ON CONFLICT (name, message_id) DO NOTHING
RETURNING id"""

_MATCHED = """
SELECT m.id FROM processes_message m
JOIN processes_messagesubscription s
    ON s.name = m.name AND s.correlation_key = m.correlation_key
WHERE m.state = 'buffered'
UNION"""
_MATCHED += f"{start_sql.TO_BEGIN} ORDER BY id LIMIT %s"

_EXPIRE = """
UPDATE processes_message SET state = 'expired' WHERE id IN (
    SELECT id FROM processes_message
    WHERE state = 'buffered' AND expires_at <= (SELECT business_now())
    LIMIT %s FOR UPDATE SKIP LOCKED)"""


def _insert(row: tuple[Any, ...]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, row)
        found = cursor.fetchone()
    return int(found[0]) if found else None


def _deliver(token: LockedToken, number: int, payload: Mapping[str, Any], actor: Actor) -> None:
    change = delivery(token, number, payload, actor)
    deliver_early(change.after, save([change]).early)


def _deliver_one(number: int) -> bool:
    message = Message.objects.get(pk=number)
    actor = Actor(name=message.actor, via=message.via)
    try:
        with transaction.atomic(durable=True):
            _have_patience()
            token = locked.subscription(message.name, message.correlation_key)
            message.refresh_from_db(fields=["state"])
            if message.state != Message.State.BUFFERED:
                return False
            if token is None:
                return starts.begin_with(number, message.name)
            _deliver(token, number, message.payload, actor)
    except (OperationalError, InterfaceError) as error:
        if isinstance(error.__cause__, LockNotAvailable):
            return False  # the next sweep tries again; those after it must not wait
        raise  # the database's trouble, not the case's
    except Exception as error:  # noqa: BLE001 - a broken case must not hold up the others
        return _hold_up(message, incidents.sentence_of(error), actor)
    return True


def _have_patience() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_PATIENCE])


def _hold_up(message: Message, sentence: str, actor: Actor) -> bool:
    """False for a case that is so damaged that not even an incident can be raised."""
    try:
        with transaction.atomic(durable=True):
            _raise_incident(message, sentence, actor)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # those after it must be delivered
        logger.exception("Message %s can be neither delivered nor put aside", message.pk)
        return False
    return True


@transaction.atomic
def _put_aside(row: tuple[Any, ...], sentence: str, actor: Actor) -> MessageResult:
    number = _insert(row)
    if number is None:
        return MessageResult.DUPLICATE
    _raise_incident(Message.objects.get(pk=number), sentence, actor)
    return MessageResult.BUFFERED


def _raise_incident(message: Message, sentence: str, actor: Actor) -> None:
    token = locked.subscription(message.name, message.correlation_key)
    if token is None:
        starts.put_aside(message, sentence)
        return
    incidents.raise_message_incident(
        token.case,
        message_id=message.pk,
        element_id=token.element_id,
        sentence=sentence,
        actor=actor,
    )
