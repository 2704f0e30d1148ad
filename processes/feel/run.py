"""One evaluation: its variables, its moment, and its budget.

The budget is counted, not timed, so that an expression answers the same on a slow and on a
busy machine. A unit is about a microsecond of work or 64 bytes of memory: what is left of
`UNITS` bounds both. Only loops, calls and whatever makes or walks long values are charged;
the rest is bounded by the length of the text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from processes.feel.decimals import to_decimal
from processes.feel.errors import FeelBudgetError, NoFeelValue
from processes.feel.values import FeelValue, Function, Range, YearsMonths

UNITS = 60_000
MAX_LEVELS = 250
"""Of expressions within functions that call one another: each takes Python frames."""
MAX_STRING = 64_000
MAX_LIST = 20_000
MAX_DEPTH = 40
"""Lists and contexts in one another."""


class Run:
    """What is shared by all parts of one evaluation."""

    __slots__ = ("functions", "left", "levels", "now", "patterns", "seen", "variables")

    def __init__(
        self,
        variables: Mapping[str, Any],
        now: datetime | None,
        functions: Mapping[str, Callable[..., Any]],
    ) -> None:
        self.variables = variables
        self.now = now
        self.functions = functions
        self.left = UNITS
        self.levels = 0
        self.seen: dict[tuple[str, ...], FeelValue] = {}
        """Lists and contexts already taken out of the variables, by their path."""
        self.patterns: dict[tuple[str, str, bool], Any] = {}
        """Regular expressions that were compiled and paid for, with their flags."""

    def apart(self, variables: Mapping[str, Any]) -> Run:
        """A run with other variables; the budget is handed over to it and back."""
        return Run(variables, self.now, self.functions)

    def hand_over(self, other: Run) -> None:
        """Let `other` go on with what is left of the budget."""
        other.left = self.left
        other.levels = self.levels

    def spend(self, units: int) -> None:
        """Pay for work.

        Raises:
            FeelBudgetError: the evaluation has taken all it may take.
        """
        self.left -= units
        if self.left < 0:
            raise FeelBudgetError(f"Expected the expression to end within {UNITS} steps")

    def enter(self, levels: int) -> None:
        """Go into a function whose body is so many expressions deep; `levels` down when left."""
        self.levels += levels
        if self.levels > MAX_LEVELS:
            raise FeelBudgetError("Expected functions to call one another less deeply")

    def text(self, length: int) -> None:
        """Pay for a text of `length` characters before it is made."""
        if length > MAX_STRING:
            raise FeelBudgetError(f"Expected a text of at most {MAX_STRING} characters")
        self.spend(length >> 6)


class Scope:
    """The names that are visible at one place, from the inside out."""

    __slots__ = ("names", "outer", "run")

    def __init__(self, names: Mapping[str, FeelValue], outer: Scope | None, run: Run) -> None:
        self.names = names
        self.outer = outer
        self.run = run


def taken(value: Any, run: Run, depth: int = 0) -> FeelValue:
    """The FEEL value for plain JSON, or for what a host function returned.

    Numbers become Decimal, a float through its shortest text.

    Raises:
        NoFeelValue: FEEL has no type for it.
    """
    kind = type(value)
    if kind in _AS_IS:
        return value
    if kind is int or kind is float:
        if kind is int and value.bit_length() > 256:
            run.spend(value.bit_length() >> 5)
        return to_decimal(value)
    if kind is list or kind is tuple:
        return _taken_list(value, run, depth)
    if isinstance(value, Mapping):
        return _taken_context(value, run, depth)
    for plain, make in _SPECIAL:
        if isinstance(value, plain):
            return taken(make(value), run, depth)
    raise NoFeelValue(kind.__name__)


_SPECIAL: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
    (Decimal, Decimal),
    (list, list),
    (tuple, list),
)
"""Kinds that others are made of, such as the members of an enumeration: all are the plain value."""

_AS_IS = frozenset(
    (type(None), bool, str, Decimal, date, time, datetime, timedelta, YearsMonths, Range, Function)
)


def _taken_list(value: Any, run: Run, depth: int) -> list[FeelValue]:
    _descend(len(value), run, depth)
    return [taken(item, run, depth + 1) for item in value]


def _taken_context(value: Mapping[str, Any], run: Run, depth: int) -> dict[str, FeelValue]:
    _descend(len(value), run, depth)
    return {str(key): taken(item, run, depth + 1) for key, item in value.items()}


def _descend(size: int, run: Run, depth: int) -> None:
    if depth >= MAX_DEPTH:
        raise FeelBudgetError(f"Expected at most {MAX_DEPTH} lists or contexts in each other")
    run.spend(size + 1)
