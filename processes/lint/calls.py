"""Whether a called process is given what it is started with."""

from __future__ import annotations

from collections.abc import Iterator

from processes.engine.errors import Problem
from processes.engine.types import Element

from .problems import problem
from .surroundings import Surroundings


def check_call(element: Element, surroundings: Surroundings) -> Iterator[Problem]:
    """What the called process lists as given, and this call maps nothing to.

    With all variables of the caller, only those who run it know what it gets.
    """
    if element.type != "callActivity" or element.propagate_parent:
        return
    mapped = {line.target.partition(".")[0] for line in element.inputs}
    for name in surroundings.given.get(element.called_process, ()):
        if name not in mapped:
            yield problem(
                "missing-input",
                element.id,
                "Expected an input “{name}”, for process “{process}” is started with it; map it, "
                "or let all variables through",
                name=name,
                process=element.called_process,
            )
