"""BPMN text → processes as drawn. What the words mean together is judged in `checking`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from processes.xmlreading import BPMN, XmlRefused, read_xml

from .attributes import check_own_attributes
from .extensions import check_attributes, check_strangers, read_extensions
from .findings import Findings
from .markers import read_marker
from .places import check_others, check_place
from .triggers import DECLARATIONS, Triggers
from .types import Element, Flow
from .vocabulary import ACTIVITIES, EVENTS, LOOP, MARKERS, NEUTRAL, NODES, SCOPES
from .words import (
    bpmn_children,
    check_words,
    line_of,
    local,
    owner_of,
    reference,
    text_of,
    triggered_by_event,
)

_TOP = DECLARATIONS | {"process", "collaboration"}
_READ = NODES | {"process", "message", "sequenceFlow", LOOP}
"""Elements whose extensions are read where they are; on all others only properties may stand."""
_AS_DIGITS: Mapping[str, str] = {"false": "0"}
"""How XML may also write what is the default."""
_NAMED = NODES | {"process", "sequenceFlow"}
"""Elements that are known by their ids."""


@dataclass(frozen=True, kw_only=True)
class DrawnProcess:
    """One `bpmn:process` with all that is drawn in it, sub-processes included."""

    id: str
    name: str
    file: str
    elements: tuple[Element, ...]
    """In document order."""
    flows: tuple[Flow, ...]
    """In document order: the order in which conditions are tried."""
    version_tag: str = ""


def read_diagram(file: str, data: bytes, findings: Findings) -> list[DrawnProcess]:
    """The processes drawn in `data`; `file` names it in problems."""
    try:
        root = read_xml(data, strangers=True)
    except XmlRefused as error:
        findings.add("bad-xml", "", "{file}: {error}", file=file, error=str(error))
        return []
    if root.tag != f"{{{BPMN}}}definitions":
        findings.add(
            "bad-xml",
            "",
            "{file}: Expected BPMN definitions, found {found}",
            file=file,
            found=local(root),
        )
        return []
    return _Diagram(file, root, findings).processes()


class _Diagram:
    """One file while it is read."""

    def __init__(self, file: str, root: etree._Element, findings: Findings) -> None:
        self._file = file
        self._root = root
        self._findings = findings
        self._triggers = Triggers(root, findings)
        self._ids: set[str] = set()

    def processes(self) -> list[DrawnProcess]:
        """All that are drawn in the file."""
        check_strangers(self._root, self._findings)
        self._check_everything()
        check_words(self._root, _TOP, self._findings)
        for node in bpmn_children(self._root):
            if local(node) == "collaboration":
                check_words(node, frozenset(), self._findings)
        return [self._process(node) for node in bpmn_children(self._root) if _is_process(node)]

    def _check_everything(self) -> None:
        for node in self._root.iter(f"{{{BPMN}}}*"):
            identifier = node.get("id")
            if identifier and identifier in self._ids:
                self._add("duplicate-id", node, "Expected every id once, found this one twice")
            self._ids.add(identifier or "")
        for node in self._root.iter(f"{{{BPMN}}}*"):
            if local(node) in _NAMED and not node.get("id"):
                node.set("id", self._name_for(node))
            check_others(node, self._findings)
            check_place(node, self._findings)
            check_own_attributes(node, self._findings)
            check_attributes(node, self._findings)
            if local(node) not in _READ:
                read_extensions(node, self._findings)

    def _add(self, rule: str, node: etree._Element, template: str, /, **parameters: object) -> None:
        self._findings.add(rule, owner_of(node), template, **parameters)

    def _process(self, node: etree._Element) -> DrawnProcess:
        process_id = node.get("id", "")
        if node.get("isExecutable") in ("false", "0"):
            self._add("not-executable", node, "Expected an executable process; mark it as such")
        fields = read_extensions(node, self._findings)
        elements: list[Element] = []
        flows: list[Flow] = []
        associations: dict[str, list[str]] = {}
        pending = [(node, "")]
        while pending:
            scope, parent_id = pending.pop()
            known = NODES | {"sequenceFlow"} | (MARKERS if parent_id else set())
            check_words(scope, known, self._findings)
            place = {"process_id": process_id, "parent_id": parent_id}
            for child in bpmn_children(scope):
                if local(child) in NODES:
                    elements.append(self._element(child, place))
                elif local(child) == "sequenceFlow":
                    flows.append(self._flow(child, place))
                elif local(child) == "association":
                    targets = associations.setdefault(reference(child, "sourceRef"), [])
                    targets.append(reference(child, "targetRef"))
                if local(child) in SCOPES:
                    pending.append((child, child.get("id", "")))
        return DrawnProcess(
            id=process_id,
            name=node.get("name", ""),
            version_tag=fields.get("version_tag", ""),
            file=self._file,
            elements=tuple(
                _with_handler(element, elements, associations)
                for element in sorted(elements, key=lambda element: element.line)
            ),
            flows=tuple(flows),
        )

    def _flow(self, node: etree._Element, place: Mapping[str, Any]) -> Flow:
        check_words(node, frozenset({"conditionExpression"}), self._findings)
        read_extensions(node, self._findings)
        condition = node.find(f"{{{BPMN}}}conditionExpression")
        if condition is not None and not text_of(condition):
            self._add("bad-feel", node, "Expected a condition in FEEL, found nothing")
        return Flow(
            id=node.get("id", ""),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            name=node.get("name", ""),
            condition=text_of(condition),
            line=line_of(node),
            **place,
        )

    def _name_for(self, node: etree._Element) -> str:
        """An id for what was drawn without one, which BPMN allows; only flows can do with it."""
        called = f"({local(node)} in line {line_of(node)})"
        if local(node) == "sequenceFlow":
            called = f"{node.get('sourceRef', '')}→{node.get('targetRef', '')}"
        names = (f"{called}{count or ''}" for count in range(len(self._ids) + 1))
        found = next(name for name in names if name not in self._ids)
        self._ids.add(found)
        return found

    def _element(self, node: etree._Element, place: Mapping[str, Any]) -> Element:
        for attribute, default in NEUTRAL.items():
            if attribute == "triggeredByEvent" and local(node) == "subProcess":
                continue
            if attribute == "isForCompensation" and local(node) in ACTIVITIES:
                continue
            if node.get(attribute, default) not in (default, _AS_DIGITS.get(default)):
                self._add(
                    "not-supported",
                    node,
                    'Expected no {attribute}="{value}": it is not supported; '
                    "draw what it stands for",
                    attribute=attribute,
                    value=node.get(attribute),
                )
        fields: dict[str, Any] = read_extensions(node, self._findings)
        fields = self._activity(node) | fields
        if local(node) == "callActivity":
            self._check_called(node, fields.get("called_process", ""))
        if local(node) in EVENTS:
            fields |= self._triggers.of_event(node)
        return Element(
            id=node.get("id", ""),
            type=local(node),
            name=" ".join(node.get("name", "").split()),
            documentation=text_of(node.find(f"{{{BPMN}}}documentation")),
            default_flow=node.get("default", ""),
            line=line_of(node),
            **place,
            **fields,
        )

    def _activity(self, node: etree._Element) -> dict[str, Any]:
        if local(node) not in SCOPES and local(node) not in EVENTS:
            known = MARKERS if local(node) in ACTIVITIES else frozenset()
            check_words(node, known, self._findings)
        fields = read_marker(node, self._findings)
        if node.get("isForCompensation", "false") in ("true", "1"):
            fields["for_compensation"] = True
        if triggered_by_event(node):
            fields["triggered_by_event"] = True
        if local(node) == "receiveTask":
            return fields | self._triggers.of_message(node)
        called = reference(node, "calledElement") if local(node) == "callActivity" else ""
        return fields | ({"called_process": called} if called else {})

    def _check_called(self, node: etree._Element, called: str) -> None:
        said = reference(node, "calledElement")
        if said not in ("", called):
            self._add(
                "call",
                node,
                "Expected one called process, found {called!r:.60} in the panel and {said!r:.60} "
                "as calledElement; remove calledElement",
                called=called,
                said=said,
            )


def _with_handler(
    element: Element, elements: list[Element], associations: Mapping[str, list[str]]
) -> Element:
    if element.event != "compensate" or element.type != "boundaryEvent":
        return element
    # Associations lead to notes too.
    activities = {other.id for other in elements}
    found = [target for target in associations.get(element.id, ()) if target in activities]
    return replace(element, handler=" and ".join(found))


def _is_process(node: etree._Element) -> bool:
    return local(node) == "process"
