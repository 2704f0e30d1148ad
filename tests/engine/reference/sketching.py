"""A diagram somebody else drew as a sketch, where it draws nothing that sketches do not know.

Read from the XML itself, without the engine's reader, so that it witnesses that one too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from lxml import etree

from processes.xmlreading import BPMN, ZEEBE
from tests.engine.reference.sketch import CONSTANTS, Condition, Flow, Loop, Node, Sketch

_KINDS = (
    *("userTask", "serviceTask", "receiveTask", "subProcess", "callActivity"),
    *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"),
    *("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent"),
    "boundaryEvent",
)
_EVENTS = ("timer", "message", "signal", "error", "escalation", "compensate", "link", "terminate")
_LET_BE = ("incoming", "outgoing", "documentation", "extensionElements", "sequenceFlow")
_DRAWN = ("association", "textAnnotation", "laneSet", "dataObject", "dataObjectReference")
_MINUTES = re.compile(r"(?:R(\d*)/)?PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?")
_FOR_EVER = 1_000_000


class Unknown(Exception):
    """Something is drawn that sketches do not know."""


def sketched(data: bytes, process_id: str) -> Sketch:
    """The process `process_id` of `data`, and those it calls.

    Raises:
        Unknown: it cannot be said in a sketch.
    """
    parser = etree.XMLParser(remove_comments=True)
    return _Reader(etree.fromstring(data, parser)).sketch(process_id)


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


def _yes(node: etree._Element, name: str, default: str) -> bool:
    return node.get(name, default) in ("true", "1")


def _expect(holds: object) -> None:
    if not holds:
        raise Unknown


def _condition(node: etree._Element | None) -> Condition | None:
    """Conditions are about what never changes: which way was drawn first says the rest."""
    if node is None:
        return None
    match = re.fullmatch(r"=\s*(k\d) = (\d)\s*", "".join(node.itertext()).strip())
    _expect(match and match[1] in CONSTANTS)
    assert match is not None
    return Condition(variable=match[1], values=(int(match[2]),))


class _Reader:
    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._declared = {node.get("id"): node for node in root if node.get("id")}
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
            found = self._declared.get(called)
            _expect(found is not None and _local(found) == "process")
            self._sketch.processes.append(called)
            self._scope(found, called)
            pending += [node.called for node in self._sketch.inside(called) if node.called]
            pending += [node.called for node in self._sketch.nodes.values() if node.called]
        self._link()
        self._check()
        return self._sketch

    def _scope(self, scope: etree._Element, name: str) -> None:
        for child in scope.iterchildren(f"{{{BPMN}}}*"):
            kind = _local(child)
            if kind in _KINDS:
                self._node(child, kind, name)
            elif kind == "sequenceFlow":
                self._flow(child)
            else:
                _expect(kind in (*_LET_BE, *_DRAWN) or kind == "multiInstanceLoopCharacteristics")

    def _flow(self, node: etree._Element) -> None:
        flow = Flow(
            id=node.get("id") or f"flow{len(self._sketch.flows)}",
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            condition=_condition(node.find(f"{{{BPMN}}}conditionExpression")),
        )
        self._sketch.flows.append(flow)

    def _node(self, node: etree._Element, kind: str, scope: str) -> None:
        name = node.get("id", "")
        _expect(not name.startswith("it_"))
        fields: dict[str, Any] = self._event(node, kind)
        fields |= self._extensions(node, kind)
        if kind == "receiveTask":
            fields |= {"event": "message", "name": self._called(node, "message")}
        if kind == "callActivity":
            fields.setdefault("called", node.get("calledElement", ""))
            _expect(not fields["called"].startswith("="))
        marker = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
        if marker is not None:
            fields["loop"] = self._loop(marker, name)
        self._sketch.nodes[name] = Node(
            id=name,
            kind=kind,
            scope=scope,
            default=node.get("default", ""),
            host=node.get("attachedToRef", ""),
            handler=self._handler(name, fields),
            undoes=_yes(node, "isForCompensation", "false"),
            event_sub=_yes(node, "triggeredByEvent", "false"),
            **fields,
        )
        if kind == "subProcess":
            self._scope(node, name)

    def _handler(self, name: str, fields: Mapping[str, Any]) -> str:
        return self._handlers.get(name, "") if fields.get("event") == "compensate" else ""

    def _event(self, node: etree._Element, kind: str) -> dict[str, Any]:
        if not kind.endswith("Event"):
            return {}
        (definition,) = [n for n in node if _local(n).endswith("EventDefinition")] or [None]
        if definition is None:
            return {}
        event = _local(definition).removesuffix("EventDefinition")
        throws = kind in ("intermediateThrowEvent", "endEvent")
        _expect(event in _EVENTS and not (event == "message" and throws))
        kept = "cancelActivity" if kind == "boundaryEvent" else "isInterrupting"
        fields: dict[str, Any] = {"event": event, "interrupting": _yes(node, kept, "true")}
        if event == "timer":
            return fields | self._timer(definition)
        names: Mapping[str, Callable[[], str]] = {
            "compensate": lambda: definition.get("activityRef", ""),
            "link": lambda: definition.get("name", ""),
            "terminate": lambda: "",
        }
        found = names[event]() if event in names else self._called(definition, event)
        return fields | {"name": found}

    def _called(self, node: etree._Element, kind: str) -> str:
        """The name, or code, of what `node` refers to; of a message, its key is a plain text."""
        declared = self._declared.get(node.get(f"{kind}Ref"))
        if declared is None:
            return ""
        if kind == "message":
            found = declared.find(f".//{{{ZEEBE}}}subscription")
            _expect(found is None or not found.get("correlationKey", "=").startswith("="))
        name = "name" if kind in ("message", "signal") else f"{kind}Code"
        _expect(not declared.get(name, "").startswith("="))
        return declared.get(name, "")

    def _timer(self, definition: etree._Element) -> dict[str, int]:
        text = "".join(definition.itertext()).strip()
        match = _MINUTES.fullmatch(text)
        _expect(match)
        assert match is not None
        minutes = 60 * int(match[2] or 0) + int(match[3] or 0)
        _expect(minutes)
        repeats = 0 if match[1] is None else int(match[1] or _FOR_EVER)
        return {"minutes": minutes, "repeats": repeats}

    def _extensions(self, node: etree._Element, kind: str) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for each in node.findall(f"{{{BPMN}}}extensionElements/*"):
            if _local(each) == "calledElement" and kind == "callActivity":
                shares = [
                    _yes(each, f"propagateAll{whose}Variables", "true")
                    for whose in ("Parent", "Child")
                ]
                fields = {"called": each.get("processId", ""), "shares": tuple(shares)}
            else:
                _expect(_local(each) in ("taskDefinition", "properties"))
        return fields

    def _loop(self, marker: etree._Element, name: str) -> Loop:
        found = marker.find(f".//{{{ZEEBE}}}loopCharacteristics")
        _expect(found is not None and set(map(_local, marker)) == {"extensionElements"})
        items = re.fullmatch(r"=\[([\d, ]*)\]", found.get("inputCollection", ""))
        _expect(items and found.get("inputElement") == f"it_{name}")
        _expect(found.get("outputCollection") is None)
        assert items is not None
        return Loop(
            items=tuple(int(item) for item in items[1].split(",") if item.strip()),
            sequential=_yes(marker, "isSequential", "false"),
        )

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
            _expect(node.default or not choices)
            before.setdefault(node.id, set()).update({node.host} - {""})
            before[node.id] |= {node.scope}
            if node.called:
                before.setdefault(node.called, set()).add(node.id)
            starts = [n for n in self._sketch.inside(node.id) if n.kind == "startEvent"]
            _expect(node.kind != "subProcess" or len(starts) == 1)
        for process in self._sketch.processes:
            starts = [n for n in self._sketch.inside(process) if n.kind == "startEvent"]
            _expect(len(starts) == 1)
        try:
            TopologicalSorter(before).prepare()
        except CycleError as error:
            raise Unknown from error
