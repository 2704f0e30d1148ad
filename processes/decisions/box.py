"""A box: what stands in one, compiled to a closure over the scope it stands in."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from processes.decisions.errors import DecisionError
from processes.decisions.types import Kind
from processes.feel import Expression, FeelValue, Function, Run, Scope
from processes.feel.calls import entered, parameters_for
from processes.feel.operators import Code


@dataclass(frozen=True, kw_only=True)
class Box:
    """What stands in a box: a closure, and what it needs from outside."""

    code: Code
    names: frozenset[str] = frozenset()
    """The variables it reads."""
    functions: frozenset[str] = frozenset()
    """The functions it calls."""
    weight: int = 1
    levels: int = 1


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: Kind | None


def joined(code: Code, parts: Sequence[Box]) -> Box:
    return Box(
        code=code,
        names=frozenset().union(*(part.names for part in parts)),
        functions=frozenset().union(*(part.functions for part in parts)),
        weight=1 + sum(part.weight for part in parts),
        levels=2 + max((part.levels for part in parts), default=0),
    )


def typed(code: Code, kind: Kind | None, title: str, what: str) -> Code:
    """The same value, made to fit its declared type or refused."""
    if kind is None:
        return code

    def checked(scope: Scope) -> FeelValue:
        value, fits = kind.fitted(code(scope), scope.run)
        if not fits:
            raise DecisionError(title, f"expected {what} to be {kind.name}")
        return value

    return checked


def function_of(
    name: str, parameters: Sequence[Parameter], body: Box, scope: Callable[[Run], Scope]
) -> Function:
    """A function of FEEL whose parameters have types."""
    names = tuple(each.name for each in parameters)

    def call(run: Run, arguments: list[FeelValue]) -> FeelValue:
        if len(arguments) != len(names):
            raise DecisionError(name, f"expected {len(names)} arguments, found {len(arguments)}")
        values = {}
        for parameter, value in zip(parameters, arguments, strict=True):
            fitted, fits = parameter.kind.fitted(value, run) if parameter.kind else (value, True)
            if not fits and parameter.kind:
                sentence = f"expected {parameter.name!r} to be {parameter.kind.name}"
                raise DecisionError(name, sentence)
            values[parameter.name] = fitted
        return entered(body.code, values, scope(run), run, body.weight, body.levels)

    return Function(name, call, (names,))


def of_expression(expression: Expression) -> Box:
    return Box(
        code=expression.code,
        names=expression.names,
        functions=expression.functions,
        weight=expression.weight,
        levels=expression.levels,
    )


def called_with(callee: Code, names: Set[str], title: str) -> Code:
    """The function that is invoked; an error when it has no parameters of these names."""

    def checked(scope: Scope) -> FeelValue:
        function = callee(scope)
        if type(function) is not Function:
            raise DecisionError(title, "expected a function to invoke")
        if parameters_for(function, names) is None:
            wanted = " or ".join(f"({', '.join(each)})" for each in function.signatures)
            found = ", ".join(names)
            raise DecisionError(title, f"expected arguments {wanted}, found ({found})")
        return function

    return checked


def boolean(code: Code, title: str, what: str) -> Code:
    """A test as a box of its own: what is neither true, false nor null is an error."""

    def checked(scope: Scope) -> FeelValue:
        value = code(scope)
        if value is not None and type(value) is not bool:
            raise DecisionError(title, f"expected {what} to be true or false")
        return value

    return checked


def context_of(entries: list[tuple[str, Box]], result: Box | None) -> Code:
    def code(scope: Scope) -> FeelValue:
        values: dict[str, FeelValue] = {}
        inner = Scope(values, scope, scope.run)
        scope.run.spend(len(entries))
        for name, box in entries:
            values[name] = box.code(inner)
        return result.code(inner) if result else values

    return code


def items_of(parts: list[Box]) -> Code:
    return lambda scope: [part.code(scope) for part in parts]


def relation_of(columns: list[str], rows: list[list[Box]]) -> Code:
    def code(scope: Scope) -> list[FeelValue]:
        scope.run.spend(len(rows) * len(columns))
        return [
            {name: cell.code(scope) for name, cell in zip(columns, cells, strict=True)}
            for cells in rows
        ]

    return code
