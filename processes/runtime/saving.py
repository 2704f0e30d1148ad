"""Lock, step, save: this is the save, one statement for a step or a batch of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from django.db import DataError, IntegrityError, transaction

from processes import hints
from processes.engine import Step, WaitKind
from processes.errors import AlreadyAwaited, CannotGoOn, StaleCase

from . import step_sql as sql
from . import waiting
from .prepared import prepared_cursor
from .stepping import Change


@dataclass(frozen=True, kw_only=True)
class Early:
    """A message that came before the subscription that has just opened for it."""

    id: int
    instance_id: int
    token: str
    element_id: str
    name: str
    payload: Mapping[str, Any]
    actor: str
    via: str


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What the database says of a save."""

    instances: frozenset[int]
    jobs: tuple[int, ...] = ()
    early: tuple[Early, ...] = ()


def save(batch: Sequence[Change], *, insert: bool = False) -> Saved:
    """Write changes of different cases in one statement, and send hints after the commit.

    Raises:
        AlreadyAwaited: another token waits for the same message with the same key.
        CannotGoOn: the diagram makes what the database cannot hold, such as the character NUL.
        StaleCase: an instance, or a message to be delivered, was changed meanwhile.
    """
    text, parameters = _statement(batch, insert=insert)
    try:
        with prepared_cursor() as cursor:
            cursor.execute(text, parameters)
            instances, jobs, early, taken = cursor.fetchone()
    except IntegrityError as error:
        raise _translated(error) from error
    except DataError as error:  # the first line names no data
        raise CannotGoOn(str(error).partition("\n")[0]) from error
    saved = Saved(
        instances=frozenset(instances or ()),
        jobs=tuple(jobs or ()),
        early=tuple(Early(**message) for message in early or ()),
    )
    if not insert and (
        len(saved.instances) < len(batch) or taken < sum(c.message is not None for c in batch)
    ):
        raise StaleCase
    if saved.instances:
        transaction.on_commit(partial(_hint, batch, saved.jobs), robust=True)
    return saved


def _hint(batch: Sequence[Change], jobs: Sequence[int]) -> None:
    cases = [(change.after.tenant, change.after.business_key) for change in batch]
    hints.send_soon(jobs, cases)


def _translated(error: IntegrityError) -> Exception:
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None and diagnosis.constraint_name == "subscription_one":
        return AlreadyAwaited("another token waits for the same message with the same key")
    return error


def _statement(batch: Sequence[Change], *, insert: bool) -> tuple[str, dict[str, Any]]:
    rows = _rows(batch)
    gone = {row["kind"] for row in rows.get("gone", ())}
    parts = [sql.INSERT_INSTANCES if insert else sql.UPDATE_INSTANCES, sql.INSERT_HISTORY]
    parts += [sql.GONE] if gone else []
    parts += [part for letter, part in _DELETES.items() if letter in gone]
    parts += [part for name, part in _INSERTS.items() if name in rows]
    if "subscriptions" in rows:
        after = sql.AFTER_DELETES if "m" in gone else ""
        parts.append(sql.INSERT_SUBSCRIPTIONS.format(after_deletes=after))
    if any(change.after.status != "running" for change in batch):
        parts.append(sql.SETTLE_ALL)
    early = sql.EARLY_MESSAGES.format(but_taken=sql.BUT_TAKEN if "messages" in rows else "")
    answer = sql.ANSWER.format(
        jobs=sql.NEW_JOB_IDS if "jobs" in rows else "NULL",
        early=early if "subscriptions" in rows else "NULL",
        taken=sql.TAKEN if "messages" in rows else "0",
    )
    states = b"".join(change.after.state for change in batch if change.step)
    parameters = {name: _written(part) for name, part in rows.items()}
    return "WITH " + ",".join(parts) + answer, {**parameters, "states": states}


def _written(rows: list[dict[str, Any]]) -> str:
    try:
        return orjson.dumps(rows).decode()
    except TypeError:  # integers of more than 64 bits, halves of characters
        return json.dumps(rows)


_DELETES = {
    "u": sql.CLOSE_TASKS,
    "s": sql.DELETE_JOBS,
    "t": sql.DELETE_TIMERS,
    "m": sql.DELETE_SUBSCRIPTIONS,
}
_INSERTS = {
    "tasks": sql.INSERT_TASKS,
    "jobs": sql.INSERT_JOBS,
    "timers": sql.INSERT_TIMERS,
    "messages": sql.TAKE_MESSAGES,
    "moves": sql.MOVE_TASKS,
}


def _rows(batch: Sequence[Change]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each part; parts without rows are left out."""
    rows: dict[str, list[dict[str, Any]]] = {}
    begin = 1
    for change in batch:
        length = len(change.after.state) if change.step else None
        where = {"state_from": begin, "state_length": length}
        rows.setdefault("instances", []).append({**_instance_row(change), **where})
        begin += length or 0
        rows.setdefault("entries", []).append(_entry_row(change))
        instance = {"instance_id": change.before.id}
        if change.step:
            _wait_rows(rows, change, change.step)
        if change.move:
            rows.setdefault("moves", []).append({**instance, **change.move})
        if change.message is not None:
            rows.setdefault("messages", []).append({**instance, "id": change.message})
    return rows


def _wait_rows(rows: dict[str, list[dict[str, Any]]], change: Change, step: Step) -> None:
    instance_id, tenant = change.before.id, change.before.tenant
    for letter, token in waiting.gone(step):
        outcome = "completed" if (letter, token) == change.done else "cancelled"
        by = change.actor.name
        row = {"instance_id": instance_id, "kind": letter, "token": token}
        rows.setdefault("gone", []).append({**row, "outcome": outcome, "by": by})
    for wait in step.opened:
        match wait.kind:
            case WaitKind.USER_TASK:
                row = waiting.task_row(instance_id, tenant, wait)
                rows.setdefault("tasks", []).append(row)
            case WaitKind.SERVICE_TASK:
                rows.setdefault("jobs", []).append(waiting.job_row(instance_id, wait))
            case WaitKind.TIMER:
                rows.setdefault("timers", []).append(waiting.timer_row(instance_id, wait))
            case WaitKind.MESSAGE:
                row = waiting.subscription_row(instance_id, wait)
                rows.setdefault("subscriptions", []).append(row)


def _instance_row(change: Change) -> dict[str, Any]:
    after = change.after
    return {
        "id": after.id,
        "definition_id": after.definition_id,
        "definition_key": after.definition_key,
        "business_key": after.business_key,
        "tenant": after.tenant,
        "region": after.region,
        "shard": after.shard,
        "status": after.status,
        "revision": after.revision,
        "variables": after.variables,
        "next_due": after.next_due and after.next_due.isoformat(),
        "history_seq": after.history_seq,
        "history_hash": _hex(after.history_hash),
        "now": after.now.isoformat(),
        "ended_at": None if after.status == "running" else after.now.isoformat(),
    }


def _entry_row(change: Change) -> dict[str, Any]:
    entry = change.entry
    return {
        "instance_id": change.before.id,
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "element_id": entry.element_id,
        "actor": entry.actor,
        "via": entry.via,
        "body": entry.body,
        "prev": _hex(entry.prev),
        "hash": _hex(entry.hash),
    }


def _hex(raw: bytes) -> str:
    return "\\x" + raw.hex()
