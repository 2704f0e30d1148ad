"""The deploy rules. Each gives sentences that name the element and the way out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from processes.engine.errors import Problem
from processes.engine.types import Element, Flow

TAKEN_KEY = "completed_by"
"""The runtime says under this name who has done a task; a form must not."""
NO_LIMIT = "noLimit"
"""The property by which an analyst says that a wait may last for ever, and why."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a diagram may name."""

    topics: Collection[str]
    forms: Mapping[str, Any]
    """Form id → form-js schema."""


def check(
    elements: Iterable[Element], flows: Iterable[Flow], surroundings: Surroundings
) -> list[Problem]:
    """All problems of one process, in the order of its elements."""
    drawing = _Drawing(tuple(elements), tuple(flows))
    problems: list[Problem] = []
    for element in drawing.elements:
        problems += _owner(element)
        problems += _limit(drawing, element)
        problems += _names(element, surroundings)
    return problems


class _Drawing:
    """One process, ready to be asked who is attached to whom."""

    def __init__(self, elements: tuple[Element, ...], flows: tuple[Flow, ...]) -> None:
        self.elements = elements
        self._by_id = {element.id: element for element in elements}
        self._timed = {e.attached_to for e in elements if e.attached_to and e.event == "timer"}
        self._targets: dict[str, list[Element]] = {}
        self._gates: dict[str, Element] = {}
        for flow in flows:
            if flow.target not in self._by_id:
                continue
            self._targets.setdefault(flow.source, []).append(self._by_id[flow.target])
            source = self._by_id.get(flow.source)
            if source is not None and source.type == "eventBasedGateway":
                self._gates[flow.target] = source

    def is_limited(self, element: Element) -> bool:
        """Whether a timer ends the wait at `element`, or the analyst says that none shall."""
        gate = self._gates.get(element.id)
        if gate is not None and self._gate_is_limited(gate):
            return True
        while True:
            if element.id in self._timed or element.properties.get(NO_LIMIT, "").strip():
                return True
            if element.parent_id not in self._by_id:
                return False
            element = self._by_id[element.parent_id]

    def _gate_is_limited(self, gate: Element) -> bool:
        branches = self._targets.get(gate.id, ())
        return any(e.event == "timer" for e in branches) or self.is_limited(gate)


def _owner(element: Element) -> Iterator[Problem]:
    if element.type == "userTask" and not (
        element.assignee or element.candidate_groups or element.candidate_users
    ):
        yield Problem(
            rule="no-owner",
            element_id=element.id,
            sentence="Expected somebody who may do it; name candidate groups or an assignee",
        )


def _limit(drawing: _Drawing, element: Element) -> Iterator[Problem]:
    if _waits_for_others(element) and not drawing.is_limited(element):
        yield Problem(
            rule="no-limit",
            element_id=element.id,
            sentence="Expected a timer that ends the wait; draw one on it, or say why it may "
            f"last for ever in a property “{NO_LIMIT}”",
        )


def _waits_for_others(element: Element) -> bool:
    """A service task is limited by its retries, a boundary event by what it is attached to."""
    if element.type in {"userTask", "receiveTask"}:
        return True
    return element.type == "intermediateCatchEvent" and element.event == "message"


def _names(element: Element, surroundings: Surroundings) -> Iterator[Problem]:
    if element.topic and element.topic not in surroundings.topics:
        yield Problem(
            rule="unknown-topic",
            element_id=element.id,
            sentence=f"Expected a topic that has a handler, found “{element.topic}”",
        )
    if not element.form_id:
        return
    form = surroundings.forms.get(element.form_id)
    if form is None:
        yield Problem(
            rule="unknown-form",
            element_id=element.id,
            sentence=f"Expected a form that is there, found “{element.form_id}”",
        )
    elif TAKEN_KEY in _keys(form):
        yield Problem(
            rule="taken-key",
            element_id=element.id,
            sentence=f"Expected no field “{TAKEN_KEY}” in form “{element.form_id}”: who has "
            "done the task is said under this name; rename the field",
        )


def _keys(part: Any) -> Iterator[str]:
    """The keys of all fields of a form, groups included."""
    if isinstance(part, Mapping):
        yield str(part.get("key", ""))
        for child in part.get("components", ()):
            yield from _keys(child)
