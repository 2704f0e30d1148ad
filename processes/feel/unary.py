"""Closures for unary tests, which take an input beside the scope, and for `in`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from processes.feel.operators import COMPARE, Code, span
from processes.feel.run import Run, Scope
from processes.feel.values import FeelValue, Range, equal, within

Test = Callable[[Scope, FeelValue], bool | None]
"""One unary test: takes the scope and the input."""


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


# Unary tests


def compare_with(operator: str, operand: Code) -> Test:
    compare = COMPARE[operator]
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
