"""FEEL values: which Python type stands for which FEEL type, and how values compare.

None, bool, Decimal, str, list, dict (context), date, time, datetime, timedelta (days and
time duration), `YearsMonths`, `Range` and `Function`. Nothing here converts between types.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
    takes_any: bool = False
    """Whether its parameters are of no type."""


ORDERED = frozenset((Decimal, str, date, time, datetime, timedelta, YearsMonths))
"""Types whose values come before or after one another."""
_LONG = 256
"""Characters that are compared for nothing."""

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


def less(a: FeelValue, b: FeelValue, run: Run) -> bool | None:
    """Whether `a` comes before `b`; None when the two have no order."""
    kind = type(a)
    if kind is not type(b) or kind not in ORDERED:
        return None
    if kind is str and len(a) > _LONG:
        run.spend(len(a) >> 6)
    if kind is datetime or kind is time:
        a, b = _on_one_clock(a, b)
    return None if a is None else bool(a < b)


def less_or_equal(a: FeelValue, b: FeelValue, run: Run) -> bool | None:
    """Whether `a` comes before `b` or is the same; None when the two have no order."""
    kind = type(a)
    if kind is not type(b) or kind not in ORDERED:
        return None
    if kind is str and len(a) > _LONG:
        run.spend(len(a) >> 6)
    if kind is datetime or kind is time:
        a, b = _on_one_clock(a, b)
    return None if a is None else bool(a <= b)


def equal(a: FeelValue, b: FeelValue, run: Run) -> bool | None:
    """Whether `a` and `b` are the same value; None when they are of different types."""
    if a is None or b is None:
        return a is b
    kind = type(a)
    if kind is not type(b):
        return None
    compare = _EQUAL.get(kind)
    return bool(a == b) if compare is None else compare(a, b, run)


def _equal_texts(a: str, b: str, run: Run) -> bool:
    if len(a) > _LONG:
        run.spend(len(a) >> 6)
    return a == b


def _equal_ranges(a: Range, b: Range, run: Run) -> bool:
    brackets = (a.start_included, a.end_included) == (b.start_included, b.end_included)
    return brackets and bool(equal(a.start, b.start, run) and equal(a.end, b.end, run))


def _equal_moments(a: Any, b: Any, _run: Run) -> bool | None:
    a, b = _on_one_clock(a, b)
    return a is not None and bool(a == b)


def _on_one_clock(a: Any, b: Any) -> tuple[Any, Any]:
    """Two moments or times so that Python orders them; two None when they have no order.

    Python compares what clocks of one zone show, also in the hour that comes twice, takes no
    time of such an hour for the same as one in another zone, and forgets the named zone of a
    time without a day.
    """
    if a.tzinfo is b.tzinfo and (a.tzinfo is None or a.tzinfo is UTC):
        return a, b
    if a.tzinfo is None or b.tzinfo is None:
        return None, None
    if a.utcoffset() is None or b.utcoffset() is None:
        same = str(a.tzinfo) == str(b.tzinfo)
        return (a.replace(tzinfo=None), b.replace(tzinfo=None)) if same else (None, None)
    return since_midnight(a), since_midnight(b)


def since_midnight(at: datetime | time) -> timedelta:
    """How long after a midnight in UTC, of its own day or of the first of all."""
    days = at.toordinal() if isinstance(at, datetime) else 0
    clock = timedelta(
        days=days,
        hours=at.hour,
        minutes=at.minute,
        seconds=at.second,
        microseconds=at.microsecond,
    )
    return clock - (at.utcoffset() or timedelta())


def _equal_lists(a: list[FeelValue], b: list[FeelValue], run: Run) -> bool:
    # Lists may share parts many times over: each comparison is paid for.
    run.spend(len(a) + 1)
    return len(a) == len(b) and all(equal(x, y, run) is True for x, y in zip(a, b, strict=True))


def _equal_contexts(a: dict[str, FeelValue], b: dict[str, FeelValue], run: Run) -> bool:
    run.spend(len(a) + 1)
    return a.keys() == b.keys() and all(equal(a[key], b[key], run) is True for key in a)


_EQUAL: dict[type, Callable[[Any, Any, Run], bool | None]] = {
    str: _equal_texts,
    list: _equal_lists,
    dict: _equal_contexts,
    datetime: _equal_moments,
    time: _equal_moments,
    Range: _equal_ranges,
}
"""How values are compared that Python's own `==` does not compare as FEEL does."""


def within(value: FeelValue, span: Range, run: Run) -> bool | None:
    """Whether `value` lies in the range; None when it cannot be compared with its ends."""
    after = span.start is UNBOUNDED or (
        less_or_equal(span.start, value, run)
        if span.start_included
        else less(span.start, value, run)
    )
    before = span.end is UNBOUNDED or (
        less_or_equal(value, span.end, run) if span.end_included else less(value, span.end, run)
    )
    if after is None or before is None:
        return None
    return after and before
