"""Cases that begin by themselves: at a moment, or with a message nobody else waits for.

The newest live version of a process waits; a version that is replaced waits no more. Each
moment and each message begins one case, whoever sweeps: the row of the start, or of the
message, is locked, and the business key is made of it.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from processes import acts, engine
from processes.contract import SYSTEM, Actor
from processes.errors import MessageTaken
from processes.models import Message, ProcessDefinition, ProcessStart

from . import incidents, start_sql
from .cases import begin

logger = logging.getLogger(__name__)

_LONGEST_ERROR = 1000


Waiting = tuple[ProcessDefinition, Sequence[engine.Beginning]]


def enrol(fresh: Sequence[Waiting], tenants: Mapping[str, str]) -> None:
    """Let new versions wait in place of those before them; `tenants` by process key.

    Messages that no case could begin with are tried again: the diagram may be mended.

    Raises:
        MessageTaken: another live process begins with the same message.
    """
    keys = [definition.key for definition, _begins in fresh]
    ProcessStart.objects.filter(definition__key__in=keys).delete()
    for definition, begins in fresh:
        for one in begins:
            _check_free(one)
            _wait(definition, one, tenants.get(definition.key, ""))
    names = [one.message for _definition, begins in fresh for one in begins if one.message]
    if names:
        with connection.cursor() as cursor:
            cursor.execute(start_sql.TRY_AGAIN, [names])


def begin_due(limit: int = 20) -> int:
    """Begin the cases whose moment has come; return how many starts were looked at."""
    for number in range(limit):
        if not _begin_next():
            return number
    return limit


def begin_with(message_id: int, name: str) -> bool:
    """Begin a case with a message that nobody waits for; False: none begins with it now.

    With a correlation key there is one active case: the next message waits for its end.
    Joins the caller's transaction.

    Raises:
        CannotGoOn: the diagram gives no way on from its start.
    """
    with connection.cursor() as cursor:
        cursor.execute(start_sql.BEGINS_WITH, [name])
        row = cursor.fetchone()
        if row is None:
            return False
        message = Message.objects.select_for_update().get(pk=message_id)
        if message.state != Message.State.BUFFERED or _is_active(cursor, message):
            return False
    element_id, tenant, key, version = row
    begin(
        key=key,
        business_key=_key_of(message, key),
        act=acts.start(message.payload, element_id),
        tenant=message.tenant or tenant,
        region=message.region,
        actor=Actor(name=message.actor, via=message.via),
        version=version,
        message=message.pk,
    )
    taken = Message.objects.filter(pk=message.pk, state=Message.State.DELIVERED)
    return bool(taken.update(begins=True))


def put_aside(message: Message, sentence: str) -> None:
    """Keep a message that no case could begin with until a mended version is deployed."""
    logger.error("Message %s could begin no case: %s", message.pk, sentence)
    with connection.cursor() as cursor:
        cursor.execute(start_sql.HELD_UP, [sentence[:_LONGEST_ERROR], message.name])
        if cursor.rowcount:
            Message.objects.filter(pk=message.pk).update(state=Message.State.STUCK)


def _check_free(one: engine.Beginning) -> None:
    taken = ProcessStart.objects.filter(message=one.message).exclude(message="")
    other = taken.values_list("definition__key", flat=True).first()
    if other is not None:
        raise MessageTaken(one.message, other)


def _wait(definition: ProcessDefinition, one: engine.Beginning, tenant: str) -> None:
    ProcessStart.objects.create(
        definition=definition,
        element_id=one.element_id,
        tenant=tenant or getattr(settings, "PLATFORM_TENANT", "platform"),
        message=one.message,
        due=one.due_at,
        rhythm=one.rhythm and list(one.rhythm),
        run_at=datetime.now(UTC),
    )


@transaction.atomic(durable=True)
def _begin_next() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(start_sql.NEXT_DUE)
        row = cursor.fetchone()
    if row is None:
        return False
    number, element_id, tenant, due, key, version, now = row
    try:
        with transaction.atomic():
            begin(
                key=key,
                business_key=_moment_key(element_id, due),
                act=acts.start({}, element_id),
                tenant=tenant,
                actor=SYSTEM,
                version=version,
            )
            _go_on(number, due, now)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not the diagram's
    except Exception as error:  # noqa: BLE001 - whatever it is keeps no other start from its turn
        _hold_up(number, incidents.sentence_of(error))
    return True


def _go_on(number: int, due: datetime, now: datetime) -> None:
    """Let a cycle wait for its next moment; what is over waits for none."""
    start = ProcessStart.objects.get(pk=number)
    following = start.rhythm and engine.next_beginning(due, tuple(start.rhythm), now)
    if not following:
        start.delete()
        return
    start.due, start.rhythm = following[0], list(following[1])
    start.failures, start.error = 0, ""
    start.save()


def _hold_up(number: int, sentence: str) -> None:
    logger.error("Start %s could begin no case: %s", number, sentence)
    with connection.cursor() as cursor:
        cursor.execute(start_sql.FAILED, [sentence[:_LONGEST_ERROR], number])


def _is_active(cursor: Any, message: Message) -> bool:
    """Whether a case that began with this name and key still runs; asked one by one."""
    if not message.correlation_key:
        return False
    asked = [message.name, message.correlation_key]
    cursor.execute(start_sql.ONE_AT_A_TIME, ["\n".join(asked)])
    cursor.execute(start_sql.ACTIVE, asked)
    return bool(cursor.fetchone()[0])


def _key_of(message: Message, key: str) -> str:
    """The correlation key, while no case has it; else with the message's number."""
    name = _short(message.correlation_key or message.name)
    with connection.cursor() as cursor:
        cursor.execute(start_sql.HAS_CASE, [key, name])
        taken = cursor.fetchone()[0] or not message.correlation_key
    return f"{name}#{message.pk}" if taken else name


def _moment_key(element_id: str, due: datetime) -> str:
    return f"{_short(element_id)}@{due.astimezone(UTC).isoformat().removesuffix('+00:00')}Z"


def _short(text: str) -> str:
    """At most 60 characters, still its own."""
    if len(text) <= 60:
        return text
    return f"{text[:39]}~{hashlib.sha256(text.encode()).hexdigest()[:20]}"
