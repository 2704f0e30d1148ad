"""What the unary tests of one cell accept, when they only speak of literals.

For those who compare cells with one another, e.g. the rules of a decision table. Nothing
is guessed: tests that read a variable or call a function are not described.
"""

from __future__ import annotations

from dataclasses import dataclass

from processes.feel.compiler import Compiler
from processes.feel.errors import FeelError
from processes.feel.operators import as_range
from processes.feel.parser import Node, parse_tests
from processes.feel.place import ANYWHERE
from processes.feel.run import Run, Scope
from processes.feel.values import FeelValue, Range

_NAMES = frozenset(("date and time", "days and time duration"))
_CONSTRUCTORS = frozenset(("date",))
_KINDS = frozenset(("number", "string", "temporal", "true", "false", "negation", "call"))


@dataclass(frozen=True)
class Accepted:
    """Values in one of the ranges; or, when `negated`, all others."""

    spans: tuple[Range, ...]
    negated: bool = False


def accepted(text: str) -> Accepted | None:
    """What the tests in `text` accept; None when that is not a matter of literals alone."""
    try:
        negated, trees = parse_tests(text, _NAMES)
    except FeelError:
        return None
    if not trees:
        return Accepted((), negated=True)
    if len(trees) == 1 and _operator(trees[0]) == "NE":
        value = _constant(_operand(trees[0]))
        return None if value is None else Accepted((Range(value, value),), negated=not negated)
    spans = [_span(tree) for tree in trees]
    found = tuple(span for span in spans if span is not None)
    return Accepted(found, negated) if len(found) == len(spans) else None


def _span(tree: Node) -> Range | None:
    if tree.data == "open_range":
        tree = _operand(tree)
    if tree.data == "operator_test":
        return as_range(_operator(tree), _constant(_operand(tree)))
    if tree.data == "range":
        parts = [part for part in tree.children if not isinstance(part, str)]
        ends = [_constant(part) for part in parts]
        if None in ends:
            return None
        brackets = [str(part) for part in tree.children if isinstance(part, str)]
        return Range(ends[0], ends[1], brackets[0] == "[", brackets[-1] == "]")
    value = _constant(tree)
    return None if value is None else Range(value, value)


def _operator(tree: Node) -> str:
    if tree.data != "operator_test":
        return ""
    operator = tree.children[0]
    return "" if isinstance(operator, str) else str(getattr(operator.children[0], "type", ""))


def _operand(tree: Node) -> Node:
    last = tree.children[-1]
    if isinstance(last, str):
        raise TypeError(last)
    return last


def _constant(tree: Node) -> FeelValue:
    """The value of a literal; None of anything else."""
    if tree.data not in _KINDS:
        return None
    compiler = Compiler("", ANYWHERE)
    try:
        code = compiler.expression(tree)
        if compiler.names or not compiler.functions <= _CONSTRUCTORS:
            return None
        return code(Scope({}, None, Run({}, None, {})))
    except FeelError:
        return None
