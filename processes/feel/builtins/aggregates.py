"""List functions that give one value for all items (DMN 1.4 table 74), and `mode`."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from processes.feel import arithmetic
from processes.feel.builtins.registry import builtin
from processes.feel.decimals import DECIMAL128, finite
from processes.feel.run import Run
from processes.feel.values import FeelValue, YearsMonths, less

Items = list[FeelValue]


def _all(first: FeelValue, more: tuple[FeelValue, ...]) -> Items:
    """The items of `f(list)` as well as of `f(a, b, c)`."""
    if more:
        return [first, *more]
    return first if type(first) is list else [first]


@builtin("count", "list: list")
def count(_run: Run, items: Items) -> Decimal:
    return Decimal(len(items))


@builtin("min", "list: any, more: any*")
def minimum(run: Run, first: FeelValue, *more: FeelValue) -> FeelValue:
    return _extreme(_all(first, more), run, smallest=True)


@builtin("max", "list: any, more: any*")
def maximum(run: Run, first: FeelValue, *more: FeelValue) -> FeelValue:
    return _extreme(_all(first, more), run, smallest=False)


def _extreme(items: Items, run: Run, *, smallest: bool) -> FeelValue:
    run.spend(len(items))
    best: FeelValue = items[0] if items else None
    for item in items:
        before = less(item, best, run) if smallest else less(best, item, run)
        if before is None:
            return None
        if before:
            best = item
    return best


@builtin("sum", "list: any, more: any*")
def total(run: Run, first: FeelValue, *more: FeelValue) -> FeelValue:
    items = _all(first, more)
    run.spend(len(items))
    if not items or type(items[0]) not in (Decimal, timedelta, YearsMonths):
        return None
    result = items[0]
    for item in items[1:]:
        if type(item) is not type(result):
            return None
        result = arithmetic.add(result, item, run)
    return result


@builtin("product", "list: any, more: any*")
def product(run: Run, first: FeelValue, *more: FeelValue) -> FeelValue:
    items = _numbers(_all(first, more), run)
    if not items:
        return None
    result = Decimal(1)
    for item in items:
        result = DECIMAL128.multiply(result, item)
    return finite(result)


def _numbers(items: Items, run: Run) -> list[Decimal] | None:
    run.spend(len(items))
    return items if all(type(item) is Decimal for item in items) else None


@builtin("mean", "list: any, more: any*")
def mean(run: Run, first: FeelValue, *more: FeelValue) -> Decimal | None:
    items = _numbers(_all(first, more), run)
    return _mean(items) if items else None


def _mean(items: list[Decimal]) -> Decimal | None:
    result = Decimal(0)
    for item in items:
        result = DECIMAL128.add(result, item)
    return finite(DECIMAL128.divide(result, Decimal(len(items))))


@builtin("median", "list: any, more: any*")
def median(run: Run, first: FeelValue, *more: FeelValue) -> Decimal | None:
    items = _numbers(_all(first, more), run)
    if not items:
        return None
    ordered, half = sorted(items), len(items) // 2
    return ordered[half] if len(items) % 2 else _mean(ordered[half - 1 : half + 1])


@builtin("stddev", "list: any, more: any*")
def stddev(run: Run, first: FeelValue, *more: FeelValue) -> Decimal | None:
    """Of a sample: divided by one less than the number of items."""
    items = _numbers(_all(first, more), run)
    middle = _mean(items) if items and len(items) > 1 else None
    if not items or middle is None:
        return None
    squares = Decimal(0)
    for item in items:
        distance = DECIMAL128.subtract(item, middle)
        squares = DECIMAL128.add(squares, DECIMAL128.multiply(distance, distance))
    return finite(DECIMAL128.sqrt(DECIMAL128.divide(squares, Decimal(len(items) - 1))))


@builtin("mode", "list: any, more: any*")
def mode(run: Run, first: FeelValue, *more: FeelValue) -> list[Decimal] | None:
    items = _numbers(_all(first, more), run)
    if items is None:
        return None
    counts: dict[Decimal, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(item for item, times in counts.items() if times == most)


@builtin("all", "list: any, more: any*")
def every(run: Run, first: FeelValue, *more: FeelValue) -> bool | None:
    items = _all(first, more)
    run.spend(len(items))
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@builtin("any", "list: any, more: any*")
def some(run: Run, first: FeelValue, *more: FeelValue) -> bool | None:
    items = _all(first, more)
    run.spend(len(items))
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None
