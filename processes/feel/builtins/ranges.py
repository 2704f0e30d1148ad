"""Range functions (DMN 1.4 table 77): how points and ranges lie to one another."""

from __future__ import annotations

import re
from collections.abc import Callable

from processes.feel import temporal
from processes.feel.builtins.registry import builtin
from processes.feel.decimals import parse_decimal
from processes.feel.operators import as_range
from processes.feel.run import Run
from processes.feel.values import UNBOUNDED, FeelValue, Range, equal, less, less_or_equal, within


def _span(value: FeelValue) -> Range:
    return value if type(value) is Range else Range(value, value)


def _ends_before(a: Range, b: Range, run: Run) -> bool | None:
    """Whether all of `a` lies before all of `b`."""
    if a.end is UNBOUNDED or b.start is UNBOUNDED:
        return False
    earlier = less(a.end, b.start, run)
    if earlier is not False:
        return earlier
    touching = equal(a.end, b.start, run) is True
    return touching and not (a.end_included and b.start_included)


@builtin("before", "value1: any, value2: any")
def before(run: Run, a: FeelValue, b: FeelValue) -> bool | None:
    return _ends_before(_span(a), _span(b), run)


@builtin("after", "value1: any, value2: any")
def after(run: Run, a: FeelValue, b: FeelValue) -> bool | None:
    return _ends_before(_span(b), _span(a), run)


def _bounded(*spans: Range) -> bool:
    return all(end is not UNBOUNDED for span in spans for end in (span.start, span.end))


@builtin("meets", "range1: range, range2: range")
def meets(run: Run, a: Range, b: Range) -> bool | None:
    if UNBOUNDED in (a.end, b.start):
        return False
    return _and(a.end_included and b.start_included, equal(a.end, b.start, run))


@builtin("met by", "range1: range, range2: range")
def met_by(run: Run, a: Range, b: Range) -> bool | None:
    return meets(run, b, a)


def _and(a: bool | None, b: bool | None) -> bool | None:
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


@builtin("overlaps", "range1: range, range2: range")
def overlaps(run: Run, a: Range, b: Range) -> bool | None:
    first, second = _ends_before(a, b, run), _ends_before(b, a, run)
    return None if first is None or second is None else not first and not second


@builtin("overlaps before", "range1: range, range2: range")
def overlaps_before(run: Run, a: Range, b: Range) -> bool | None:
    return _and(_and(overlaps(run, a, b), _starts_first(a, b, run)), _ends_in_time(a, b, run))


@builtin("overlaps after", "range1: range, range2: range")
def overlaps_after(run: Run, a: Range, b: Range) -> bool | None:
    return _and(_and(overlaps(run, a, b), _starts_first(b, a, run)), _ends_in_time(b, a, run))


def _starts_first(a: Range, b: Range, run: Run) -> bool | None:
    """Whether `a` has a part before `b` begins."""
    if UNBOUNDED in (a.start, b.start):
        return a.start is UNBOUNDED and b.start is not UNBOUNDED
    if equal(a.start, b.start, run) is True:
        return a.start_included and not b.start_included
    return less(a.start, b.start, run)


def _ends_last(a: Range, b: Range, run: Run) -> bool | None:
    """Whether `a` has a part after `b` has ended."""
    if UNBOUNDED in (a.end, b.end):
        return a.end is UNBOUNDED and b.end is not UNBOUNDED
    if equal(a.end, b.end, run) is True:
        return a.end_included and not b.end_included
    return less(b.end, a.end, run)


def _ends_in_time(a: Range, b: Range, run: Run) -> bool | None:
    return _not(_ends_last(a, b, run))


def _starts_in_time(a: Range, b: Range, run: Run) -> bool | None:
    """Whether `a` begins no later than `b`."""
    return _not(_starts_first(b, a, run))


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


@builtin("finishes", "value: any, range: range")
def finishes(run: Run, value: FeelValue, span: Range) -> bool | None:
    if type(value) is not Range:
        return _and(span.end_included, equal(value, span.end, run))
    same = _and(value.end_included is span.end_included, equal(value.end, span.end, run))
    return _and(same, _starts_in_time(span, value, run))


@builtin("finished by", "range: range, value: any")
def finished_by(run: Run, span: Range, value: FeelValue) -> bool | None:
    return finishes(run, value, span)


@builtin("starts", "value: any, range: range")
def starts(run: Run, value: FeelValue, span: Range) -> bool | None:
    if type(value) is not Range:
        return _and(span.start_included, equal(value, span.start, run))
    same = _and(value.start_included is span.start_included, equal(value.start, span.start, run))
    return _and(same, _ends_in_time(value, span, run))


@builtin("started by", "range: range, value: any")
def started_by(run: Run, span: Range, value: FeelValue) -> bool | None:
    return starts(run, value, span)


@builtin("includes", "range: range, value: any")
def includes(run: Run, span: Range, value: FeelValue) -> bool | None:
    if type(value) is not Range:
        return within(value, span, run)
    return _and(_starts_in_time(span, value, run), _ends_in_time(value, span, run))


@builtin("during", "value: any, range: range")
def during(run: Run, value: FeelValue, span: Range) -> bool | None:
    return includes(run, span, value)


@builtin("coincides", "value1: any, value2: any")
def coincides(run: Run, a: FeelValue, b: FeelValue) -> bool | None:
    if type(a) is Range and type(b) is Range and _bounded(a, b):
        ends = a.start_included is b.start_included and a.end_included is b.end_included
        return _and(ends, _and(equal(a.start, b.start, run), equal(a.end, b.end, run)))
    return equal(a, b, run)


_END = r'(-?[\d.]*\d(?:[eE][+-]?\d{1,5})?|(?:@|[a-z][a-z ]{2,30}\(\s*)?"[^"\\]*"\s*\)?)'
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)
_BETWEEN = re.compile(rf"\s*([\[\](])\s*{_END}\s*\.\.\s*{_END}\s*([\[\])])\s*")
_OPEN = re.compile(rf"\s*\(\s*(<=?|>=?|=)\s*{_END}\s*\)\s*")
_OPERATORS = {"<": "LT", "<=": "LE", ">": "GT", ">=": "GE", "=": "EQ"}
_MAX_TEXT = 250
_READERS: dict[str, Callable[[str], FeelValue]] = {
    "": str,
    "@": temporal.parse_temporal,
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_date_time,
    "duration": temporal.parse_duration,
}


def _literal(text: str) -> FeelValue:
    """The value of a number, a text in quotes, or of a function of such a text."""
    if '"' not in text:
        return parse_decimal(text) if _NUMBER.fullmatch(text) else None
    before, quoted, after = text.split('"')
    reader = _READERS.get(before.rstrip("( "))
    closed = ("(" in before) is (")" in after)
    return reader(quoted) if reader and closed else None


@builtin("range", "from: string")
def range_of_text(run: Run, text: str) -> Range | None:
    """A range written as text, with literal ends: `range("[1..10)")`."""
    run.spend(20)
    if len(text) > _MAX_TEXT:
        return None
    if found := _OPEN.fullmatch(text):
        return as_range(_OPERATORS[found.group(1)], _literal(found.group(2)))
    if not (found := _BETWEEN.fullmatch(text)):
        return None
    opened, first, last, closed = found.groups()
    start, end = _literal(first), _literal(last)
    if not less_or_equal(start, end, run):  # also where the two have no order
        return None
    return Range(start, end, opened == "[", closed == "]")
