"""Which variables may be there when a token comes to an element, and when it leaves it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from processes.engine.types import Element

from .drawing import Drawing
from .naming import COUNTER, TAKEN_KEY, keys
from .surroundings import Surroundings

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


@dataclass(frozen=True)
class Known:
    """Variables that may be there; `anything`: others too."""

    names: frozenset[str] = frozenset()
    anything: bool = False

    def __or__(self, other: Known) -> Known:
        return Known(self.names | other.names, self.anything or other.anything)

    def has(self, name: str) -> bool:
        return self.anything or name in self.names


class DataFlow:
    """What may be there when tokens come to elements, and when they leave them."""

    def __init__(self, drawing: Drawing, surroundings: Surroundings, given: frozenset[str]) -> None:
        self.drawing = drawing
        self.surroundings = surroundings
        self._given = Known(given)
        self.before: dict[str, Known] = {}
        self.behind: dict[str, Known] = {}
        changed = True
        while changed:
            visits = [self._visit(element) for element in drawing.elements]
            changed = any(visits)
        self.everything = self._union(self.behind.values())
        """All that is ever there."""

    def _visit(self, element: Element) -> bool:
        before = self._arriving(element)
        behind = before | self._made(element) | self._left_behind(element)
        same = (before, behind) == (self.before.get(element.id), self.behind.get(element.id))
        self.before[element.id], self.behind[element.id] = before, behind
        return not same

    def _arriving(self, element: Element) -> Known:
        found = self._union(
            self.behind.get(flow.source, Known())
            for flow in self.drawing.incoming.get(element.id, ())
        )
        if element.attached_to:
            host = self.drawing.by_id[element.attached_to]
            found |= self.before.get(host.id, Known()) | self.from_inside(host)
        if element.triggered_by_event:
            siblings = self.drawing.inside[element.parent_id]
            found |= self._union(self.behind.get(each.id, Known()) for each in siblings)
            found |= self._entry(element.parent_id)
        if element.type == "startEvent":
            found |= self._entry(element.parent_id)
        return found

    def _entry(self, scope: str) -> Known:
        """What is there when a scope begins."""
        around = self.drawing.by_id.get(scope)
        if around is None:
            return self._given
        return self.before.get(scope, Known()) | self.own(around)

    def from_inside(self, element: Element) -> Known:
        """What is set in a sub-process."""
        inner = self.drawing.inside.get(element.id, ())
        return self._union(self.behind.get(each.id, Known()) for each in inner)

    def _left_behind(self, element: Element) -> Known:
        """What is set in a sub-process and known behind it: its own names stay inside."""
        inside = self.from_inside(element)
        return Known(inside.names - self.own(element).names, inside.anything)

    def set_beside(self) -> Known:
        """What may be set at any moment: behind events that do not interrupt, and by handlers.

        What a job gives there without a mapping is left out, or nothing could be said.
        """
        beside = beside_the_way(self.drawing)
        return Known(frozenset().union(*(self._made(element).names for element in beside)))

    @staticmethod
    def _union(parts: Iterable[Known]) -> Known:
        parts = list(parts)
        return Known(
            frozenset().union(*(part.names for part in parts)),
            any(part.anything for part in parts),
        )

    def own(self, element: Element) -> Known:
        """What only `element` itself sees, and what is in it."""
        return Known(frozenset(root(line.target) for line in element.inputs)) | self.item(element)

    def _made(self, element: Element) -> Known:
        """What `element` leaves behind."""
        names = {root(line.target) for line in element.outputs}
        result = self.result(element)
        loop = {element.loop.output_collection} if element.loop else set()
        if not names and not (element.type == "callActivity" and not element.propagate_child):
            stays = self.own(element).names
            return Known(result.names - stays, result.anything) | Known(frozenset(loop - {""}))
        if element.loop and not element.loop.standard:
            names -= self.own(element).names
        return Known(frozenset(names | loop - {""}))

    def result(self, element: Element) -> Known:
        """What the work of `element` gives, before it is mapped."""
        if element.topic or element.type in ("receiveTask", "callActivity"):
            return Known(anything=True)
        if element.type in ("scriptTask", "businessRuleTask"):
            return Known(frozenset({root(element.result_variable)}))
        if element.type == "userTask":
            form = self.surroundings.forms.get(element.form_id)
            if form is None:
                return Known(anything=True)
            return Known(frozenset(root(key) for key in keys(form)) | {TAKEN_KEY})
        catches = element.type in ("boundaryEvent", "startEvent", "intermediateCatchEvent")
        return Known(anything=catches and element.event in _EVENTS_WITH_PAYLOAD)

    @staticmethod
    def item(element: Element) -> Known:
        """What each turn of a loop has of its own."""
        if element.loop is None:
            return Known()
        return Known(_COUNTS | {element.loop.input_element})


def beside_the_way(drawing: Drawing) -> list[Element]:
    """Elements to which no token comes but from an event that does not interrupt, or to undo."""
    pending = [e.id for e in drawing.elements if e.type == "startEvent" and e.interrupting]
    way: set[str] = set()
    while pending:
        found = pending.pop()
        if found not in way:
            way.add(found)
            pending += [flow.target for flow in drawing.outgoing.get(found, ())]
            pending += [e.id for e in drawing.boundaries.get(found, ()) if e.interrupting]
    way |= {element.id for element in drawing.elements if element.triggered_by_event}
    return [
        element
        for element in drawing.elements
        if not way.issuperset([element.id, *(scope.id for scope in drawing.around(element))])
    ]


def root(path: str) -> str:
    """The variable that a path leads into."""
    return path.partition(".")[0]
