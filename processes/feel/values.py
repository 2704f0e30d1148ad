"""FEEL values: which Python type stands for which FEEL type, and how values compare.

None, bool, Decimal, str, list, dict (context), date, time, datetime, timedelta (days and
time duration), `YearsMonths`, `Range` and `Function`. Nothing here converts between types.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from processes.feel.run import Run

FeelValue = Any
"""One of the types above; lists and contexts hold FEEL values."""


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years and months duration: a number of months, negative when it points back."""

    months: int


class _Unbounded:
    """The end of a range that has none, as in `(> 5)`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "unbounded"


UNBOUNDED = _Unbounded()


@dataclass(frozen=True, slots=True)
class Range:
    start: FeelValue
    end: FeelValue
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be called: built-in, lent by the host, or written in the expression."""

    name: str
    call: Callable[[Run, list[FeelValue]], FeelValue]
    signatures: tuple[tuple[str, ...], ...]
    """The parameter names of each way to call it by name; optional ones end in `?`."""


ORDERED = frozenset((Decimal, str, date, time, datetime, timedelta, YearsMonths))
"""Types whose values come before or after one another."""

_NAMES: dict[type, str] = {
    bool: "boolean",
    Decimal: "number",
    str: "string",
    list: "list",
    dict: "context",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    Range: "range",
    Function: "function",
    type(None): "Null",
}


def type_name(value: FeelValue) -> str:
    """The name FEEL has for the type of `value`."""
    return _NAMES.get(type(value), "Any")


def less(a: FeelValue, b: FeelValue) -> bool | None:
    """Whether `a` comes before `b`; None when the two have no order."""
    kind = type(a)
    if kind is not type(b) or kind not in ORDERED:
        return None
    try:
        return bool(a < b)
    except TypeError:  # a local and a zoned date and time
        return None


def less_or_equal(a: FeelValue, b: FeelValue) -> bool | None:
    """Whether `a` comes before `b` or is the same; None when the two have no order."""
    kind = type(a)
    if kind is not type(b) or kind not in ORDERED:
        return None
    try:
        return bool(a <= b)
    except TypeError:
        return None


def equal(a: FeelValue, b: FeelValue, run: Run) -> bool | None:
    """Whether `a` and `b` are the same value; None when they are of different types."""
    if a is None or b is None:
        return a is b
    kind = type(a)
    if kind is not type(b):
        return None
    if kind is list:
        return _equal_lists(a, b, run)
    if kind is dict:
        return _equal_contexts(a, b, run)
    if kind is datetime or kind is time:
        return _equal_moments(a, b)
    return bool(a == b)


def _equal_moments(a: Any, b: Any) -> bool | None:
    # Python compares times with a named zone as if they had none.
    if (a.tzinfo is None) is not (b.tzinfo is None):
        return False
    if a.utcoffset() is None and a.tzinfo is not None:
        return bool(a == b and str(a.tzinfo) == str(b.tzinfo))
    return bool(a == b)


def _equal_lists(a: list[FeelValue], b: list[FeelValue], run: Run) -> bool:
    # Lists may share parts many times over: each comparison is paid for.
    run.spend(len(a) + 1)
    return len(a) == len(b) and all(equal(x, y, run) is True for x, y in zip(a, b, strict=True))


def _equal_contexts(a: dict[str, FeelValue], b: dict[str, FeelValue], run: Run) -> bool:
    run.spend(len(a) + 1)
    return a.keys() == b.keys() and all(equal(a[key], b[key], run) is True for key in a)


def within(value: FeelValue, span: Range) -> bool | None:
    """Whether `value` lies in the range; None when it cannot be compared with its ends."""
    after = span.start is UNBOUNDED or (
        less_or_equal(span.start, value) if span.start_included else less(span.start, value)
    )
    before = span.end is UNBOUNDED or (
        less_or_equal(value, span.end) if span.end_included else less(value, span.end)
    )
    if after is None or before is None:
        return None
    return after and before
