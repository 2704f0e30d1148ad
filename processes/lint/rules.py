"""The deploy rules together: what each process of a deployment is judged by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from processes.engine.errors import Problem
from processes.engine.types import Element, Flow

from .calls import check_call
from .codes import check_codes
from .crowds import check_crowd
from .drawing import Drawing, drawings
from .naming import check_names
from .people import check_waits
from .problems import problem
from .soundness import check_soundness
from .surroundings import Surroundings
from .variables import check_variables


def check(
    elements: Iterable[Element],
    flows: Iterable[Flow],
    surroundings: Surroundings,
    called: Iterable[Element] = (),
) -> list[Problem]:
    """All problems of these processes, in the order of their elements, then of their whole.

    `called` are elements of processes that they call, and which are judged elsewhere.
    """
    elements = tuple(elements)
    everything = (*elements, *called)
    problems: list[Problem] = []
    for drawing in drawings(elements, flows):
        for element in drawing.elements:
            problems += check_waits(drawing, element)
            problems += check_crowd(drawing, element)
            problems += check_names(element, surroundings)
            problems += check_call(element, surroundings)
            problems += check_codes(drawing, element, everything, surroundings)
            problems += _default(drawing, element)
            problems += _end(drawing, element)
        problems += check_soundness(drawing)
        given = surroundings.given.get(drawing.process_id)
        if given is not None:
            problems += check_variables(drawing, surroundings, given)
    return problems


def _default(drawing: Drawing, element: Element) -> Iterator[Problem]:
    flows = drawing.outgoing.get(element.id, ())
    conditional = len(flows) > 1 and all(flow.condition for flow in flows)
    if conditional and not element.default_flow:
        yield problem(
            "no-default",
            element.id,
            "Expected a default flow, for the case stops here when no condition holds; mark one",
        )


def _end(drawing: Drawing, element: Element) -> Iterator[Problem]:
    beside = element.triggered_by_event or element.for_compensation
    caught = element.attached_to and element.event == "compensate"
    if drawing.outgoing.get(element.id) or beside or caught or element.type == "endEvent":
        return
    yield problem(
        "implicit-end",
        element.id,
        "Expected a flow to what follows, or to an end event; a token ends here",
    )
