"""Ways in which a decision refuses, when it is read and when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DecisionProblem:
    """One reason why a file of decisions cannot be deployed."""

    element_id: str
    """The decision, rule or cell it is about; empty for the whole file."""
    sentence: str

    def __str__(self) -> str:
        return f"{self.element_id}: {self.sentence}" if self.element_id else self.sentence


class InvalidDecision(Exception):
    """The file cannot be used. `problems` says why, one sentence each."""

    def __init__(self, problems: Sequence[DecisionProblem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class DecisionError(Exception):
    """The decision has no answer for these inputs. The sentence names decision and rules."""

    def __init__(self, decision: str, sentence: str) -> None:
        super().__init__(f"Decision {decision!r}: {sentence}")
        self.decision = decision
