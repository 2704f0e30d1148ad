"""Types as DMN files name them: what fits, and what is made to fit (DMN 1.3 §10.3.2.9.4).

A value that does not fit is an error wherever a type is declared: the standard would go on
with null. JSON has no dates, so those of variables are read from text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Protocol

from processes.feel import FeelValue, Function, Range, Run, UnaryTests, YearsMonths
from processes.feel.arithmetic import midnight
from processes.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time

_Read = Callable[[str], FeelValue]
Fitted = tuple[FeelValue, bool]
"""A value as a type wants it, and whether it could be made so."""


class Kind(Protocol):
    """A type that something is declared to have."""

    @property
    def name(self) -> str:
        """With its article, for sentences."""
        ...

    def fitted(self, value: FeelValue, run: Run, *, read: bool = False) -> Fitted:
        """The value as the type wants it; `read`: it comes from JSON. Null fits always."""
        ...


@dataclass(frozen=True)
class Check:
    """A type of FEEL itself."""

    name: str
    types: tuple[type, ...]
    read: _Read | None = None

    def fitted(self, value: FeelValue, run: Run, *, read: bool = False) -> Fitted:
        if value is None or type(value) in self.types:
            return value, True
        if read and type(value) is str and self.read is not None:
            value = self.read(value)
        if type(value) is list and len(value) == 1 and type(value[0]) is not list:
            return self.fitted(value[0], run, read=read)
        if type(value) is date and datetime in self.types:
            value = midnight(value)
        return value, type(value) in self.types


@dataclass(frozen=True)
class Whole(Check):
    """Numbers without a fraction: `integer` is no type of the standard, but of modellers."""

    def fitted(self, value: FeelValue, run: Run, *, read: bool = False) -> Fitted:
        value, fits = Check.fitted(self, value, run, read=read)
        if type(value) is Decimal:
            fits = value == value.to_integral_value()
        return value, fits


@dataclass(frozen=True)
class ListOf:
    """A collection: each item is of its type; a single value becomes a list of one."""

    name: str
    item: Kind

    def fitted(self, value: FeelValue, run: Run, *, read: bool = False) -> Fitted:
        if value is None:
            return None, True
        items = value if type(value) is list else [value]
        run.spend(len(items) + 1)
        parts = [self.item.fitted(part, run, read=read) for part in items]
        return [part for part, _ in parts], all(fits for _, fits in parts)


@dataclass(frozen=True)
class Structure:
    """A context that has all of these entries, and may have more."""

    name: str
    entries: Mapping[str, Kind]

    def fitted(self, value: FeelValue, run: Run, *, read: bool = False) -> Fitted:
        if value is None:
            return None, True
        if type(value) is list and len(value) == 1 and type(value[0]) is not list:
            return self.fitted(value[0], run, read=read)
        if type(value) is not dict or not self.entries.keys() <= value.keys():
            return value, False
        run.spend(len(self.entries) + 1)
        parts = {key: kind.fitted(value[key], run, read=read) for key, kind in self.entries.items()}
        fits = all(fits for _, fits in parts.values())
        return {**value, **{key: part for key, (part, _) in parts.items()}}, fits


@dataclass(frozen=True)
class Allowed:
    """A type of which only some values are allowed."""

    name: str
    base: Kind
    tests: UnaryTests

    def fitted(self, value: FeelValue, run: Run, *, read: bool = False) -> Fitted:
        value, fits = self.base.fitted(value, run, read=read)
        if not fits or value is None:
            return value, fits
        run.spend(2 + (len(self.tests.text) >> 3))
        return value, self.tests.within(value, run) is True


def named(kind: Kind, name: str) -> Kind:
    """The same type under the name of its definition."""
    return replace(kind, name=name) if isinstance(kind, (Check, ListOf, Structure)) else kind


class _Any:
    name = "anything"

    def fitted(self, value: FeelValue, _run: Run, *, read: bool = False) -> Fitted:  # noqa: ARG002
        return value, True


ANY: Kind = _Any()
FUNCTION: Kind = Check("a function", (Function,))
_DAYS = Check("a days and time duration", (timedelta,), parse_duration)
_MONTHS = Check("a years and months duration", (YearsMonths,), parse_duration)
_MOMENT = Check("a date and time", (datetime,), parse_date_time)
_NUMBER = Check("a number", (Decimal,))
_WHOLE = Whole("a whole number", (Decimal,))
BUILT_IN: dict[str, Kind] = {
    "string": Check("a text", (str,)),
    "boolean": Check("true or false", (bool,)),
    "number": _NUMBER,
    "integer": _WHOLE,
    "long": _WHOLE,
    "double": _NUMBER,
    "date": Check("a date", (date,), parse_date),
    "time": Check("a time", (time,), parse_time),
    "dateTime": _MOMENT,
    "date and time": _MOMENT,
    "dayTimeDuration": _DAYS,
    "days and time duration": _DAYS,
    "yearMonthDuration": _MONTHS,
    "years and months duration": _MONTHS,
    "list": ListOf("a list", ANY),
    "context": Structure("a context", {}),
    "range": Check("a range", (Range,)),
    "function": FUNCTION,
    "Any": ANY,
}
"""By `typeRef`, as the standard and the desktop modeller write it."""
