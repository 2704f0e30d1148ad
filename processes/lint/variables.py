"""Variables that are looked at before anything can have set them.

For each element: which variables may be there when a token comes. They come from whoever
starts the process (property `startVariables`), from mappings, scripts, decisions and the
fields of forms. What a job, a message or a called process gives is not known beforehand
unless it is mapped: behind it everything may be there, and nothing is said. A process that
does not list what it is started with is not judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields
from functools import lru_cache

from processes import feel
from processes.engine.errors import Problem
from processes.engine.types import Element

from .dataflow import DataFlow, Known, root
from .drawing import Drawing
from .problems import problem
from .surroundings import Surroundings

START_VARIABLES = "startVariables"
"""The property of a process that lists what whoever starts it gives."""
_LATER = frozenset({"output_element", "completion_condition", "condition"})
"""What is looked at when something has been done: by loops, and by conditional events."""


def check_variables(
    drawing: Drawing, surroundings: Surroundings, given: Collection[str]
) -> Iterator[Problem]:
    """What is looked at too early, when the process is started with what is `given`."""
    data = DataFlow(drawing, surroundings, frozenset(given))
    # While somebody waits for a condition, all branches see what each of them sets.
    waits = any(element.event == "conditional" for element in drawing.elements)
    shared = data.everything if waits else data.set_beside()
    for element in drawing.elements:
        for name in () if element.for_compensation else dict.fromkeys(_missing(data, element)):
            if shared.has(name):
                continue
            yield problem(
                "unset-variable",
                element.id,
                "Expected variable “{name}” to be set before it is looked at here, but on no "
                "way to this element is it; set it earlier, correct the name, or list it in "
                "property “{property}” of the process if whoever starts it gives it",
                name=name,
                property=START_VARIABLES,
            )


def _missing(data: DataFlow, element: Element) -> Iterator[str]:
    """Names that cannot be there when `element` looks at them."""
    before = data.before[element.id]
    yield from _unknown(_texts(element), before | data.own(element))
    seen = before | data.item(element)
    for line in element.inputs:
        yield from _unknown([line.source], seen)
        seen |= Known(frozenset({root(line.target)}))
    if element.type == "businessRuleTask" and not element.topic:
        looked_at = data.surroundings.decisions.get(element.decision_id, ())
        yield from (name for name in sorted(looked_at) if not seen.has(name))
    seen |= data.result(element) | data.from_inside(element)
    yield from _later(data, element, seen)
    flows = data.drawing.outgoing.get(element.id, ())
    yield from _unknown([flow.condition for flow in flows], data.behind[element.id])


def _later(data: DataFlow, element: Element, seen: Known) -> Iterator[str]:
    for line in element.outputs:
        yield from _unknown([line.source], seen)
        seen |= Known(frozenset({root(line.target)}))
    if element.loop is not None:
        texts = (getattr(element.loop, name) for name in _LATER)
        yield from _unknown(texts, seen | data.behind[element.id])


def _texts(element: Element) -> Iterator[str]:
    """What `element` evaluates before its work: all that is FEEL but its mappings."""
    for part in (element, element.loop):
        for each in fields(part) if part is not None else ():
            value = getattr(part, each.name)
            if isinstance(value, str) and each.name not in {*_LATER, "name", "documentation"}:
                yield value


def _unknown(texts: Iterable[str], known: Known) -> Iterator[str]:
    for text in texts:
        if text.startswith("="):
            yield from (name for name in sorted(_names(text)) if not known.has(name))


@lru_cache(maxsize=4096)
def _names(text: str) -> frozenset[str]:
    try:
        return feel.compile_expression(text[1:]).names
    except feel.FeelError:
        return frozenset()
