"""The elements and flows of one process, ready to be asked what leads where."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from .links import link_flows
from .reading import DrawnProcess
from .types import Element, Flow
from .vocabulary import SCOPES


class Graph:
    """The elements and flows of one process."""

    def __init__(self, process: DrawnProcess) -> None:
        self.process = process
        self.elements = {element.id: element for element in process.elements}
        self.outgoing: dict[str, list[Flow]] = {}
        """With the flows that links stand for."""
        self.incoming: dict[str, list[Flow]] = {}
        for flow in (*process.flows, *link_flows(process)):
            self.outgoing.setdefault(flow.source, []).append(flow)
            self.incoming.setdefault(flow.target, []).append(flow)

    @cached_property
    def starts(self) -> Mapping[str, list[Element]]:
        """Scope (process or sub-process) → its start events."""
        found: dict[str, list[Element]] = {self.process.id: []}
        for element in self.elements.values():
            if element.type in SCOPES:
                found.setdefault(element.id, [])
            if element.type == "startEvent":
                found.setdefault(element.parent_id or self.process.id, []).append(element)
        return found

    def event_subs(self, parent_id: str) -> list[Element]:
        """The event sub-processes drawn directly in a sub-process, or in the process."""
        return [
            element
            for element in self.elements.values()
            if element.triggered_by_event and element.parent_id == parent_id
        ]

    def reachable(self) -> set[str]:
        """Elements to which a token can come at all."""
        boundaries: dict[str, list[str]] = {}
        for element in self.elements.values():
            if element.attached_to:
                boundaries.setdefault(element.attached_to, []).append(element.id)
        seen: set[str] = set()
        pending = [start.id for start in self.starts[self.process.id]]
        pending += [event_sub.id for event_sub in self.event_subs("")]
        while pending:
            element_id = pending.pop()
            if element_id in seen or element_id not in self.elements:
                continue
            seen.add(element_id)
            pending += [flow.target for flow in self.outgoing.get(element_id, ())]
            pending += boundaries.get(element_id, ())
            pending += [self.elements[element_id].handler]
            pending += [start.id for start in self.starts.get(element_id, ())]
            pending += [event_sub.id for event_sub in self.event_subs(element_id)]
        return seen
