"""Ways in which the engine refuses. Every sentence says what was expected and what is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from processes.sentences import say


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One reason why a diagram cannot be deployed."""

    rule: str
    """Stable id of the rule, e.g. `not-supported` or `bad-feel`."""
    element_id: str
    """The element it is about; empty when it is about the whole file."""
    sentence: str
    """One sentence: what is wrong and the way out."""

    def __str__(self) -> str:
        return f"{self.element_id}: {self.sentence}" if self.element_id else self.sentence


class EngineError(Exception):
    """Base of all errors the engine raises."""


class InvalidDiagram(EngineError):
    """The diagram cannot be run. `problems` says why, one sentence each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class BadState(EngineError):
    """The stored state was altered, is of an unknown version, or is not of this definition."""


class TokenNotWaiting(EngineError):
    """The token is gone or has moved on: somebody else was faster."""

    def __init__(self, token_id: str) -> None:
        super().__init__(f"Expected token {token_id} to wait, but it does not")
        self.token_id = token_id


class UncaughtBpmnError(EngineError):
    """A BPMN error was thrown for which the diagram draws no catching event."""

    def __init__(self, *, element_id: str, code: str) -> None:
        super().__init__(
            f"Expected an event that catches error {code!r} of {element_id}, found none"
        )
        self.element_id = element_id
        self.code = code


class CannotProceed(EngineError):
    """The tokens cannot move on, e.g. no condition of a gateway holds. Nothing changed."""

    def __init__(self, sentence: str, *, element_id: str = "") -> None:
        super().__init__(f"{element_id}: {sentence}" if element_id else sentence)
        self.element_id = element_id


class BudgetSpent(CannotProceed):
    """One act moved more tokens, or more often, than an act may. Nothing changed."""


class SurgeryRefused(EngineError):
    """Tokens cannot be taken off, put or carried over as asked. Nothing changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    @property
    def sentences(self) -> tuple[str, ...]:
        """One for each reason."""
        return tuple(
            say("{element}: {sentence}", element=one.element_id, sentence=one.sentence)
            if one.element_id
            else one.sentence
            for one in self.problems
        )
