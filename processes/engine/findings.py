"""Problems while they are collected: one refusal tells everything that is wrong."""

from __future__ import annotations

from .errors import InvalidDiagram, Problem


class Findings:
    """All problems of one bundle, in the order found, each once."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}

    def add(self, rule: str, element_id: str, sentence: str) -> None:
        """Remember a problem. A `sentence` begins with what was expected."""
        self._problems[Problem(rule=rule, element_id=element_id, sentence=sentence)] = None

    def __bool__(self) -> bool:
        return bool(self._problems)

    def raise_if_any(self) -> None:
        """Refuse the bundle if anything was found.

        Raises:
            InvalidDiagram: with every problem found so far.
        """
        if self._problems:
            raise InvalidDiagram(tuple(self._problems))
