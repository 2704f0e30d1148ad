"""Walks at random: whatever waits is done, and what is always true is looked at each time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

from processes import engine
from processes.engine import Environment, Passage, Spec, Step, Wait, WaitKind

from .guesses import Guesses

MAX_ACTS = 60
"""Of one walk."""
_CALM_AFTER = 30
"""Acts after which only activities are finished, so that loops and cycles come to an end."""
_MAX_STOPS = 4
_BEGIN = Environment(now=datetime(2026, 11, 22, 9, tzinfo=UTC), state_key=b"no secret: only tried")


@dataclass
class Walk:
    """What came of one walk."""

    ended: bool = False
    passages: list[Passage] = field(default_factory=list)
    last: Step | None = None
    acts: int = 0
    stops: list[str] = field(default_factory=list)
    """Sentences with which the engine stopped an act: what would be an incident."""
    faults: list[str] = field(default_factory=list)
    """What must never be."""


def walk(spec: Spec, seed: int, *, acts: int = MAX_ACTS) -> Walk:
    """One life of a case of `spec`, or its first `acts`; the same for the same seed."""
    return _Walker(spec, Random(seed)).walked(acts)  # noqa: S311 — tries, no secrets


class _Walker:
    def __init__(self, spec: Spec, chance: Random) -> None:
        self._spec = spec
        self._chance = chance
        self._guesses = Guesses(spec, chance)
        self._environment = _BEGIN
        self._known = {(e.process_id, e.id) for e in spec.elements}
        self._codes = sorted({e.code for e in spec.elements if e.event == "error" and e.code})
        self._starts = sorted(
            e.id if e.event != "none" else ""
            for e in spec.elements
            if e.type == "startEvent" and not e.parent_id and e.process_id == spec.process_id
        )
        self._walk = Walk()

    def walked(self, acts: int) -> Walk:
        walk = self._walk
        try:
            at, given = self._chance.choice(self._starts), self._guesses.variables()
            step = engine.start(self._spec, given, self._environment, element_id=at)
        except (engine.CannotProceed, engine.UncaughtBpmnError) as stop:
            walk.stops.append(str(stop))
            return walk
        self._look_at(step)
        while not step.ended and step.waits and walk.acts < acts:
            walk.acts += 1
            try:
                step = self._act(step)
            except (engine.CannotProceed, engine.UncaughtBpmnError) as stop:
                walk.stops.append(str(stop))
                if len(walk.stops) == _MAX_STOPS:
                    break
                continue
            self._look_at(step)
        walk.ended = step.ended
        return walk

    def _act(self, step: Step) -> Step:
        wait = self._chance.choice(list(self._choices(step)))
        spec, state = self._spec, step.state
        if wait.kind is WaitKind.TIMER:
            due = wait.due_at or self._environment.now
            now = max(self._environment.now, due)
            self._environment = replace(self._environment, now=now)
            return engine.fire_timers(spec, state, self._environment)
        given, token = self._guesses.variables(), wait.token_id
        if wait.kind is WaitKind.MESSAGE:
            return engine.deliver(spec, state, self._environment, token_id=token, payload=given)
        if self._codes and wait.kind is WaitKind.SERVICE_TASK and self._chance.random() < 0.3:
            code = self._chance.choice(self._codes)
            return engine.throw_error(spec, state, self._environment, token_id=token, code=code)
        return engine.complete(spec, state, self._environment, token_id=token, output=given)

    def _choices(self, step: Step) -> Iterator[Wait]:
        calm = self._walk.acts > _CALM_AFTER
        plain = [wait for wait in step.waits if not wait.attached_to and wait.interrupting]
        yield from plain if calm and plain else step.waits

    def _look_at(self, step: Step) -> None:
        walk = self._walk
        walk.last = step
        walk.passages.extend(step.passages)
        names = [wait.token_id for wait in step.waits]
        again = engine.describe(self._spec, step.state, self._environment)
        met = {(passage.process_id, passage.element_id) for passage in step.passages}
        met |= {(wait.process_id, wait.element_id) for wait in step.waits}
        for holds, sentence in (
            (step.ended is not bool(step.waits), "Expected it to have ended or to wait"),
            (len(set(names)) == len(names), "Expected every token to wait once"),
            (again.waits == step.waits, "Expected the stored state to wait as the live one"),
            (met <= self._known, "Expected to stand on what is drawn only"),
        ):
            if not holds:
                walk.faults.append(f"{sentence}, found otherwise after {walk.acts} acts")
