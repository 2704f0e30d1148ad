"""A decision: its logic, the decisions it requires, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from processes.feel import Expression, FeelBudgetError, FeelValue, Run


class Logic(Protocol):
    """What stands in the box of a decision."""

    @property
    def names(self) -> frozenset[str]:
        """The variables it reads."""
        ...

    @property
    def functions(self) -> frozenset[str]:
        """The functions it calls."""
        ...

    def __call__(self, run: Run) -> FeelValue: ...


class Literal:
    """A single expression."""

    def __init__(self, expression: Expression) -> None:
        self.names = expression.names
        self.functions = expression.functions
        self._expression = expression

    def __call__(self, run: Run) -> FeelValue:
        return self._expression.within(run)


@dataclass(frozen=True)
class Decision:
    id: str
    name: str
    variable: str
    """The name under which decisions that require this one read it."""
    logic: Logic
    required: tuple[Decision, ...]

    @cached_property
    def inputs(self) -> frozenset[str]:
        """The variables it reads, also through the decisions it requires."""
        known = {decision.variable for decision in self.required}
        return (self.logic.names - known).union(*(each.inputs for each in self.required))

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions it calls, also through the decisions it requires."""
        return self.logic.functions.union(*(each.functions for each in self.required))

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> FeelValue:
        """The answer for these variables, which are plain JSON or FEEL values.

        One output gives its value, several give a context; None when no rule hits.

        Raises:
            DecisionError: the inputs or the rules contradict the table.
            FeelError: an expression exceeds its budget or calls an unknown function.
        """
        run = Run(context, now, functions or {})
        try:
            for decision in self._before:
                run.define(decision.variable, decision.logic(run))
            return self.logic(run)
        except RecursionError:
            raise FeelBudgetError("Expected functions to call one another less deeply") from None

    @cached_property
    def _before(self) -> tuple[Decision, ...]:
        """All decisions that must be made first, in an order in which each has what it needs."""
        order: dict[str, Decision] = {}
        for decision in self.required:
            order |= {each.id: each for each in (*decision._before, decision)}
        return tuple(order.values())
