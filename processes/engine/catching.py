"""Whether events are drawn where they can catch: at activities, in races, in sub-processes."""

from __future__ import annotations

from collections.abc import Iterable

from processes.sentences import say

from .findings import Findings, named
from .graph import Graph
from .types import Element
from .vocabulary import ACTIVITIES

_RACES = ("timer", "message", "signal", "conditional")
_BEHIND_A_RACE = ("intermediateCatchEvent", "receiveTask")


def check_event_sub(graph: Graph, element: Element, start: Element, findings: Findings) -> None:
    """Add to `findings` why `start` cannot begin the event sub-process `element`."""
    if start.event == "none":
        findings.add("start", start.id, "Expected an event that begins the event sub-process")
    if start.event == "error" and not start.interrupting:
        findings.add("error-beside", start.id, "Expected an error event to interrupt; mark it so")
    if element.loop is not None:
        findings.add("loop", element.id, "Expected no multi-instance marker on this sub-process")
    begins = [one for sub in graph.event_subs(element.parent_id) for one in graph.starts[sub.id]]
    _check_message(start, begins, findings)
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


def check_event_gateway(graph: Graph, gateway: Element, findings: Findings) -> None:
    """Add to `findings` what behind `gateway` nobody can wait for."""
    flows = graph.outgoing.get(gateway.id, [])
    if len(flows) < 2:
        findings.add("event-gateway", gateway.id, "Expected at least two events behind it")
    attached = {element.attached_to for element in graph.elements.values()}
    targets = _known(graph, [flow.target for flow in flows])
    for target in targets:
        _check_message(target, targets, findings)
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


def check_boundary(graph: Graph, event: Element, findings: Findings) -> None:
    """Add to `findings` why the boundary event `event` could never fire, or not as drawn."""
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
    attached = [one for one in graph.elements.values() if one.attached_to == event.attached_to]
    _check_message(event, [*([activity] if activity else ()), *attached], findings)


def _check_message(event: Element, others: Iterable[Element], findings: Findings) -> None:
    """Refuse what waits beside one of `others` for the very same message: it comes to one."""
    for other in others:
        if other is event:
            return
        same = (other.message, other.correlation_key) == (event.message, event.correlation_key)
        if event.message and same:
            findings.add(
                "event",
                event.id,
                "Expected one event to wait for message {message!r} with this key, found {other} "
                "too; keep one",
                message=event.message,
                other=named(other),
            )
            return


def is_loose_boundary(graph: Graph, element: Element) -> bool:
    """Whether `element` is a boundary event on nothing, which is told already."""
    return element.type == "boundaryEvent" and element.attached_to not in graph.elements


def _known(graph: Graph, ids: Iterable[str]) -> list[Element]:
    return [graph.elements[element_id] for element_id in ids if element_id in graph.elements]
