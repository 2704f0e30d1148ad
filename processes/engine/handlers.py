"""Whether what is drawn for compensation fits together."""

from __future__ import annotations

from processes.sentences import say

from .findings import Findings, named
from .reading import DrawnProcess
from .types import Element
from .vocabulary import ACTIVITIES

_THROWS = ("endEvent", "intermediateThrowEvent")


def check_handlers(process: DrawnProcess, findings: Findings) -> None:
    """Add to `findings` what would be undone wrongly, or never."""
    elements = {element.id: element for element in process.elements}
    boundaries = [e for e in process.elements if _is_boundary(e)]
    handled = [boundary.handler for boundary in boundaries]
    for element in process.elements:
        if _is_boundary(element):
            _check_boundary(element, elements, process, findings)
            if [b.attached_to for b in boundaries].count(element.attached_to) > 1:
                _add(findings, element, "Expected one compensation event on an activity")
        if element.for_compensation:
            _check_handler(element, process, findings)
            if handled.count(element.id) != 1:
                found = handled.count(element.id)
                _add(
                    findings,
                    element,
                    "Expected an association from one compensation event, found {found}",
                    found=found,
                )
        if element.event == "compensate" and element.type in _THROWS:
            _check_throw(element, elements, boundaries, findings)


def _is_boundary(element: Element) -> bool:
    return element.event == "compensate" and element.type == "boundaryEvent"


def _check_boundary(
    boundary: Element, elements: dict[str, Element], process: DrawnProcess, findings: Findings
) -> None:
    handler = elements.get(boundary.handler)
    fits = handler is not None and handler.for_compensation
    if handler is None or not fits or handler.parent_id != boundary.parent_id:
        _add(
            findings,
            boundary,
            "Expected one association to an activity that is marked for compensation, "
            "found {found}",
            found=boundary.handler or say("none"),
        )
    if any(flow.source == boundary.id for flow in process.flows):
        _add(findings, boundary, "Expected no flow out of a compensation event; remove it")
    host = elements.get(boundary.attached_to)
    if host is not None and host.for_compensation:
        _add(findings, boundary, "Expected no compensation of a handler; remove it")
    around = elements.get(boundary.parent_id)
    while around is not None:
        if around.triggered_by_event:
            _add(
                findings,
                boundary,
                "Expected no compensation in the event sub-process {around}, for it undoes what "
                "was done around it; draw it in a called process",
                around=named(around),
            )
        around = elements.get(around.parent_id)


def _check_handler(handler: Element, process: DrawnProcess, findings: Findings) -> None:
    flows = any(handler.id in (flow.source, flow.target) for flow in process.flows)
    attached = any(element.attached_to == handler.id for element in process.elements)
    if flows or attached or handler.triggered_by_event:
        _add(
            findings,
            handler,
            "Expected an activity for compensation to have no flows or boundary events; draw a "
            "sub-process around",
        )


def _check_throw(
    throw: Element, elements: dict[str, Element], boundaries: list[Element], findings: Findings
) -> None:
    if throw.inputs:
        _add(findings, throw, "Expected no inputs on this event: handlers see the variables")
    scope = throw.parent_id
    while scope in elements and elements[scope].triggered_by_event:
        scope = elements[scope].parent_id
    can = {activity for b in boundaries for activity in _within(b, elements, scope)}
    if (throw.compensates not in can) if throw.compensates else not can:
        _add(
            findings,
            throw,
            "Expected an activity with a compensation event in the same process or sub-process, "
            "found {found}",
            found=throw.compensates or say("none"),
        )
    around = elements.get(throw.parent_id)
    while around is not None:
        if around.for_compensation:
            _add(
                findings,
                throw,
                "Expected no compensation thrown in the handler {handler}",
                handler=named(around),
            )
        around = elements.get(around.parent_id)


def _within(boundary: Element, elements: dict[str, Element], scope: str) -> list[str]:
    """The activity directly in `scope` that the boundary's is, or is in."""
    element = elements.get(boundary.attached_to)
    while element is not None and element.parent_id != scope:
        element = elements.get(element.parent_id)
    return [element.id] if element is not None and element.type in ACTIVITIES else []


def _add(findings: Findings, element: Element, template: str, /, **parameters: object) -> None:
    findings.add("compensation", element.id, template, **parameters)
