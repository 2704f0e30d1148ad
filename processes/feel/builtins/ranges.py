"""Range functions (DMN 1.4 table 77): how points and ranges lie to one another."""

from __future__ import annotations

from processes.feel.builtins.registry import builtin
from processes.feel.run import Run
from processes.feel.values import UNBOUNDED, FeelValue, Range, equal, less, within


def _span(value: FeelValue) -> Range:
    return value if type(value) is Range else Range(value, value)


def _ends_before(a: Range, b: Range) -> bool | None:
    """Whether all of `a` lies before all of `b`."""
    if a.end is UNBOUNDED or b.start is UNBOUNDED:
        return False
    if less(a.end, b.start) is not False:
        return less(a.end, b.start)
    touching = a.end == b.start
    return touching and not (a.end_included and b.start_included)


@builtin("before", "value1: any, value2: any")
def before(_run: Run, a: FeelValue, b: FeelValue) -> bool | None:
    return _ends_before(_span(a), _span(b))


@builtin("after", "value1: any, value2: any")
def after(_run: Run, a: FeelValue, b: FeelValue) -> bool | None:
    return _ends_before(_span(b), _span(a))


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
def overlaps(_run: Run, a: Range, b: Range) -> bool | None:
    first, second = _ends_before(a, b), _ends_before(b, a)
    return None if first is None or second is None else not first and not second


@builtin("overlaps before", "range1: range, range2: range")
def overlaps_before(run: Run, a: Range, b: Range) -> bool | None:
    return _and(_and(overlaps(run, a, b), _starts_first(a, b)), _ends_in_time(a, b))


@builtin("overlaps after", "range1: range, range2: range")
def overlaps_after(run: Run, a: Range, b: Range) -> bool | None:
    return _and(_and(overlaps(run, a, b), _starts_first(b, a)), _ends_in_time(b, a))


def _starts_first(a: Range, b: Range) -> bool | None:
    """Whether `a` has a part before `b` begins."""
    if UNBOUNDED in (a.start, b.start):
        return a.start is UNBOUNDED and b.start is not UNBOUNDED
    if a.start == b.start:
        return a.start_included and not b.start_included
    return less(a.start, b.start)


def _ends_last(a: Range, b: Range) -> bool | None:
    """Whether `a` has a part after `b` has ended."""
    if UNBOUNDED in (a.end, b.end):
        return a.end is UNBOUNDED and b.end is not UNBOUNDED
    if a.end == b.end:
        return a.end_included and not b.end_included
    return less(b.end, a.end)


def _ends_in_time(a: Range, b: Range) -> bool | None:
    return _not(_ends_last(a, b))


def _starts_in_time(a: Range, b: Range) -> bool | None:
    """Whether `a` begins no later than `b`."""
    return _not(_starts_first(b, a))


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


@builtin("finishes", "value: any, range: range")
def finishes(run: Run, value: FeelValue, span: Range) -> bool | None:
    if type(value) is not Range:
        return _and(span.end_included, equal(value, span.end, run))
    same = _and(value.end_included is span.end_included, equal(value.end, span.end, run))
    return _and(same, _starts_in_time(span, value))


@builtin("finished by", "range: range, value: any")
def finished_by(run: Run, span: Range, value: FeelValue) -> bool | None:
    return finishes(run, value, span)


@builtin("starts", "value: any, range: range")
def starts(run: Run, value: FeelValue, span: Range) -> bool | None:
    if type(value) is not Range:
        return _and(span.start_included, equal(value, span.start, run))
    same = _and(value.start_included is span.start_included, equal(value.start, span.start, run))
    return _and(same, _ends_in_time(value, span))


@builtin("started by", "range: range, value: any")
def started_by(run: Run, span: Range, value: FeelValue) -> bool | None:
    return starts(run, value, span)


@builtin("includes", "range: range, value: any")
def includes(_run: Run, span: Range, value: FeelValue) -> bool | None:
    if type(value) is not Range:
        return within(value, span)
    return _and(_starts_in_time(span, value), _ends_in_time(value, span))


@builtin("during", "value: any, range: range")
def during(run: Run, value: FeelValue, span: Range) -> bool | None:
    return includes(run, span, value)


@builtin("coincides", "value1: any, value2: any")
def coincides(run: Run, a: FeelValue, b: FeelValue) -> bool | None:
    if type(a) is Range and type(b) is Range and _bounded(a, b):
        ends = a.start_included is b.start_included and a.end_included is b.end_included
        return _and(ends, _and(equal(a.start, b.start, run), equal(a.end, b.end, run)))
    return equal(a, b, run)


@builtin("range", "from: string")
def range_of_text(_run: Run, text: str) -> Range | None:
    """A range written as text, with literal ends: `range("[1..10)")`."""
    # The compiler reads these; importing it at the top would be a circle.
    from processes.feel.expression import literal_range

    return literal_range(text)
