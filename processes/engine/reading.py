"""BPMN text → processes as drawn. What the words mean together is judged in `checking`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from processes.xmlreading import BPMN, XmlRefused, read_xml

from .extensions import check_attributes, read_extensions
from .findings import Findings
from .types import Element, Flow
from .vocabulary import DESCRIPTIVE, EVENTS, NEUTRAL, NODES, WAYS_OUT

_EVENT_DEFINITION = "EventDefinition"


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


def read_diagram(file: str, data: bytes, findings: Findings) -> list[DrawnProcess]:
    """The processes drawn in `data`; `file` names it in problems."""
    try:
        root = read_xml(data)
    except XmlRefused as error:
        findings.add("bad-xml", "", f"{file}: {error}")
        return []
    if root.tag != f"{{{BPMN}}}definitions":
        findings.add("bad-xml", "", f"{file}: Expected BPMN definitions, found {_local(root)}")
        return []
    return _Diagram(file, root, findings).processes()


def _local(node: etree._Element) -> str:
    return etree.QName(node).localname


def _bpmn(node: etree._Element) -> Iterator[etree._Element]:
    return (child for child in node if etree.QName(child).namespace == BPMN)


class _Diagram:
    """One file while it is read; its messages, errors and escalations are its own."""

    def __init__(self, file: str, root: etree._Element, findings: Findings) -> None:
        self._file = file
        self._root = root
        self._findings = findings
        self._declared = {
            (_local(node), node.get("id", "")): node
            for node in _bpmn(root)
            if _local(node) in ("message", "error", "escalation")
        }
        self._check_ids()

    def processes(self) -> list[DrawnProcess]:
        for node in _bpmn(self._root):
            if _local(node) == "collaboration":
                self._check_words(node, frozenset())
        known = frozenset({"process", "message", "error", "escalation", "signal", "collaboration"})
        self._check_words(self._root, known)
        return [self._process(node) for node in _bpmn(self._root) if _local(node) == "process"]

    def _check_ids(self) -> None:
        seen: set[str] = set()
        for node in self._root.iter(f"{{{BPMN}}}*"):
            identifier = node.get("id")
            if identifier is not None and identifier in seen:
                self._add("duplicate-id", node, "Expected every id once, found this one twice")
            seen.add(identifier or "")

    def _add(self, rule: str, node: etree._Element, sentence: str) -> None:
        self._findings.add(rule, node.get("id", ""), sentence)

    def _check_words(self, node: etree._Element, known: frozenset[str]) -> None:
        for child in _bpmn(node):
            word = _local(child)
            if word not in known and word not in DESCRIPTIVE:
                drawn = word.lower().endswith(("task", "gateway", "process", "transaction"))
                way_out = WAYS_OUT.get(word, "remove it")
                self._add(
                    "not-supported",
                    child if drawn and child.get("id") else node,
                    f"Expected no {word}: it is not supported; {way_out}",
                )

    def _process(self, node: etree._Element) -> DrawnProcess:
        process_id = node.get("id", "")
        if node.get("isExecutable") == "false":
            self._add("not-executable", node, "Expected an executable process; mark it as such")
        read_extensions(node, process_id, self._findings)
        elements: list[Element] = []
        flows: list[Flow] = []
        pending = [(node, "")]
        while pending:
            scope, parent_id = pending.pop()
            self._check_words(scope, NODES | {"sequenceFlow"})
            place = {"process_id": process_id, "parent_id": parent_id}
            for child in _bpmn(scope):
                if _local(child) in NODES:
                    elements.append(self._element(child, place))
                elif _local(child) == "sequenceFlow":
                    flows.append(self._flow(child, place))
                if _local(child) == "subProcess":
                    pending.append((child, child.get("id", "")))
        return DrawnProcess(
            id=process_id,
            name=node.get("name", ""),
            file=self._file,
            elements=tuple(sorted(elements, key=lambda element: element.line)),
            flows=tuple(flows),
        )

    def _flow(self, node: etree._Element, place: Mapping[str, Any]) -> Flow:
        check_attributes(node, node.get("id", ""), self._findings)
        self._check_words(node, frozenset({"conditionExpression"}))
        read_extensions(node, node.get("id", ""), self._findings)
        condition = node.find(f"{{{BPMN}}}conditionExpression")
        if condition is not None and "feel" not in condition.get("language", "feel").lower():
            self._add("bad-feel", node, "Expected the condition in FEEL, found another language")
        return Flow(
            id=node.get("id", ""),
            source=node.get("sourceRef", ""),
            target=node.get("targetRef", ""),
            name=node.get("name", ""),
            condition=_text(condition),
            line=_line(node),
            **place,
        )

    def _element(self, node: etree._Element, place: Mapping[str, Any]) -> Element:
        identifier = node.get("id", "")
        check_attributes(node, identifier, self._findings)
        for attribute, default in NEUTRAL.items():
            if node.get(attribute, default) != default:
                self._add(
                    "not-supported",
                    node,
                    f'Expected no {attribute}="{node.get(attribute)}": it is not supported; '
                    "draw what it stands for",
                )
        fields: dict[str, Any] = read_extensions(node, identifier, self._findings)
        fields |= self._event(node) if _local(node) in EVENTS else self._activity(node)
        return Element(
            id=identifier,
            type=_local(node),
            name=" ".join(node.get("name", "").split()),
            documentation=_text(node.find(f"{{{BPMN}}}documentation")),
            default_flow=node.get("default", ""),
            line=_line(node),
            **place,
            **fields,
        )

    def _activity(self, node: etree._Element) -> dict[str, Any]:
        if _local(node) != "subProcess":
            self._check_words(node, frozenset())
        if _local(node) == "callActivity" and node.get("calledElement"):
            return (
                {}
                if node.find(".//{*}calledElement") is not None
                else {"called_process": node.get("calledElement", "")}
            )
        return self._message(node) if _local(node) == "receiveTask" else {}

    def _event(self, node: etree._Element) -> dict[str, Any]:
        definitions = [n for n in _bpmn(node) if _local(n).endswith(_EVENT_DEFINITION)]
        kind = _local(definitions[0]).removesuffix(_EVENT_DEFINITION) if definitions else "none"
        allowed = EVENTS[_local(node)]
        self._check_words(node, frozenset(f"{word}{_EVENT_DEFINITION}" for word in allowed))
        if len(definitions) > 1 or (kind == "none" and "none" not in allowed):
            self._add("event", node, f"Expected one event definition, found {len(definitions)}")
        fields: dict[str, Any] = {"event": kind}
        if _local(node) == "boundaryEvent":
            fields["attached_to"] = node.get("attachedToRef", "")
            fields["interrupting"] = node.get("cancelActivity", "true") == "true"
        if not definitions or kind not in allowed or _local(node) == "startEvent":
            return fields
        readers = {"timer": self._timer, "message": self._message}
        return fields | readers.get(kind, self._code)(definitions[0])

    def _timer(self, node: etree._Element) -> dict[str, Any]:
        kinds = [child for child in _bpmn(node) if _local(child) not in DESCRIPTIVE]
        kind = _local(kinds[0]).removeprefix("time").lower() if len(kinds) == 1 else ""
        if kind not in ("duration", "date"):
            self._add(
                "bad-timer",
                _owner(node),
                "Expected one duration or one date, found "
                + (" and ".join(_local(child) for child in kinds) or "none")
                + "; a cycle is not supported: draw a loop",
            )
            return {}
        return {"timer": _text(kinds[0]), "timer_kind": kind}

    def _message(self, node: etree._Element) -> dict[str, Any]:
        message = self._reference(node, "message")
        if message is None:
            return {}
        if not message.get("name"):
            self._add("missing", _owner(node), "Expected a message with a name, found none")
        fields = read_extensions(message, message.get("id", ""), self._findings)
        return {
            "message": message.get("name", ""),
            "correlation_key": fields.get("correlation_key", ""),
        }

    def _code(self, node: etree._Element) -> dict[str, Any]:
        kind = _local(node).removesuffix(_EVENT_DEFINITION)
        catches_all = not node.get(f"{kind}Ref")
        declared = None if kind == "terminate" or catches_all else self._reference(node, kind)
        return {} if declared is None else {"code": declared.get(f"{kind}Code", "")}

    def _reference(self, node: etree._Element, kind: str) -> etree._Element | None:
        reference = node.get(f"{kind}Ref", "")
        declared = self._declared.get((kind, reference))
        if declared is None:
            self._add(
                "unknown-reference",
                _owner(node),
                f"Expected a {kind} declared in this file, found {reference or 'none'}; choose one",
            )
        return declared


def _owner(node: etree._Element) -> etree._Element:
    """The drawn element that an event definition belongs to; a task is its own."""
    parent = node.getparent()
    return node if parent is None or _local(node).endswith("Task") else parent


def _text(node: etree._Element | None) -> str:
    return "" if node is None else "".join(str(part) for part in node.itertext()).strip()


def _line(node: etree._Element) -> int:
    line: int | None = getattr(node, "sourceline", None)
    return line or 0
