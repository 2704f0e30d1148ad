"""Runs one case of a diagram by element ids: engine only, no database, time by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from processes import engine
from processes.engine import Environment, Passage, Spec, Step, Wait, WaitKind

_KEY = b"a key for tests only"


class Case:
    """One instance between its acts. Each act loads the state of the one before."""

    def __init__(self, spec: Spec, variables: Mapping[str, Any], environment: Environment) -> None:
        self.spec = spec
        self.environment = environment
        self.passages: list[Passage] = []
        self.step = self._moved(engine.start(spec, variables, environment))

    @classmethod
    def start(
        cls,
        files: Path | Iterable[Path],
        process_id: str,
        variables: Mapping[str, Any],
        *,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        now: datetime,
    ) -> Self:
        """Begin `process_id`, drawn in `files`, which together are one deployment."""
        paths = (files,) if isinstance(files, Path) else tuple(files)
        lent = functions or {}
        spec = _parsed(paths, frozenset(lent))[process_id]
        return cls(spec, variables, Environment(now=now, state_key=_KEY, functions=lent))

    # Acts

    def complete(self, element_id: str, **output: Any) -> None:
        """Report the user or service task at `element_id` as done."""
        self._act(engine.complete, element_id, output=output)

    def throw(self, element_id: str, code: str, **variables: Any) -> None:
        """Let the work at `element_id` end in BPMN error `code`."""
        self._act(engine.throw_error, element_id, code=code, variables=variables)

    def deliver(self, element_id: str, **payload: Any) -> None:
        """Deliver the message for which `element_id` waits."""
        self._act(engine.deliver, element_id, payload=payload)

    def advance(
        self, duration: timedelta, *, answering: Mapping[str, Mapping[str, Any]] | None = None
    ) -> None:
        """Let time pass, stopping at each moment at which a timer is due.

        `answering`: tasks that are completed at once whenever they come, with their output.
        """
        until = self.environment.now + duration
        while (due := self._next_due()) is not None and due <= until:
            now = max(due, self.environment.now)
            self.environment = replace(self.environment, now=now)
            self._run(engine.fire_timers)
            self._answer(answering or {})
        self.environment = replace(self.environment, now=until)

    def cancel(self) -> None:
        self._run(engine.cancel)

    # What can be seen

    @property
    def stands_at(self) -> list[str]:
        """Where people, machines or messages are waited for; timers and boundaries left out."""
        return sorted(
            wait.element_id
            for wait in self.step.waits
            if wait.kind is not WaitKind.TIMER and not wait.attached_to
        )

    @property
    def waits_for(self) -> list[str]:
        """Everything that is waited for, timers and boundary events too."""
        return sorted(wait.element_id for wait in self.step.waits)

    def wait(self, element_id: str) -> Wait:
        """The one wait at `element_id`."""
        found = [wait for wait in self.step.waits if wait.element_id == element_id]
        assert len(found) == 1, f"{len(found)} waits at {element_id}; all: {self.waits_for}"
        return found[0]

    def inputs(self, element_id: str) -> Mapping[str, Any]:
        """The variables that the task at `element_id` is given."""
        return self.wait(element_id).variables

    def correlation_key(self, element_id: str) -> str:
        """The key of the message for which `element_id` waits."""
        return self.wait(element_id).correlation_key

    @property
    def path(self) -> list[str]:
        """Elements that tokens have left, the oldest first."""
        return [passage.element_id for passage in self.passages]

    @property
    def ended_at(self) -> list[str]:
        """End events that tokens have come to, once the case has ended."""
        if not self.step.ended:
            return []
        return [p.element_id for p in self.passages if p.type == "endEvent" and self._is_top(p)]

    @property
    def variables(self) -> Mapping[str, Any]:
        return self.step.variables

    def _answer(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        while asked := [element_id for element_id in self.stands_at if element_id in answers]:
            self.complete(asked[0], **answers[asked[0]])

    def _is_top(self, passage: Passage) -> bool:
        return any(
            element.id == passage.element_id
            and element.process_id == self.spec.process_id
            and not element.parent_id
            for element in self.spec.elements
        )

    def _next_due(self) -> datetime | None:
        due = [w.due_at for w in self.step.waits if w.kind is WaitKind.TIMER and w.due_at]
        return min(due, default=None)

    def _act(self, verb: Callable[..., Step], element_id: str, **options: Any) -> None:
        self._run(verb, token_id=self.wait(element_id).token_id, **options)

    def _run(self, verb: Callable[..., Step], **options: Any) -> None:
        before = self.step.waits
        self.step = self._moved(verb(self.spec, self.step.state, self.environment, **options))
        _check_difference(before, self.step)

    def _moved(self, step: Step) -> Step:
        self.passages.extend(step.passages)
        seen = engine.describe(self.spec, step.state, self.environment)
        assert (seen.waits, seen.variables) == (step.waits, step.variables)
        return step


def _check_difference(before: Iterable[Wait], step: Step) -> None:
    """What a step opens and closes is what differs between all that others are told of."""
    known, now = _told(before), _told(step.waits)
    opened = [(w.kind, w.token_id) for w in step.opened]
    assert set(opened) == {key[:2] for key in now - known}
    assert all(wait in step.waits for wait in step.opened)
    assert set(step.closed) == {key[:2] for key in known} - {key[:2] for key in now}
    due = [w.due_at for w in step.waits if w.kind is WaitKind.TIMER and w.due_at]
    assert step.next_due == min(due, default=None)


def _told(waits: Iterable[Wait]) -> set[tuple[WaitKind, str, datetime | None]]:
    told = [wait for wait in waits if not wait.behind]
    return {(w.kind, w.token_id, w.due_at if w.kind is WaitKind.TIMER else None) for w in told}


@lru_cache
def _parsed(paths: tuple[Path, ...], functions: frozenset[str]) -> Mapping[str, Spec]:
    return engine.parse({path.name: path.read_bytes() for path in paths}, functions=functions)
