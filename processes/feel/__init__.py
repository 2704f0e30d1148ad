"""FEEL, the expression language of DMN 1.4, as pure Python: no Django, nothing of the project.

A text is compiled once to closures and never evaluated as Python. Values are plain data
without attributes or methods; an expression can call nothing but FEEL's own functions and
those its host lends it; and every evaluation has a budget (`run.UNITS`).

The parser is LALR(1), made by lark from `grammar.lark`; what no such grammar can do (names
of several words, `]a..b[`) is done by the lexer before it.
"""

from __future__ import annotations

from processes.feel.builtins import BUILTINS
from processes.feel.errors import (
    FeelBudgetError,
    FeelError,
    FeelSyntaxError,
    HostFunctionFailed,
    NoFeelValue,
    OutOfReach,
    UnknownFunction,
    UnsupportedPattern,
)
from processes.feel.expression import (
    Expression,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
)
from processes.feel.place import Place
from processes.feel.results import NotJson, from_json, to_json
from processes.feel.run import Run, Scope
from processes.feel.values import FeelValue, Function, Range, YearsMonths

BUILTIN_FUNCTIONS = frozenset(BUILTINS)
"""The names of all functions that need not be lent."""

__all__ = [
    "BUILTIN_FUNCTIONS",
    "Expression",
    "FeelBudgetError",
    "FeelError",
    "FeelSyntaxError",
    "FeelValue",
    "Function",
    "HostFunctionFailed",
    "NoFeelValue",
    "NotJson",
    "OutOfReach",
    "Place",
    "Range",
    "Run",
    "Scope",
    "UnaryTests",
    "UnknownFunction",
    "UnsupportedPattern",
    "YearsMonths",
    "compile_expression",
    "compile_unary_tests",
    "from_json",
    "to_json",
]
