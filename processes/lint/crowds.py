"""One activity for many items at once: what the work for each of them carries along."""

from __future__ import annotations

from collections.abc import Iterator

from processes.engine.errors import Problem
from processes.engine.types import Element

from .drawing import Drawing
from .problems import problem


def check_crowd(drawing: Drawing, element: Element) -> Iterator[Problem]:
    """Whether the work at `element` is done for many items at once, and each carries them all.

    Work without inputs is told all variables: of a thousand items a thousand times a thousand.
    """
    told_outside = element.type == "userTask" or element.topic
    crowded = [place for place in (element, *drawing.around(element)) if _at_once(place)]
    if told_outside and crowded and not element.inputs:
        yield problem(
            "all-variables",
            element.id,
            "Expected inputs: this is done for each of several items at once, and each would "
            "carry all variables, the whole list too; map what it needs",
        )


def _at_once(element: Element) -> bool:
    loop = element.loop
    return loop is not None and not loop.sequential and not loop.standard
