"""What a host sees: compiled expressions and unary tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from processes.feel.builtins import BUILTINS
from processes.feel.compiler import Compiler
from processes.feel.errors import FeelBudgetError
from processes.feel.operators import Code
from processes.feel.parser import levels, parse_expression, parse_tests, weight
from processes.feel.place import ANYWHERE, Place
from processes.feel.results import check_size
from processes.feel.run import Run, Scope, taken
from processes.feel.unary import Test, either
from processes.feel.values import FeelValue

_BUILTIN_NAMES = frozenset(BUILTINS) | {
    "days and time duration",
    "start included",
    "end included",
    "time offset",
}
_NO_FUNCTIONS: Mapping[str, Callable[..., Any]] = {}


class Expression:
    """A FEEL expression, ready to be evaluated any number of times, from any thread."""

    __slots__ = ("code", "functions", "levels", "names", "text", "unreadable", "weight")

    def __init__(self, text: str, code: Code, compiler: Compiler, size: tuple[int, int]) -> None:
        self.text = text
        self.code = code
        """For what holds it: takes the scope it stands in; the size is not checked."""
        self.weight, self.levels = size
        """What one turn through it costs, and how deep it is."""
        names, functions = compiler.names, compiler.functions
        self.names = frozenset(names)
        """The variables it reads: the first name of each path."""
        self.functions = frozenset(functions)
        """The functions it calls by name, built-in ones too."""
        self.unreadable = frozenset(compiler.unreadable)
        """Texts in it which stand for a date, time or duration that there is not."""

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        functions: Mapping[str, Callable[..., Any]] = _NO_FUNCTIONS,
    ) -> FeelValue:
        """The value for these variables, which are plain JSON or FEEL values.

        What the standard calls null is None: unknown variables, wrong types, division by zero.

        Raises:
            FeelBudgetError: it takes too long or its value is too large.
            UnknownFunction: it calls a function that is neither built in nor lent.
            HostFunctionFailed: a function in `functions` raised.
        """
        return self.within(Run(context, now, functions))

    def within(self, run: Run) -> FeelValue:
        """The value as part of a larger evaluation, on its budget."""
        try:
            value = self.code(Scope({}, None, run))
        except RecursionError:
            raise FeelBudgetError("Expected functions to call one another less deeply") from None
        if type(value) in (list, dict):
            check_size(value)
        return value


class UnaryTests:
    """What stands in an input cell of a decision table: tests of one input."""

    __slots__ = ("functions", "names", "test", "text", "unreadable")

    def __init__(self, text: str, test: Test | None, compiler: Compiler) -> None:
        self.text = text
        self.test = test
        """For decision tables: takes a scope and the input. None for `-`, which all pass."""
        self.names = frozenset(compiler.names)
        self.functions = frozenset(compiler.functions)
        self.unreadable = frozenset(compiler.unreadable)
        """As of `Expression`."""

    def matches(
        self,
        value: Any,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        functions: Mapping[str, Callable[..., Any]] = _NO_FUNCTIONS,
    ) -> bool | None:
        """Whether the input passes; None when a comparison makes no sense.

        Raises:
            FeelError: as for `Expression.evaluate`.
        """
        run = Run(context, now, functions)
        return self.within(taken(value, run), run)

    def within(self, value: FeelValue, run: Run) -> bool | None:
        """As `matches`, of a FEEL value and as part of a larger evaluation."""
        if self.test is None:
            return True
        try:
            return self.holds(value, Scope(_NO_FUNCTIONS, None, run))
        except RecursionError:
            raise FeelBudgetError("Expected functions to call one another less deeply") from None

    def holds(self, value: FeelValue, scope: Scope) -> bool | None:
        """As `within`, where the tests stand in a scope."""
        return True if self.test is None else self.test(scope, value)


def compile_expression(
    text: str, *, names: frozenset[str] = frozenset(), place: Place = ANYWHERE
) -> Expression:
    """Compile one expression; `names` are variables whose names are not one plain word.

    Raises:
        FeelSyntaxError: the text is not FEEL; the error carries the position.
        FeelBudgetError: the text is too long or nested too deeply.
    """
    kept = _SHORT if len(text) <= _MAX_SHORT else _LONG
    return kept[0](text, names, place)


def compile_unary_tests(
    text: str, *, names: frozenset[str] = frozenset(), place: Place = ANYWHERE
) -> UnaryTests:
    """Compile the tests of one cell: `-`, `< 5, [10..20]`, `not("a")`, `contains(?, "x")`.

    Raises:
        FeelError: as for `compile_expression`.
    """
    kept = _SHORT if len(text) <= _MAX_SHORT else _LONG
    return kept[1](text, names, place)


def _expression(text: str, names: frozenset[str], place: Place) -> Expression:
    tree = parse_expression(text, _BUILTIN_NAMES | names)
    compiler = Compiler(text, place)
    code = compiler.expression(tree)
    return Expression(text, code, compiler, (weight(tree), levels(tree)))


def _unary_tests(text: str, names: frozenset[str], place: Place) -> UnaryTests:
    negated, trees = parse_tests(text, _BUILTIN_NAMES | names)
    compiler = Compiler(text, place)
    tests = [compiler.test(tree) for tree in trees]
    test = either(tests, negated=negated) if tests else None
    return UnaryTests(text, test, compiler)


_MAX_SHORT = 200
_SHORT = lru_cache(maxsize=2048)(_expression), lru_cache(maxsize=2048)(_unary_tests)
_LONG = lru_cache(maxsize=32)(_expression), lru_cache(maxsize=32)(_unary_tests)
"""Long texts are kept in small numbers: compiled, one may take 600 KB."""


def forget() -> None:
    """Compile everything anew."""
    for kept in (*_SHORT, *_LONG):
        kept.cache_clear()
