"""Closures that read names and walk paths, and the contexts they walk through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from processes.feel.operators import Code, constant
from processes.feel.run import Scope, taken
from processes.feel.values import UNBOUNDED, FeelValue, Function, Range, YearsMonths


def variable(keys: tuple[str, ...], fallback: Function | None) -> Code:
    """What stands in the variables under a path of names; `fallback` when it is a built-in.

    The path is walked in the plain JSON, so that only what is taken out is converted.
    """
    name, *rest = keys

    def code(scope: Scope) -> FeelValue:
        run = scope.run
        value: Any = run.variables.get(name, fallback)
        for at, key in enumerate(rest):
            if type(value) is not dict:
                return _walk(taken(value, run), rest[at:], scope)
            value = value.get(key)
        if not isinstance(value, (list, dict, tuple)):
            return taken(value, run)
        if keys not in run.seen:
            run.seen[keys] = taken(value, run)
        return run.seen[keys]

    return code


def local(name: str, fallback: Function | None, *, closed: bool = False) -> Code:
    """A name that a loop, a context, a function or a filter defines, or else a variable.

    `closed`: nothing else is visible here, variables neither.
    """
    otherwise = constant(fallback) if closed else variable((name,), fallback)

    def code(scope: Scope) -> FeelValue:
        place: Scope | None = scope
        while place is not None:
            if name in place.names:
                return place.names[name]
            place = place.outer
        return otherwise(scope)

    return code


def context(entries: list[tuple[str, Code]]) -> Code:
    def code(scope: Scope) -> dict[str, FeelValue] | None:
        result: dict[str, FeelValue] = {}
        inner = Scope(result, scope, scope.run)
        for key, value in entries:
            if key in result:
                return None
            result[key] = value(inner)
        return result

    return code


def path(source: Code, keys: list[str]) -> Code:
    return lambda scope: _walk(source(scope), keys, scope)


def _walk(value: FeelValue, keys: list[str], scope: Scope) -> FeelValue:
    for key in keys:
        value = member(value, key, scope)
    return value


def member(value: FeelValue, key: str, scope: Scope) -> FeelValue:
    """The entry of a context, the property of a temporal value, or those of each item."""
    kind = type(value)
    if kind is dict:
        return value.get(key)
    if kind is list:
        scope.run.spend(len(value) + 1)
        return [member(item, key, scope) for item in value]
    properties = _PROPERTIES.get(kind)
    found = properties.get(key) if properties else None
    return found(value) if found else None


def _number(get: Callable[[Any], int]) -> Callable[[Any], FeelValue]:
    return lambda value: Decimal(get(value))


def _offset(value: datetime | time) -> timedelta | None:
    return value.utcoffset()


def _zone(value: datetime | time) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _towards_zero(number: int, divisor: int) -> int:
    return number // divisor if number >= 0 else -(-number // divisor)


def _seconds(value: timedelta) -> int:
    return _towards_zero(value // timedelta(microseconds=1), 1_000_000)


def _rest(number: int, divisor: int) -> int:
    return number - _towards_zero(number, divisor) * divisor


def _end(value: FeelValue) -> FeelValue:
    return None if value is UNBOUNDED else value


_Properties = Mapping[str, Callable[[Any], FeelValue]]
_DAY: _Properties = {
    "year": _number(lambda value: value.year),
    "month": _number(lambda value: value.month),
    "day": _number(lambda value: value.day),
    "weekday": _number(lambda value: value.isoweekday()),
}
_CLOCK: _Properties = {
    "hour": _number(lambda value: value.hour),
    "minute": _number(lambda value: value.minute),
    "second": _number(lambda value: value.second),
    "time offset": _offset,
    "timezone": _zone,
}
_PROPERTIES: dict[type, _Properties] = {
    date: _DAY,
    time: _CLOCK,
    datetime: {**_DAY, **_CLOCK},
    timedelta: {
        "days": _number(lambda value: _towards_zero(_seconds(value), 86_400)),
        "hours": _number(lambda value: _rest(_towards_zero(_seconds(value), 3600), 24)),
        "minutes": _number(lambda value: _rest(_towards_zero(_seconds(value), 60), 60)),
        "seconds": _number(lambda value: _rest(_seconds(value), 60)),
    },
    YearsMonths: {
        "years": _number(lambda value: _towards_zero(value.months, 12)),
        "months": _number(lambda value: _rest(value.months, 12)),
    },
    Range: {
        "start": lambda value: _end(value.start),
        "end": lambda value: _end(value.end),
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}
