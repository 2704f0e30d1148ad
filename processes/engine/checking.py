"""Whether what is drawn fits together: every token finds a way, every reference an end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from processes.sentences import say

from .findings import Findings, named
from .handlers import check_handlers
from .links import check_links, link_flows
from .reading import DrawnProcess
from .transactions import check_transactions
from .types import Element, Flow
from .vocabulary import ACTIVITIES, CHOICES, GATEWAYS, SCOPES

_CHOOSING = ACTIVITIES | CHOICES
_MUST_LEAD_ON = CHOICES | {"startEvent"}
_RACES = ("timer", "message", "signal", "conditional")
_BEHIND_A_RACE = ("intermediateCatchEvent", "receiveTask")


class _Graph:
    """The elements and flows of one process, ready to be asked."""

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


def check_process(process: DrawnProcess, findings: Findings) -> None:
    """Add everything to `findings` that would keep a token of `process` from its way."""
    graph = _Graph(process)
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
            _check_event_gateway(graph, element, findings)
        if element.type == "boundaryEvent":
            _check_boundary(graph, element, findings)
        if element.type in ACTIVITIES:
            _check_default(graph, element, findings)
        if element.default_flow and element.type not in _CHOOSING:
            findings.add(
                "not-supported",
                element.id,
                "Expected a default flow at gateways and activities only; draw a gateway behind it",
            )
        if element.id not in reachable and not _is_loose_boundary(graph, element):
            findings.add("unreachable", element.id, "Expected a way from the start, found none")


def _check_starts(graph: _Graph, findings: Findings) -> None:
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
                _check_event_sub(graph, graph.elements[scope], start, findings)
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


def _check_event_sub(graph: _Graph, element: Element, start: Element, findings: Findings) -> None:
    if start.event == "none":
        findings.add("start", start.id, "Expected an event that begins the event sub-process")
    if start.event == "error" and not start.interrupting:
        findings.add("error-beside", start.id, "Expected an error event to interrupt; mark it so")
    if element.loop is not None:
        findings.add("loop", element.id, "Expected no multi-instance marker on this sub-process")
    if start.event not in ("error", "escalation"):
        return
    for other in graph.event_subs(element.parent_id):
        for begin in graph.starts.get(other.id, ()) if other is not element else ():
            if (begin.event, begin.code) == (start.event, start.code):
                findings.add(
                    "event",
                    start.id,
                    "Expected one event sub-process to catch {code}, found {other} too; keep one",
                    code=start.code or say("everything"),
                    other=named(other),
                )


def _check_flow(graph: _Graph, flow: Flow, findings: Findings) -> None:
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


def _check_degree(graph: _Graph, element: Element, findings: Findings) -> None:
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


def _check_default(graph: _Graph, element: Element, findings: Findings) -> None:
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


def _check_conditions(graph: _Graph, gateway: Element, findings: Findings) -> None:
    _check_default(graph, gateway, findings)
    flows = graph.outgoing.get(gateway.id, [])
    for flow in flows if len(flows) > 1 else ():
        is_default = flow.id == gateway.default_flow
        if is_default == bool(flow.condition):
            findings.add(
                "default-with-condition" if is_default else "no-condition",
                flow.id,
                "Expected every flow out of {gateway} to have a condition or to be the default, "
                "found {found}",
                gateway=named(gateway),
                found=say("both") if is_default else say("neither"),
            )


def _check_event_gateway(graph: _Graph, gateway: Element, findings: Findings) -> None:
    flows = graph.outgoing.get(gateway.id, [])
    if len(flows) < 2:
        findings.add("event-gateway", gateway.id, "Expected at least two events behind it")
    attached = {element.attached_to for element in graph.elements.values()}
    for target in _known(graph, [flow.target for flow in flows]):
        waits = target.event in _RACES or target.type == "receiveTask"
        if not waits or target.type not in _BEHIND_A_RACE or target.loop:
            findings.add(
                "event-gateway",
                gateway.id,
                "Expected timers, messages, signals and conditions behind it, found {target}; "
                "draw a catching event between them",
                target=named(target),
            )
        if len(graph.incoming.get(target.id, ())) > 1 or target.id in attached:
            findings.add(
                "event-gateway",
                target.id,
                "Expected an event behind an event-based gateway to have no other flow into it "
                "and no boundary events; draw a gateway behind it",
            )


def _check_boundary(graph: _Graph, event: Element, findings: Findings) -> None:
    activity = graph.elements.get(event.attached_to)
    fits = (
        activity is not None
        and activity.type in ACTIVITIES
        and not activity.triggered_by_event
        and activity.parent_id == event.parent_id
    )
    if not fits:
        findings.add(
            "unknown-reference",
            event.id,
            "Expected a boundary event on an activity, found {found}; attach it again",
            found=event.attached_to or say("nothing"),
        )
    same = [
        other
        for other in graph.elements.values()
        if other.attached_to == event.attached_to
        and (other.event, other.code) == (event.event, event.code)
    ]
    if event.event in ("error", "escalation") and same[0] is not event:
        findings.add(
            "event",
            event.id,
            "Expected one event to catch {code}, found {other} too; keep one",
            code=event.code or say("everything"),
            other=named(same[0]),
        )
    if event.event == "error" and not event.interrupting:
        findings.add("error-beside", event.id, "Expected an error event to interrupt; mark it so")


def _is_loose_boundary(graph: _Graph, element: Element) -> bool:
    return element.type == "boundaryEvent" and element.attached_to not in graph.elements


def _known(graph: _Graph, ids: Iterable[str]) -> list[Element]:
    return [graph.elements[element_id] for element_id in ids if element_id in graph.elements]
