"""How a Python function becomes a built-in: its parameters, their types, their overloads.

`@builtin("substring", "string: string, start position: number, length: number?")`: the
function is called only when the arguments fit; when no overload fits the answer is null.
An optional parameter ends in `?`; a last one that ends in `*` takes all that is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from processes.feel.run import Run
from processes.feel.values import FeelValue, Function, Range, YearsMonths

F = TypeVar("F", bound=Callable[..., Any])

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (Decimal,),
    "boolean": (bool,),
    "list": (list,),
    "context": (dict,),
    "function": (Function,),
    "date": (date,),
    "time": (time,),
    "date and time": (datetime,),
    "day": (date, datetime),
    "duration": (timedelta, YearsMonths),
    "days and time duration": (timedelta,),
    "range": (Range,),
    "temporal": (date, datetime, time, timedelta, YearsMonths),
    "any": (),
}


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    types: tuple[type, ...]
    """Empty when anything fits, also null."""
    optional: bool
    repeated: bool


@dataclass(frozen=True, slots=True)
class _Overload:
    parameters: tuple[_Parameter, ...]
    least: int
    most: int | None
    python: Callable[..., FeelValue]

    def arguments(self, given: list[FeelValue]) -> list[FeelValue] | None:
        """The arguments as the function takes them; None when they do not fit."""
        if len(given) < self.least or (self.most is not None and len(given) > self.most):
            return None
        fitted = []
        for at, value in enumerate(given):
            parameter = self.parameters[min(at, len(self.parameters) - 1)]
            if type(value) not in parameter.types and parameter.types:
                value, fits = _coerced(value, parameter)
                if not fits:
                    return None
            fitted.append(value)
        return fitted


def _coerced(value: FeelValue, parameter: _Parameter) -> tuple[FeelValue, bool]:
    """A value for a list, or the only item of a list for a value (DMN 1.4 §10.3.2.9.4)."""
    if value is None:
        return None, parameter.optional
    if list in parameter.types:
        return [value], True
    if type(value) is list and len(value) == 1 and type(value[0]) in parameter.types:
        return value[0], True
    return None, False


REGISTERED: dict[str, Function] = {}
_overloads: dict[str, list[_Overload]] = {}


def builtin(name: str, signature: str) -> Callable[[F], F]:
    """Register the decorated function; more than once for several ways to call it."""
    parameters = tuple(_parameter(part.strip()) for part in signature.split(",") if part.strip())

    def register(python: F) -> F:
        repeated = bool(parameters) and parameters[-1].repeated
        overload = _Overload(
            parameters,
            least=sum(not (each.optional or each.repeated) for each in parameters),
            most=None if repeated else len(parameters),
            python=python,
        )
        overloads = _overloads.setdefault(name, [])
        overloads.append(overload)
        REGISTERED[name] = Function(name, _caller(overloads), _signatures(overloads))
        return python

    return register


def _parameter(text: str) -> _Parameter:
    name, _, kind = text.partition(":")
    kind = kind.strip()
    types = _TYPES[kind.rstrip("?*")]
    return _Parameter(name.strip(), types, kind.endswith("?"), kind.endswith("*"))


def _signatures(overloads: list[_Overload]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(
            each.name + ("?" if each.optional or each.repeated else "")
            for each in overload.parameters
        )
        for overload in overloads
    )


def _caller(overloads: list[_Overload]) -> Callable[[Run, list[FeelValue]], FeelValue]:
    def call(run: Run, given: list[FeelValue]) -> FeelValue:
        run.spend(2)
        for overload in overloads:
            arguments = overload.arguments(given)
            if arguments is not None:
                return overload.python(run, *arguments)
        return None

    return call
