"""A case begins, and is cancelled."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from processes import acts
from processes.acts import Act
from processes.contract import Actor
from processes.engine import EngineError
from processes.errors import CannotGoOn, NoSuchCase, NoSuchProcess
from processes.history import FIRST, Kind

from . import early, locked
from .locked import Locked
from .prepared import prepared_cursor
from .saving import save
from .stepping import step

_START = """
SELECT d.id, d.content_hash,
    (SELECT i.id FROM processes_processinstance i
        WHERE i.definition_key = d.key AND i.business_key = %(business_key)s),
    nextval(pg_get_serial_sequence('processes_processinstance', 'id')),
    business_now()
FROM processes_processdefinition d
WHERE d.key = %(key)s AND d.status = 'live'
    AND (%(version)s::int IS NULL OR d.version = %(version)s)
ORDER BY d.version DESC LIMIT 1"""


@transaction.atomic
def start_process(
    *,
    key: str,
    business_key: str,
    variables: Mapping[str, Any],
    tenant: str,
    actor: Actor,
    region: str = "",
    version: int | None = None,
) -> int:
    """Start a case on the newest live version of process `key`; return its instance id.

    The same key and business key again is the same case: its id is returned and nothing
    is started. Joins the caller's transaction.

    Raises:
        NoSuchProcess: no such version is live.
        BadVariables: the variables are not plain JSON.
        CannotGoOn: the diagram gives no way on from its start.
    """
    return begin(
        key=key,
        business_key=business_key,
        act=acts.start(variables),
        tenant=tenant,
        region=region,
        actor=actor,
        version=version,
    )


def begin(
    *,
    key: str,
    business_key: str,
    act: Act,
    tenant: str,
    actor: Actor,
    region: str = "",
    version: int | None = None,
    message: int | None = None,
) -> int:
    """Like `start_process`, within a transaction: by `act`, with message `message` if any."""
    asked = {"key": key, "business_key": business_key, "version": version}
    row = _fetch(_START, asked)
    if row is None:
        raise NoSuchProcess(key)
    definition_id, definition_hash, existing, number, now = row
    if existing is not None:
        return int(existing)
    case = Locked(
        id=number,
        definition_id=definition_id,
        definition_hash=definition_hash,
        definition_key=key,
        business_key=business_key,
        tenant=tenant,
        region=region,
        shard=zlib.crc32(business_key.encode()) % 256,
        history_hash=FIRST,
        now=now,
    )
    try:
        change = step(
            case,
            act,
            kind=Kind.PROCESS_STARTED,
            actor=actor,
            element_id=act.args.get("element", ""),
            message=message,
        )
    except EngineError as error:
        raise CannotGoOn(str(error)) from error
    saved = save([change], insert=True)
    if not saved.instances:  # somebody else was faster
        return int(_fetch(_START, asked)[2])
    early.deliver_early(change.after, saved.early)
    return int(number)


@transaction.atomic(durable=True)
def cancel_process(*, instance_id: int, actor: Actor, reason: str) -> None:
    """Stop a case for good. Work already done outside is not undone.

    Raises:
        NoSuchCase: it does not run.
        CannotGoOn: the engine cannot cancel it.
    """
    case = locked.case(instance_id)
    if case is None:
        raise NoSuchCase
    try:
        change = step(
            case, acts.CANCEL, kind=Kind.PROCESS_CANCELLED, actor=actor, note={"reason": reason}
        )
    except EngineError as error:
        raise CannotGoOn(str(error)) from error
    save([change])


def _fetch(text: str, parameters: Mapping[str, Any]) -> Any:
    with prepared_cursor() as cursor:
        cursor.execute(text, parameters)
        return cursor.fetchone()
