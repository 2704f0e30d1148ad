"""One process, ready to be asked what is around, behind and attached to an element."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from processes.engine.types import Element, Flow


class Drawing:
    """The elements and flows of one process; links are flows too."""

    def __init__(self, process_id: str, elements: Iterable[Element], flows: Iterable[Flow]) -> None:
        self.process_id = process_id
        self.elements = tuple(elements)
        self.by_id = {element.id: element for element in self.elements}
        drawn = [f for f in flows if f.source in self.by_id and f.target in self.by_id]
        self.flows = (*drawn, *self._links())
        self.outgoing: dict[str, list[Flow]] = {}
        self.incoming: dict[str, list[Flow]] = {}
        for flow in self.flows:
            self.outgoing.setdefault(flow.source, []).append(flow)
            self.incoming.setdefault(flow.target, []).append(flow)

    @cached_property
    def boundaries(self) -> dict[str, list[Element]]:
        """Activity → the events attached to it."""
        found: dict[str, list[Element]] = {}
        for element in self.elements:
            if element.attached_to:
                found.setdefault(element.attached_to, []).append(element)
        return found

    @cached_property
    def inside(self) -> dict[str, list[Element]]:
        """Scope (the process, or a sub-process) → what is drawn directly in it."""
        found: dict[str, list[Element]] = {"": []}
        for element in self.elements:
            found.setdefault(element.parent_id, []).append(element)
        return found

    def flow(self, flow_id: str) -> Flow:
        """The flow of this id."""
        return self._by_flow_id[flow_id]

    @cached_property
    def _by_flow_id(self) -> dict[str, Flow]:
        return {flow.id: flow for flow in self.flows}

    def within(self, scope: str) -> Iterator[Element]:
        """All that is drawn in a scope, at any depth."""
        for element in self.inside.get(scope, ()):
            yield element
            yield from self.within(element.id)

    def around(self, element: Element) -> Iterator[Element]:
        """The sub-processes that an element is drawn in, the innermost first."""
        while element.parent_id in self.by_id:
            element = self.by_id[element.parent_id]
            yield element

    def _links(self) -> Iterator[Flow]:
        links = [element for element in self.elements if element.event == "link"]
        for throw in links:
            for catch in links:
                if (
                    throw.type == "intermediateThrowEvent"
                    and catch.type == "intermediateCatchEvent"
                    and (throw.link, throw.parent_id) == (catch.link, catch.parent_id)
                ):
                    yield Flow(
                        id=f"{throw.id}>{catch.id}",
                        source=throw.id,
                        target=catch.id,
                        process_id=throw.process_id,
                        parent_id=throw.parent_id,
                    )


def drawings(elements: Iterable[Element], flows: Iterable[Flow]) -> list[Drawing]:
    """One for each process, in the order in which they begin."""
    flows = tuple(flows)
    by_process: dict[str, list[Element]] = {}
    for element in elements:
        by_process.setdefault(element.process_id, []).append(element)
    return [
        Drawing(key, drawn, [flow for flow in flows if flow.process_id == key])
        for key, drawn in by_process.items()
    ]
