"""Whether what is drawn fits together: every token finds a way, every reference an end."""

from __future__ import annotations

from collections.abc import Iterable

from processes.sentences import say

from .catching import check_boundary, check_event_gateway, check_event_sub, is_loose_boundary
from .findings import Findings, named
from .graph import Graph
from .handlers import check_handlers
from .links import check_links
from .reading import DrawnProcess
from .transactions import check_transactions
from .types import Element, Flow
from .vocabulary import ACTIVITIES, CHOICES, GATEWAYS

_CHOOSING = ACTIVITIES | CHOICES
_MUST_LEAD_ON = CHOICES | {"startEvent"}


def check_process(process: DrawnProcess, findings: Findings) -> None:
    """Add everything to `findings` that would keep a token of `process` from its way."""
    graph = Graph(process)
    _check_starts(graph, findings)
    check_links(process, findings)
    check_handlers(process, findings)
    check_transactions(process, findings)
    for flow in process.flows:
        _check_flow(graph, flow, findings)
    reachable = graph.reachable()
    for element in process.elements:
        _check_degree(graph, element, findings)
        if element.type in CHOICES:
            _check_conditions(graph, element, findings)
        if element.type == "eventBasedGateway":
            check_event_gateway(graph, element, findings)
        if element.type == "boundaryEvent":
            check_boundary(graph, element, findings)
        if element.type in ACTIVITIES:
            _check_default(graph, element, findings)
        if element.default_flow and element.type not in _CHOOSING:
            findings.add(
                "not-supported",
                element.id,
                "Expected a default flow at gateways and activities only; draw a gateway behind it",
            )
        if element.id not in reachable and not is_loose_boundary(graph, element):
            findings.add("unreachable", element.id, "Expected a way from the start, found none")


def _check_starts(graph: Graph, findings: Findings) -> None:
    for scope, starts in graph.starts.items():
        inside = scope != graph.process.id
        plain = [start for start in starts if start.event == "none"]
        if not starts or (len(starts) > 1 and (inside or len(plain) > 1)):
            found = len(starts if inside or not starts else plain)
            findings.add("start", scope, "Expected one start event, found {found}", found=found)
        if not inside:
            _check_messages(starts, findings)
        for start in starts:
            if inside and graph.elements[scope].triggered_by_event:
                check_event_sub(graph, graph.elements[scope], start, findings)
            elif inside and start.event != "none":
                findings.add(
                    "start",
                    start.id,
                    "Expected a plain start event, found {found}",
                    found=start.event,
                )


def _check_messages(starts: Iterable[Element], findings: Findings) -> None:
    begins: dict[str, Element] = {}
    for start in starts:
        other = begins.setdefault(start.message, start)
        if start.message and other is not start:
            findings.add(
                "start",
                start.id,
                "Expected one start event for message {message!r}, found {other} too; keep one",
                message=start.message,
                other=named(other),
            )


def _check_flow(graph: Graph, flow: Flow, findings: Findings) -> None:
    ends = [graph.elements.get(flow.source), graph.elements.get(flow.target)]
    if None in ends or any(end.parent_id != flow.parent_id for end in ends if end):
        findings.add(
            "unknown-reference",
            flow.id,
            "Expected a flow between two elements of one process or sub-process, "
            "found {source} and {target}; draw it again",
            source=named(ends[0]) if ends[0] else flow.source or say("nothing"),
            target=named(ends[1]) if ends[1] else flow.target or say("nothing"),
        )
    source = ends[0]
    if flow.condition and source is not None and source.type not in _CHOOSING:
        findings.add(
            "not-supported",
            flow.id,
            "Expected conditions behind exclusive and inclusive gateways and activities only, "
            "found one behind {source}; draw a gateway",
            source=named(source),
        )


def _check_degree(graph: Graph, element: Element, findings: Findings) -> None:
    incoming = len(graph.incoming.get(element.id, ()))
    outgoing = len(graph.outgoing.get(element.id, ()))
    if element.type in ("startEvent", "boundaryEvent") and incoming:
        findings.add("flow", element.id, "Expected no flow into this event; draw it elsewhere")
    if element.type == "endEvent" and outgoing:
        findings.add("flow", element.id, "Expected no flow out of an end event; remove it")
    if element.for_compensation or (element.attached_to and element.event == "compensate"):
        return
    if element.triggered_by_event:
        if incoming or outgoing:
            findings.add("flow", element.id, "Expected no flow at an event sub-process; remove it")
        return
    if element.type == "complexGateway" and incoming > 1:
        findings.add(
            "not-supported",
            element.id,
            "Expected one flow into a complex gateway, found {found}; join with an inclusive "
            "gateway, or use a multi-instance activity with a completion condition",
            found=incoming,
        )
    # Elsewhere a token that finds no flow ends (BPMN 2.0 §13.2.1, implicit end).
    if element.type in _MUST_LEAD_ON and not outgoing:
        findings.add("dead-end", element.id, "Expected a flow to what follows, found none")


def _check_default(graph: Graph, element: Element, findings: Findings) -> None:
    flows = graph.outgoing.get(element.id, [])
    if element.default_flow and element.default_flow not in [flow.id for flow in flows]:
        findings.add(
            "bad-default",
            element.id,
            "Expected its default flow to leave the {what}, found {found}; mark one of its flows",
            what=say("gateway") if element.type in GATEWAYS else say("activity"),
            found=element.default_flow,
        )
    for flow in flows if element.type in ACTIVITIES else ():
        beside = any(other.condition for other in flows if other is not flow)
        if flow.id == element.default_flow and (flow.condition or not beside):
            findings.add(
                "condition",
                flow.id,
                "Expected a default flow without condition, beside flows that have one",
            )


def _check_conditions(graph: Graph, gateway: Element, findings: Findings) -> None:
    _check_default(graph, gateway, findings)
    flows = graph.outgoing.get(gateway.id, [])
    for flow in flows:
        is_default = flow.id == gateway.default_flow
        neither = len(flows) > 1 and not is_default and not flow.condition
        if neither or (is_default and flow.condition):
            findings.add(
                "default-with-condition" if is_default else "no-condition",
                flow.id,
                "Expected every flow out of {gateway} to have a condition or to be the default, "
                "found {found}",
                gateway=named(gateway),
                found=say("both") if is_default else say("neither"),
            )
