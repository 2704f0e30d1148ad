"""Closures that call functions: built-in, lent by the host, or written in the expression."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Set
from functools import lru_cache
from typing import Any

from processes.feel.builtins import BUILTINS
from processes.feel.errors import FeelError, HostFunctionFailed, UnknownFunction
from processes.feel.operators import Code
from processes.feel.run import Run, Scope, taken
from processes.feel.types import Type
from processes.feel.values import FeelValue, Function

Names = Mapping[str, FeelValue]


def call_named(name: str, arguments: list[Code]) -> Code:
    """Call what the name stands for when nothing in the expression defines it."""
    builtin = BUILTINS.get(name)
    if builtin is not None:
        call = builtin.call
        return lambda scope: call(scope.run, [argument(scope) for argument in arguments])

    def code(scope: Scope) -> FeelValue:
        found = _find(name, scope)
        return _call(found, [argument(scope) for argument in arguments], scope.run)

    return code


def call_named_by_name(name: str, arguments: Mapping[str, Code]) -> Code:
    builtin = BUILTINS.get(name)

    def code(scope: Scope) -> FeelValue:
        return _call_by_name(builtin or _find(name, scope), arguments, scope)

    return code


def call_value(callee: Code, arguments: list[Code]) -> Code:
    """Call the function that an expression gives; anything else gives null."""

    def code(scope: Scope) -> FeelValue:
        return _call(callee(scope), [argument(scope) for argument in arguments], scope.run)

    return code


def call_value_by_name(callee: Code, arguments: Mapping[str, Code]) -> Code:
    return lambda scope: _call_by_name(callee(scope), arguments, scope)


def _find(name: str, scope: Scope) -> FeelValue:
    place: Scope | None = scope
    while place is not None:  # a filter's item may hold a function
        if name in place.names:
            return place.names[name]
        place = place.outer
    if name in scope.run.functions:
        return host_function(name, scope.run.functions[name])
    if name in scope.run.variables:
        return scope.run.variables[name]
    raise UnknownFunction(name)


def _call(callee: FeelValue, arguments: list[FeelValue], run: Run) -> FeelValue:
    return callee.call(run, arguments) if type(callee) is Function else None


def _call_by_name(callee: FeelValue, named: Mapping[str, Code], scope: Scope) -> FeelValue:
    if type(callee) is not Function:
        return None
    parameters = parameters_for(callee, named.keys())
    if parameters is None:
        return None
    used = parameters[: max(map(parameters.index, named), default=-1) + 1]
    values = {name: argument(scope) for name, argument in named.items()}
    return callee.call(scope.run, [values.get(name) for name in used])


def parameters_for(callee: Function, named: Set[str]) -> list[str] | None:
    """The parameters of the way to call a function with arguments of these names, if any."""
    for signature in callee.signatures:
        parameters = [parameter.rstrip("?") for parameter in signature]
        needed = {parameter for parameter in signature if not parameter.endswith("?")}
        if needed <= named <= set(parameters):
            return parameters
    return None


def function(
    names: list[str], types: list[Type | None], body: Code, weight: int, levels: int
) -> Code:
    """`function(names) body`: a value that remembers the scope it was written in."""

    def code(scope: Scope) -> Function:
        def call(run: Run, arguments: list[FeelValue]) -> FeelValue:
            if len(arguments) != len(names) or not _fit(arguments, types, run):
                return None
            return entered(
                body, dict(zip(names, arguments, strict=True)), scope, run, weight, levels
            )

        return Function("", call, (tuple(names),), takes_any=not any(types))

    return code


def entered(
    body: Code, names: Names, scope: Scope, run: Run, weight: int, levels: int
) -> FeelValue:
    """The body of a function, at home where it was written and paid for by who calls it."""
    run.spend(weight)
    run.enter(levels)
    home = scope.run
    if home is not run:
        run.hand_over(home)
    result = body(Scope(names, scope, home))
    if home is not run:
        home.hand_over(run)
    run.levels -= levels
    return result


def _fit(arguments: list[FeelValue], types: list[Type | None], run: Run) -> bool:
    return all(
        kind is None or value is None or kind(value, run) is True
        for value, kind in zip(arguments, types, strict=True)
    )


@lru_cache(maxsize=256)
def host_function(name: str, python: Callable[..., Any]) -> Function:
    """A Python function as a FEEL function, with its own parameter names."""
    parameters = inspect.signature(python).parameters.values()
    takes_now = any(
        parameter.name == "now" and parameter.kind is parameter.KEYWORD_ONLY
        for parameter in parameters
    )
    signature = tuple(
        parameter.name.replace("_", " ") + ("" if parameter.default is parameter.empty else "?")
        for parameter in parameters
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
    )

    def call(run: Run, arguments: list[FeelValue]) -> FeelValue:
        run.spend(20)
        moment = {"now": run.now} if takes_now else {}
        try:
            return taken(python(*arguments, **moment), run)
        except FeelError:
            raise
        except Exception as error:
            raise HostFunctionFailed(name, error) from error

    return Function(name, call, (signature,))
