"""Lock, step, save: the only way a case changes. This is the step and the save."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from processes import hints
from processes.acts import Act
from processes.contract import Actor
from processes.engine import Step, WaitKind
from processes.errors import AlreadyAwaited, StaleCase
from processes.history import Entry, Happening, Kind, changes
from processes.specs import environment, process_of, search_variables, spec_of

from . import step_sql as sql
from . import waiting
from .locked import Locked
from .prepared import prepared_cursor


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one act makes of one locked case, before it is written."""

    before: Locked
    after: Locked
    entry: Entry
    actor: Actor
    step: Step | None = None
    """None: only who has a task, or an incident, has changed."""
    difference: waiting.Difference | None = None
    done: tuple[str, str] = ("", "")
    """Letter and token of the row that was acted on."""
    move: Mapping[str, Any] | None = None
    """User task `id` that `assignee` gets."""
    message: int | None = None
    """Id of the message that the act delivers."""

    @property
    def moved(self) -> bool:
        """Whether anything happened at all."""
        difference = self.difference
        rows = difference is not None and bool(difference.gone or difference.opened)
        return rows or (self.step is not None and bool(self.step.passages))


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
    early: tuple[Early, ...] = field(default=())


def step(
    locked: Locked,
    act: Act,
    *,
    kind: Kind,
    actor: Actor,
    element_id: str = "",
    letter: str = "",
    message: int | None = None,
    note: Mapping[str, Any] | None = None,
) -> Change:
    """Ask the engine for the next step. Nothing is written yet.

    Raises:
        EngineError: the engine refuses; the case stays as it is.
    """
    spec = spec_of(locked.definition_id)
    done = act.perform(spec, locked.state, environment(locked.now))
    difference = waiting.difference(locked.waits, done.waits)
    if kind is Kind.TIMER_FIRED and done.passages:
        element_id = done.passages[0].element_id
    happening = Happening(
        kind=kind,
        actor=actor.name,
        via=actor.via,
        element_id=element_id,
        act=act,
        changes=changes(done.before, done.variables) if done.before else None,
        passages=done.passages,
        state=done.state,
        note=note,
    )
    after = replace(
        locked,
        state=done.state,
        status=_status(done, kind),
        waits=difference.keys,
        variables=_searched(locked, done),
        next_due=_next_due(done),
    )
    return Change(
        before=locked,
        **_told(locked, after, happening),
        actor=actor,
        step=done,
        difference=difference,
        done=(letter, act.token),
        message=message,
    )


def observe(locked: Locked, happening: Happening, actor: Actor, **more: Any) -> Change:
    """A change that moves no token: who has a task, what stands in the way."""
    return Change(before=locked, **_told(locked, locked, happening), actor=actor, **more)


def save(batch: Sequence[Change], *, insert: bool = False) -> Saved:
    """Write changes of different cases in one statement, and send hints after the commit.

    Raises:
        AlreadyAwaited: another token waits for the same message with the same key.
        StaleCase: an instance, or a message to be delivered, was changed meanwhile.
    """
    text, parameters = _statement(batch, insert=insert)
    try:
        with prepared_cursor() as cursor:
            cursor.execute(text, parameters)
            instances, jobs, early, taken = cursor.fetchone()
    except IntegrityError as error:
        raise _translated(error) from error
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


def _told(before: Locked, after: Locked, happening: Happening) -> dict[str, Any]:
    """The event, chained, and the case with the event in it."""
    entry = happening.entry(
        process=before.definition_key,
        business_key=before.business_key,
        at=before.now,
        last_seq=before.history_seq,
        last_hash=before.history_hash,
    )
    told = replace(
        after, revision=before.revision + 1, history_seq=entry.seq, history_hash=entry.hash
    )
    return {"after": told, "entry": entry}


def _status(done: Step, kind: Kind) -> str:
    if not done.ended:
        return "running"
    return "cancelled" if kind is Kind.PROCESS_CANCELLED else "ended"


def _searched(locked: Locked, done: Step) -> dict[str, Any]:
    names = search_variables(locked.definition_id)
    return {**locked.variables, **{n: done.variables[n] for n in names if n in done.variables}}


def _next_due(done: Step) -> Any:
    timers = (wait.due_at for wait in done.waits if wait.kind is WaitKind.TIMER)
    return min((due for due in timers if due), default=None)


def _translated(error: IntegrityError) -> Exception:
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is not None and diagnosis.constraint_name == "subscription_one":
        return AlreadyAwaited("another token waits for the same message with the same key")
    return error


def _statement(batch: Sequence[Change], *, insert: bool) -> tuple[str, dict[str, str]]:
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
    return "WITH " + ",".join(parts) + answer, {name: json.dumps(r) for name, r in rows.items()}


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
    for change in batch:
        rows.setdefault("instances", []).append(_instance_row(change))
        rows.setdefault("entries", []).append(_entry_row(change))
        instance = {"instance_id": change.before.id}
        if change.difference:
            _wait_rows(rows, change)
        if change.move:
            rows.setdefault("moves", []).append({**instance, **change.move})
        if change.message is not None:
            rows.setdefault("messages", []).append({**instance, "id": change.message})
    return rows


def _wait_rows(rows: dict[str, list[dict[str, Any]]], change: Change) -> None:
    assert change.difference is not None  # noqa: S101  # the caller has looked
    instance_id, tenant = change.before.id, change.before.tenant
    for letter, token in change.difference.gone:
        outcome = "completed" if (letter, token) == change.done else "cancelled"
        by = change.actor.name
        row = {"instance_id": instance_id, "kind": letter, "token": token}
        rows.setdefault("gone", []).append({**row, "outcome": outcome, "by": by})
    for wait in change.difference.opened:
        match wait.kind:
            case WaitKind.USER_TASK:
                key = process_of(change.before.definition_id, wait.element_id)
                row = waiting.task_row(instance_id, tenant, key, wait)
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
        "state": _hex(after.state) if change.step else None,
        "waits": after.waits,
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
