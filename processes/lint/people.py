"""Nothing may wait for nobody, or for ever without saying why."""

from __future__ import annotations

from collections.abc import Iterator

from processes.engine.errors import Problem
from processes.engine.types import Element

from .drawing import Drawing
from .problems import problem

NO_LIMIT = "noLimit"
"""The property by which an analyst says that a wait may last for ever, and why."""


def check_waits(drawing: Drawing, element: Element) -> Iterator[Problem]:
    """Who may end the wait at `element`, and what does when nobody does."""
    if element.type == "userTask" and not (
        element.assignee or element.candidate_groups or element.candidate_users
    ):
        yield problem(
            "no-owner",
            element.id,
            "Expected somebody who may do it; name candidate groups or an assignee",
        )
    if _waits_for_others(element) and not _is_limited(drawing, element):
        yield problem(
            "no-limit",
            element.id,
            "Expected a timer that ends the wait; draw one on it, or say why it may last for "
            "ever in a property “{name}”",
            name=NO_LIMIT,
        )


def _waits_for_others(element: Element) -> bool:
    """A service task is limited by its retries, a boundary event by what it is attached to."""
    if element.type in {"userTask", "receiveTask"}:
        return True
    waits = {"message", "signal", "conditional"}
    return element.type == "intermediateCatchEvent" and element.event in waits


def _is_limited(drawing: Drawing, element: Element) -> bool:
    """Whether a timer ends the wait at `element`, or the analyst says that none shall."""
    gates = [drawing.by_id[flow.source] for flow in drawing.incoming.get(element.id, ())]
    races = [gate for gate in gates if gate.type == "eventBasedGateway"]
    behind = [flow.target for gate in races for flow in drawing.outgoing[gate.id]]
    if any(drawing.by_id[target].event == "timer" for target in behind):
        return True
    places = [element, *races, *drawing.around(element)]
    return any(_says_so(place) or _is_timed(drawing, place) for place in places)


def _says_so(element: Element) -> bool:
    return bool(element.properties.get(NO_LIMIT, "").strip())


def _is_timed(drawing: Drawing, element: Element) -> bool:
    return any(event.event == "timer" for event in drawing.boundaries.get(element.id, ()))
