"""Closures for literals, logic, comparison, arithmetic, `if`, ranges and unary tests."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from processes.feel.arithmetic import Operation, negate
from processes.feel.run import Run, Scope
from processes.feel.types import Type
from processes.feel.values import (
    UNBOUNDED,
    FeelValue,
    Range,
    equal,
    less,
    less_or_equal,
    within,
)

Code = Callable[[Scope], FeelValue]
Test = Callable[[Scope, FeelValue], bool | None]
"""One unary test: takes the scope and the input."""
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


_COMPARE: dict[str, _Compare] = {
    "EQ": equal,
    "NE": _unequal,
    "LT": less,
    "LE": less_or_equal,
    "GT": lambda a, b, run: less(b, a, run),
    "GE": lambda a, b, run: less_or_equal(b, a, run),
}


def comparison(operator: str, left: Code, right: Code) -> Code:
    compare = _COMPARE[operator]
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


def in_span(
    start: Code, end: Code, start_included: bool, end_included: bool, *, fixed: bool
) -> Test:
    """Whether the input lies in the range; null when there is no such range.

    `fixed`: both ends are literals, and the range is made once.
    """
    make = span(start, end, start_included, end_included)
    if fixed:
        known = make(Scope({}, None, Run({}, None, {})))
        return lambda scope, value: within(value, known, scope.run) if known else None

    def test(scope: Scope, value: FeelValue) -> bool | None:
        found = make(scope)
        return None if found is None else within(value, found, scope.run)

    return test


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


# Unary tests


def compare_with(operator: str, operand: Code) -> Test:
    compare = _COMPARE[operator]
    return lambda scope, value: compare(value, operand(scope), scope.run)


def is_literal(literal: FeelValue) -> Test:
    if type(literal) in (str, Decimal):
        kind = type(literal)
        return lambda _scope, value: literal == value if type(value) is kind else _differs(value)
    return lambda scope, value: equal(value, literal, scope.run)


def _differs(value: FeelValue) -> bool | None:
    return False if value is None else None


def holds(code: Code) -> Test:
    """A test that says itself whether it holds, with the input as `?`."""

    def test(scope: Scope, value: FeelValue) -> bool | None:
        result = code(Scope({"?": value}, scope, scope.run))
        return result if type(result) is bool else None

    return test


def is_or_in(code: Code) -> Test:
    """A test by value: the input is the value, in its range or among its items."""

    def test(scope: Scope, value: FeelValue) -> bool | None:
        return _is_or_in(value, code(scope), scope.run)

    return test


def _is_or_in(value: FeelValue, wanted: FeelValue, run: Run) -> bool | None:
    kind = type(wanted)
    if kind is Range:
        return within(value, wanted, run)
    if kind is list:
        return _among(value, wanted, run)
    if kind is bool and value is not None and type(value) is not bool:
        return bool(wanted)  # a call that answers for itself, e.g. `contains(name, "x")`
    return equal(value, wanted, run)


def _among(value: FeelValue, wanted: list[FeelValue], run: Run) -> bool | None:
    run.spend(len(wanted))
    if type(value) is list and equal(value, wanted, run):
        return True
    return any(_is(value, item, run) for item in wanted)


def _is(value: FeelValue, item: FeelValue, run: Run) -> bool:
    if type(item) is Range and type(value) is not Range:
        return within(value, item, run) is True
    return equal(value, item, run) is True


def either(tests: list[Test], *, negated: bool = False) -> Test:
    """Whether one of the tests holds; null when none does and one is null."""
    if len(tests) == 1 and not negated:
        return tests[0]

    def test(scope: Scope, value: FeelValue) -> bool | None:
        result: bool | None = False
        for each in tests:
            answer = each(scope, value)
            if answer is True:
                return not negated
            if answer is None:
                result = None
        return not result if negated and result is not None else result

    return test


def membership(value: Code, tests: list[Test]) -> Code:
    test = either(tests)
    return lambda scope: test(scope, value(scope))
