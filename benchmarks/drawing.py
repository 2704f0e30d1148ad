"""A flow drawn once and written twice: in our dialect, and in the one SpiffWorkflow reads.

Only what the benchmarks need. The two files have the same elements in the same order; what
differs is how an expression is written, and how a service task or a message is described.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from xml.sax.saxutils import escape, quoteattr

_NAMESPACES = {
    "xmlns:bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "xmlns:zeebe": "http://camunda.org/schema/zeebe/1.0",
    "xmlns:spiffworkflow": "http://spiffworkflow.org/bpmn/schema/1.0/core",
}


@dataclass(frozen=True)
class Text:
    """One expression in both languages."""

    feel: str
    python: str


@dataclass(frozen=True, kw_only=True)
class Node:
    """A drawn element. Fields that do not belong to its type are empty."""

    type: str
    id: str
    attached_to: str = ""
    interrupting: bool = True
    after: str = ""
    """Timer: an ISO 8601 duration."""
    message: str = ""
    key: Text | None = None
    """Message: the correlation key."""
    error: str = ""
    expression: Text | None = None
    """Script task: what its result variable becomes."""
    result: str = ""
    calls: str = ""
    """Call activity: a process. Rule task: a decision."""
    default: str = ""
    inside: Drawing | None = None


@dataclass(frozen=True)
class Flow:
    """A sequence flow."""

    source: str
    target: str
    condition: Text | None = None

    @property
    def id(self) -> str:
        return f"{self.source}_to_{self.target}"


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A process, or what is drawn inside a sub-process."""

    id: str
    nodes: Sequence[Node]
    flows: Sequence[Flow]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A decision table with hit policy FIRST."""

    id: str
    inputs: Sequence[Text]
    outputs: Sequence[str]
    rows: Sequence[tuple[Sequence[Text], Sequence[str]]] = field(default=())


class Dialect(Protocol):
    """What differs between the two files."""

    def expression(self, text: Text) -> str: ...
    def condition(self, text: Text) -> str: ...
    def duration(self, iso: str) -> str: ...
    def detail(self, node: Node) -> str:
        """What stands inside the element of `node`, beside its event definition."""
        ...

    def call(self, node: Node) -> dict[str, str]: ...
    def definitions(self, process: Drawing) -> str:
        """What messages need outside of the processes."""
        ...


def bpmn(dialect: Dialect, processes: Sequence[Drawing]) -> str:
    """Return a BPMN file; the first process is the one that is started."""
    nodes = [node for process in processes for node in every_node(process)]
    errors = dict.fromkeys(node.error for node in nodes if node.error)
    parts = [
        dialect.definitions(processes[0]),
        *(tag("bpmn:error", {"id": f"Error_{code}", "errorCode": code}) for code in errors),
        *(_process(dialect, process) for process in processes),
    ]
    attributes = {**_NAMESPACES, "id": "Definitions", "targetNamespace": "http://afterflow.example"}
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag("bpmn:definitions", attributes, *parts)


def dmn(dialect: Dialect, rules: Rules) -> str:
    """Return a DMN file with one table."""
    inputs = [
        tag(
            "input", {"id": f"in{n}"}, tag("inputExpression", {"id": f"x{n}"}, _text(dialect, text))
        )
        for n, text in enumerate(rules.inputs)
    ]
    outputs = [tag("output", {"id": f"out{n}", "name": n}) for n in rules.outputs]
    rows = [
        tag("rule", {"id": f"rule{n}"}, *_entries(dialect, n, tests, values))
        for n, (tests, values) in enumerate(rules.rows)
    ]
    table = tag("decisionTable", {"id": "table", "hitPolicy": "FIRST"}, *inputs, *outputs, *rows)
    attributes = {
        "xmlns": "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "id": "rules",
        "name": "rules",
        "namespace": "http://afterflow.example",
    }
    decision = tag("decision", {"id": rules.id, "name": rules.id}, table)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag("definitions", attributes, decision)


def tag(name: str, attributes: dict[str, str], *inner: str) -> str:
    """Return one element; `inner` is XML already."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{''.join(inner)}</{name}>"


def every_node(drawing: Drawing) -> Iterable[Node]:
    """All nodes of a drawing, those inside sub-processes as well."""
    for node in drawing.nodes:
        yield node
        if node.inside:
            yield from every_node(node.inside)


def _entries(dialect: Dialect, row: int, tests: Sequence[Text], values: Sequence[str]) -> list[str]:
    left = [
        tag("inputEntry", {"id": f"i{row}_{n}"}, _text(dialect, text))
        for n, text in enumerate(tests)
    ]
    right = [
        tag("outputEntry", {"id": f"o{row}_{n}"}, tag("text", {}, escape(value)))
        for n, value in enumerate(values)
    ]
    return left + right


def _text(dialect: Dialect, text: Text) -> str:
    return tag("text", {}, escape(dialect.expression(text)))


def _process(dialect: Dialect, process: Drawing) -> str:
    attributes = {"id": process.id, "name": process.id, "isExecutable": "true"}
    return tag("bpmn:process", attributes, *_content(dialect, process))


def _content(dialect: Dialect, drawing: Drawing) -> list[str]:
    return [
        *(_node(dialect, node) for node in drawing.nodes),
        *(_flow(dialect, flow) for flow in drawing.flows),
    ]


def _node(dialect: Dialect, node: Node) -> str:
    attributes = {"id": node.id, "name": node.id}
    if node.attached_to:
        attributes["attachedToRef"] = node.attached_to
        attributes["cancelActivity"] = str(node.interrupting).lower()
    if node.default:
        attributes["default"] = f"{node.id}_to_{node.default}"
    if node.type == "callActivity":
        attributes |= dialect.call(node)
    inside = _content(dialect, node.inside) if node.inside else []
    return tag(
        f"bpmn:{node.type}", attributes, dialect.detail(node), _event(dialect, node), *inside
    )


def _event(dialect: Dialect, node: Node) -> str:
    if node.after:
        duration = tag(
            "bpmn:timeDuration",
            {"xsi:type": "bpmn:tFormalExpression"},
            escape(dialect.duration(node.after)),
        )
        return tag("bpmn:timerEventDefinition", {"id": f"{node.id}_timer"}, duration)
    if node.error:
        attributes = {"id": f"{node.id}_error", "errorRef": f"Error_{node.error}"}
        return tag("bpmn:errorEventDefinition", attributes)
    return ""


def _flow(dialect: Dialect, flow: Flow) -> str:
    attributes = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
    if flow.condition is None:
        return tag("bpmn:sequenceFlow", attributes)
    condition = tag(
        "bpmn:conditionExpression",
        {"xsi:type": "bpmn:tFormalExpression"},
        escape(dialect.condition(flow.condition)),
    )
    return tag("bpmn:sequenceFlow", attributes, condition)
