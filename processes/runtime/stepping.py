"""Lock, step, save: the only way a case changes. This is the step: nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from processes.acts import Act
from processes.contract import Actor
from processes.engine import Outcome, Step
from processes.history import Entry, Happening, Kind, changes
from processes.specs import Definition, environment, search_variables, spec_of

from .locked import Locked


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one act makes of one locked case, before it is written."""

    before: Locked
    after: Locked
    entry: Entry
    actor: Actor
    step: Step | None = None
    """None: only who has a task, or an incident, has changed."""
    done: tuple[str, str] = ("", "")
    """Letter and token of the row that was acted on."""
    move: Mapping[str, Any] | None = None
    """User task `id` that `assignee` gets."""
    message: int | None = None
    """Id of the message that the act delivers."""

    @property
    def moved(self) -> bool:
        """Whether anything happened at all."""
        step = self.step
        return step is not None and bool(step.opened or step.closed or step.passages)


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
    to: Definition | None = None,
) -> Change:
    """Ask the engine for the next step. Nothing is written yet.

    `to` is the definition with which the case goes on, if it is another one.

    Raises:
        EngineError: the engine refuses; the case stays as it is.
    """
    spec, target = spec_of(locked.definition), to or locked.definition
    done = act.perform(spec, locked.state, environment(locked.now), to=spec_of(target))
    if kind is Kind.TIMER_FIRED and done.passages:
        element_id = done.passages[0].element_id
    happening = Happening(
        kind=kind,
        actor=actor.name,
        via=actor.via,
        element_id=element_id,
        act=act,
        changes=changes(*done.written()) if done.data_before else None,
        passages=done.passages,
        state=done.state,
        note=note,
    )
    told = _told(
        locked,
        happening,
        definition_id=target.id,
        definition_hash=target.content_hash,
        state=done.state,
        status=_status(done, kind),
        variables=_searched(locked, target, done),
        next_due=done.next_due,
    )
    return Change(
        before=locked,
        **told,
        actor=actor,
        step=done,
        done=(letter, act.token),
        message=message,
    )


def observe(locked: Locked, happening: Happening, actor: Actor, **more: Any) -> Change:
    """A change that moves no token: who has a task, what stands in the way."""
    return Change(before=locked, **_told(locked, happening), actor=actor, **more)


def _told(before: Locked, happening: Happening, **changed: Any) -> dict[str, Any]:
    """The event, chained, and the case with what has `changed` and the event in it."""
    entry = happening.entry(
        process=before.definition_key,
        business_key=before.business_key,
        at=before.now,
        last_seq=before.history_seq,
        last_hash=before.history_hash,
    )
    after = replace(
        before,
        revision=before.revision + 1,
        history_seq=entry.seq,
        history_hash=entry.hash,
        **changed,
    )
    return {"after": after, "entry": entry}


def _status(done: Step, kind: Kind) -> str:
    if not done.ended:
        return "running"
    by_hand = kind is Kind.CASE_MODIFIED and all(
        passage.outcome is Outcome.CANCELLED for passage in done.passages
    )
    return "cancelled" if by_hand or kind is Kind.PROCESS_CANCELLED else "ended"


def _searched(locked: Locked, definition: Definition, done: Step) -> dict[str, Any]:
    return {**locked.variables, **done.those_of(search_variables(definition))}
