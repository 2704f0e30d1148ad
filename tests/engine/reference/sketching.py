"""A diagram somebody else drew as a sketch, where it draws nothing that sketches do not know.

Read from the XML itself, without the engine's reader, so that it witnesses that one too.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from lxml import etree

from processes.xmlreading import BPMN
from tests.engine.reference.details import Details, Unknown, condition_of, expect, local, yes
from tests.engine.reference.sketch import Flow, Node, Sketch

_KINDS = (
    *("userTask", "serviceTask", "receiveTask", "subProcess", "callActivity"),
    *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"),
    *("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"),
    "boundaryEvent",
)
_LET_BE = ("incoming", "outgoing", "documentation", "extensionElements", "sequenceFlow")
_DRAWN = ("association", "textAnnotation", "laneSet", "dataObject", "dataObjectReference")


def sketched(data: bytes, process_id: str) -> Sketch:
    """The process `process_id` of `data`, and those it calls.

    Raises:
        Unknown: it cannot be said in a sketch.
    """
    parser = etree.XMLParser(remove_comments=True)
    return _Reader(etree.fromstring(data, parser)).sketch(process_id)


class _Reader:
    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._details = Details(root)
        self._handlers = {
            node.get("sourceRef"): node.get("targetRef")
            for node in root.iter(f"{{{BPMN}}}association")
        }
        self._sketch = Sketch()

    def sketch(self, process_id: str) -> Sketch:
        pending = [process_id]
        while pending:
            called = pending.pop()
            if called in self._sketch.processes:
                continue
            found = self._details.declared.get(called)
            expect(found is not None and local(found) == "process")
            self._sketch.processes.append(called)
            self._scope(found, called)
            pending += [node.called for node in self._sketch.inside(called) if node.called]
            pending += [node.called for node in self._sketch.nodes.values() if node.called]
        self._link()
        self._check()
        return self._sketch

    def _scope(self, scope: etree._Element, name: str) -> None:
        for child in scope.iterchildren(f"{{{BPMN}}}*"):
            kind = local(child)
            if kind in _KINDS:
                self._node(child, kind, name)
            elif kind == "sequenceFlow":
                self._flow(child)
            else:
                expect(kind in (*_LET_BE, *_DRAWN) or kind == "multiInstanceLoopCharacteristics")

    def _flow(self, node: etree._Element) -> None:
        flow = Flow(
            id=node.get("id") or f"flow{len(self._sketch.flows)}",
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            condition=condition_of(node.find(f"{{{BPMN}}}conditionExpression")),
        )
        self._sketch.flows.append(flow)

    def _node(self, node: etree._Element, kind: str, scope: str) -> None:
        name = node.get("id", "")
        expect(not name.startswith("it_"))
        fields: dict[str, Any] = self._details.event(node, kind)
        fields |= self._details.extensions(node, kind)
        if kind == "receiveTask":
            fields |= {"event": "message", "name": self._details.called(node, "message")}
        if kind == "callActivity":
            fields.setdefault("called", node.get("calledElement", ""))
            expect(not fields["called"].startswith("="))
        marker = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
        if marker is not None:
            fields["loop"] = self._details.loop(marker, name)
        self._sketch.nodes[name] = Node(
            id=name,
            kind=kind,
            scope=scope,
            default=node.get("default", ""),
            host=node.get("attachedToRef", ""),
            handler=self._handler(name, fields),
            undoes=yes(node, "isForCompensation", "false"),
            event_sub=yes(node, "triggeredByEvent", "false"),
            **fields,
        )
        if kind == "subProcess":
            self._scope(node, name)

    def _handler(self, name: str, fields: Mapping[str, Any]) -> str:
        return self._handlers.get(name, "") if fields.get("event") == "compensate" else ""

    def _link(self) -> None:
        """Links are flows."""
        nodes = [node for node in self._sketch.nodes.values() if node.event == "link"]
        for throw in (node for node in nodes if node.kind == "intermediateThrowEvent"):
            for catch in (node for node in nodes if node.kind == "intermediateCatchEvent"):
                if (catch.name, catch.scope) == (throw.name, throw.scope):
                    name = f"flow{len(self._sketch.flows)}"
                    self._sketch.flows.append(Flow(id=name, source=throw.id, target=catch.id))

    def _check(self) -> None:
        """Whether nothing goes round in circles: else it might never come to rest."""
        before: dict[str, set[str]] = {}
        for flow in self._sketch.flows:
            before.setdefault(flow.target, set()).add(flow.source)
        for node in self._sketch.nodes.values():
            choices = [way for way in self._sketch.ways(node.id) if way.condition]
            expect(node.default or not choices)
            before.setdefault(node.id, set()).update({node.host} - {""})
            before[node.id] |= {node.scope}
            if node.called:
                before.setdefault(node.called, set()).add(node.id)
            starts = [n for n in self._sketch.inside(node.id) if n.kind == "startEvent"]
            expect(node.kind != "subProcess" or len(starts) == 1)
        for process in self._sketch.processes:
            starts = [n for n in self._sketch.inside(process) if n.kind == "startEvent"]
            expect(len(starts) == 1)
        try:
            TopologicalSorter(before).prepare()
        except CycleError as error:
            raise Unknown from error
