"""Closures for literals, logic, comparison, arithmetic, `if`, lists and ranges."""

from __future__ import annotations

from collections.abc import Callable

from processes.feel.arithmetic import Operation, negate
from processes.feel.run import Run, Scope
from processes.feel.types import Type
from processes.feel.values import UNBOUNDED, FeelValue, Range, equal, less, less_or_equal

Code = Callable[[Scope], FeelValue]
_Compare = Callable[[FeelValue, FeelValue, Run], bool | None]


def constant(value: FeelValue) -> Code:
    return lambda _scope: value


# Logic: anything that is neither true nor false counts as null (DMN 1.4 table 50).


def disjunction(parts: list[Code]) -> Code:
    def code(scope: Scope) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(scope)
            if value is True:
                return True
            if value is not False:
                result = None
        return result

    return code


def conjunction(parts: list[Code]) -> Code:
    def code(scope: Scope) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(scope)
            if value is False:
                return False
            if value is not True:
                result = None
        return result

    return code


def conditional(condition: Code, then: Code, otherwise: Code) -> Code:
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


# Comparison


def _unequal(a: FeelValue, b: FeelValue, run: Run) -> bool | None:
    same = equal(a, b, run)
    return None if same is None else not same


COMPARE: dict[str, _Compare] = {
    "EQ": equal,
    "NE": _unequal,
    "LT": less,
    "LE": less_or_equal,
    "GT": lambda a, b, run: less(b, a, run),
    "GE": lambda a, b, run: less_or_equal(b, a, run),
}


def comparison(operator: str, left: Code, right: Code) -> Code:
    compare = COMPARE[operator]
    return lambda scope: compare(left(scope), right(scope), scope.run)


def between(value: Code, low: Code, high: Code) -> Code:
    def code(scope: Scope) -> bool | None:
        middle = value(scope)
        after = less_or_equal(low(scope), middle, scope.run)
        before = less_or_equal(middle, high(scope), scope.run)
        if after is False or before is False:
            return False
        return None if after is None or before is None else True

    return code


def instance(value: Code, kind: Type) -> Code:
    return lambda scope: kind(value(scope), scope.run)


# Arithmetic


def arithmetic(first: Code, steps: list[tuple[Operation, Code]]) -> Code:
    if len(steps) == 1:
        operation, operand = steps[0]
        return lambda scope: operation(first(scope), operand(scope), scope.run)

    def code(scope: Scope) -> FeelValue:
        result = first(scope)
        for operation, operand in steps:
            result = operation(result, operand(scope), scope.run)
        return result

    return code


def negation(operand: Code) -> Code:
    return lambda scope: negate(operand(scope))


# Lists and ranges


def items(parts: list[Code]) -> Code:
    return lambda scope: [part(scope) for part in parts]


def span(start: Code, end: Code, start_included: bool, end_included: bool) -> Code:
    def code(scope: Scope) -> Range | None:
        first, last = start(scope), end(scope)
        # Ends that cannot be compared, or are null, make no range.
        if less_or_equal(first, last, scope.run) is None:
            return None
        return Range(first, last, start_included, end_included)

    return code


def open_span(operator: str, operand: Code) -> Code:
    def code(scope: Scope) -> Range | None:
        return as_range(operator, operand(scope))

    return code


def as_range(operator: str, end: FeelValue) -> Range | None:
    """The range of all values for which `operator end` holds; none for `!=`."""
    if end is None or operator == "NE":
        return None
    if operator == "EQ":
        return Range(end, end)
    if operator in ("LT", "LE"):
        return Range(UNBOUNDED, end, False, operator == "LE")
    return Range(end, UNBOUNDED, operator == "GE", False)
