"""Variables that are looked at before anything can have set them.

For each element: which variables may be there when a token comes. They come from whoever
starts the process (property `startVariables`), from mappings, scripts, decisions and the
fields of forms. What a job, a message or a called process gives is not known beforehand
unless it is mapped: behind it everything may be there, and nothing is said. A process that
does not list what it is started with is not judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache

from processes import feel
from processes.engine.errors import Problem
from processes.engine.types import Element

from .drawing import Drawing
from .naming import COUNTER, TAKEN_KEY, keys
from .problems import problem
from .surroundings import Surroundings

START_VARIABLES = "startVariables"
"""The property of a process that lists what whoever starts it gives."""
_EVENTS_WITH_PAYLOAD = frozenset({"message", "signal", "error", "escalation"})
_COUNTS = frozenset(
    {
        COUNTER,
        "numberOfInstances",
        "numberOfActiveInstances",
        "numberOfCompletedInstances",
        "numberOfTerminatedInstances",
    }
)
_LATER = frozenset({"output_element", "completion_condition", "condition"})
"""What is looked at when something has been done: by loops, and by conditional events."""


@dataclass(frozen=True)
class Known:
    """Variables that may be there; `anything`: others too."""

    names: frozenset[str] = frozenset()
    anything: bool = False

    def __or__(self, other: Known) -> Known:
        return Known(self.names | other.names, self.anything or other.anything)

    def has(self, name: str) -> bool:
        return self.anything or name in self.names


def check_variables(
    drawing: Drawing, surroundings: Surroundings, given: Collection[str]
) -> Iterator[Problem]:
    """What is looked at too early, when the process is started with what is `given`."""
    data = _DataFlow(drawing, surroundings, frozenset(given))
    # While somebody waits for a condition, all branches see what each of them sets.
    waits = any(element.event == "conditional" for element in drawing.elements)
    shared = data.everything if waits else Known()
    for element in drawing.elements:
        for name in () if element.for_compensation else dict.fromkeys(data.missing(element)):
            if shared.has(name):
                continue
            yield problem(
                "unset-variable",
                element.id,
                "Expected variable “{name}” to be set before it is looked at here, but on no "
                "way to this element is it; set it earlier, correct the name, or list it in "
                "property “{property}” of the process if whoever starts it gives it",
                name=name,
                property=START_VARIABLES,
            )


class _DataFlow:
    """What may be there when tokens come to elements, and when they leave them."""

    def __init__(self, drawing: Drawing, surroundings: Surroundings, given: frozenset[str]) -> None:
        self._drawing = drawing
        self._surroundings = surroundings
        self._given = Known(given)
        self._before: dict[str, Known] = {}
        self._behind: dict[str, Known] = {}
        changed = True
        while changed:
            visits = [self._visit(element) for element in drawing.elements]
            changed = any(visits)
        self.everything = self._union(self._behind.values())
        """All that is ever there."""

    def _visit(self, element: Element) -> bool:
        before = self._arriving(element)
        behind = before | self._made(element) | self._from_inside(element)
        same = (before, behind) == (self._before.get(element.id), self._behind.get(element.id))
        self._before[element.id], self._behind[element.id] = before, behind
        return not same

    def _arriving(self, element: Element) -> Known:
        found = self._union(
            self._behind.get(flow.source, Known())
            for flow in self._drawing.incoming.get(element.id, ())
        )
        if element.attached_to:
            host = self._drawing.by_id[element.attached_to]
            found |= self._before.get(host.id, Known()) | self._from_inside(host)
        if element.triggered_by_event:
            siblings = self._drawing.inside[element.parent_id]
            found |= self._union(self._behind.get(each.id, Known()) for each in siblings)
            found |= self._entry(element.parent_id)
        if element.type == "startEvent":
            found |= self._entry(element.parent_id)
        return found

    def _entry(self, scope: str) -> Known:
        """What is there when a scope begins."""
        around = self._drawing.by_id.get(scope)
        if around is None:
            return self._given
        return self._before.get(scope, Known()) | self._own(around)

    def _from_inside(self, element: Element) -> Known:
        inner = self._drawing.inside.get(element.id, ())
        return self._union(self._behind.get(each.id, Known()) for each in inner)

    @staticmethod
    def _union(parts: Iterable[Known]) -> Known:
        parts = list(parts)
        return Known(
            frozenset().union(*(part.names for part in parts)),
            any(part.anything for part in parts),
        )

    def _own(self, element: Element) -> Known:
        """What only `element` itself sees, and what is in it."""
        return Known(frozenset(_root(line.target) for line in element.inputs)) | self._item(element)

    def _made(self, element: Element) -> Known:
        """What `element` leaves behind."""
        names = {_root(line.target) for line in element.outputs}
        result = self._result(element)
        loop = {element.loop.output_collection} if element.loop else set()
        if not names and not (element.type == "callActivity" and not element.propagate_child):
            return result | Known(frozenset(loop - {""}))
        return Known(frozenset(names | loop - {""}))

    def _result(self, element: Element) -> Known:
        """What the work of `element` gives, before it is mapped."""
        if element.topic or element.type in ("receiveTask", "callActivity"):
            return Known(anything=True)
        if element.type in ("scriptTask", "businessRuleTask"):
            return Known(frozenset({_root(element.result_variable)}))
        if element.type == "userTask":
            form = self._surroundings.forms.get(element.form_id)
            if form is None:
                return Known(anything=True)
            return Known(frozenset(_root(key) for key in keys(form)) | {TAKEN_KEY})
        catches = element.type in ("boundaryEvent", "startEvent", "intermediateCatchEvent")
        return Known(anything=catches and element.event in _EVENTS_WITH_PAYLOAD)

    # What is looked at

    def missing(self, element: Element) -> Iterator[str]:
        """Names that cannot be there when `element` looks at them."""
        before = self._before[element.id]
        yield from _unknown(_texts(element), before | self._own(element))
        seen = before | self._item(element)
        for line in element.inputs:
            yield from _unknown([line.source], seen)
            seen |= Known(frozenset({_root(line.target)}))
        if element.type == "businessRuleTask" and not element.topic:
            looked_at = self._surroundings.decisions.get(element.decision_id, ())
            yield from (name for name in looked_at if not seen.has(name))
        seen |= self._result(element) | self._from_inside(element)
        yield from self._later(element, seen)
        flows = self._drawing.outgoing.get(element.id, ())
        yield from _unknown([flow.condition for flow in flows], self._behind[element.id])

    @staticmethod
    def _item(element: Element) -> Known:
        if element.loop is None:
            return Known()
        return Known(_COUNTS | {element.loop.input_element})

    def _later(self, element: Element, seen: Known) -> Iterator[str]:
        for line in element.outputs:
            yield from _unknown([line.source], seen)
            seen |= Known(frozenset({_root(line.target)}))
        if element.loop is not None:
            texts = (getattr(element.loop, name) for name in _LATER)
            yield from _unknown(texts, seen | self._behind[element.id])


def _texts(element: Element) -> Iterator[str]:
    """What `element` evaluates before its work: all that is FEEL but its mappings."""
    for part in (element, element.loop):
        for each in fields(part) if part is not None else ():
            value = getattr(part, each.name)
            if isinstance(value, str) and each.name not in {*_LATER, "name", "documentation"}:
                yield value


def _unknown(texts: Iterable[str], known: Known) -> Iterator[str]:
    for text in texts:
        if text.startswith("="):
            yield from (name for name in sorted(_names(text)) if not known.has(name))


@cache
def _names(text: str) -> frozenset[str]:
    try:
        return feel.compile_expression(text[1:]).names
    except feel.FeelError:
        return frozenset()


def _root(path: str) -> str:
    return path.partition(".")[0]
