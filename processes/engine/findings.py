"""Problems while they are collected: one refusal tells everything that is wrong."""

from __future__ import annotations

from processes.sentences import say

from .errors import InvalidDiagram, Problem
from .types import Element, Flow


class Findings:
    """All problems of one bundle, in the order found, each once."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}

    def add(self, rule: str, element_id: str, template: str, /, **parameters: object) -> None:
        """Remember a problem. Its sentence begins with what was expected; see `say`."""
        sentence = say(template, **parameters)
        self._problems[Problem(rule=rule, element_id=element_id, sentence=sentence)] = None

    def __bool__(self) -> bool:
        return bool(self._problems)

    def raise_if_any(self, rule: str = "") -> None:
        """Refuse the bundle if anything was found, or anything of `rule`.

        Raises:
            InvalidDiagram: with every problem found so far.
        """
        if any(rule in ("", problem.rule) for problem in self._problems):
            raise InvalidDiagram(tuple(self._problems))


def named(element: Element | Flow) -> str:
    """How a sentence names an element: as people see it in the drawing, and by its id."""
    return f"“{element.name}” ({element.id})" if element.name else element.id
