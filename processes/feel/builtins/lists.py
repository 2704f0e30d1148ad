"""List functions (DMN 1.4 table 74). Positions count from 1, or from -1 backwards."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from processes.feel import arithmetic
from processes.feel.builtins.registry import builtin
from processes.feel.decimals import DECIMAL128, finite, truncated
from processes.feel.errors import FeelBudgetError
from processes.feel.run import MAX_DEPTH, MAX_LIST, Run
from processes.feel.values import FeelValue, Function, YearsMonths, equal, less

Items = list[FeelValue]


def sized(items: Items, run: Run) -> Items:
    """A new list, paid for.

    Raises:
        FeelBudgetError: it is too long.
    """
    if len(items) > MAX_LIST:
        raise FeelBudgetError(f"Expected a list of at most {MAX_LIST} items")
    run.spend(len(items) >> 2)
    return items


def _all(first: FeelValue, more: tuple[FeelValue, ...]) -> Items:
    """The items of `f(list)` as well as of `f(a, b, c)`."""
    if more:
        return [first, *more]
    return first if type(first) is list else [first]


@builtin("list contains", "list: list, element: any")
def list_contains(run: Run, items: Items, element: FeelValue) -> bool:
    run.spend(len(items))
    return any(equal(item, element, run) is True for item in items)


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


@builtin("sublist", "list: list, start position: number, length: number?")
def sublist(run: Run, items: Items, start: Decimal, length: Decimal | None = None) -> Items | None:
    first = truncated(start)
    if not first or abs(first) > len(items):
        return None
    begin = first - 1 if first > 0 else len(items) + first
    if length is None:
        return sized(items[begin:], run)
    size = truncated(length)
    if size is None or size < 0 or begin + size > len(items):
        return None
    return sized(items[begin : begin + size], run)


@builtin("append", "list: list, item: any, items: any*")
def append(run: Run, items: Items, *more: FeelValue) -> Items:
    return sized([*items, *more], run)


@builtin("concatenate", "list: list, lists: list*")
def concatenate(run: Run, *lists: Items) -> Items:
    sized([None] * min(sum(map(len, lists)), MAX_LIST + 1), run)
    return [item for items in lists for item in items]


@builtin("union", "list: list, lists: list*")
def union(run: Run, *lists: Items) -> Items:
    return distinct_values(run, concatenate(run, *lists))


@builtin("distinct values", "list: list")
def distinct_values(run: Run, items: Items) -> Items:
    kept: Items = []
    for item in items:
        run.spend(len(kept) + 1)
        if not any(equal(item, other, run) is True for other in kept):
            kept.append(item)
    return kept


@builtin("duplicate values", "list: list")
def duplicate_values(run: Run, items: Items) -> Items:
    """The items that occur more than once, once each; an extension of Camunda's FEEL."""
    run.spend(len(items) ** 2)
    return [
        item
        for item in distinct_values(run, items)
        if sum(equal(item, other, run) is True for other in items) > 1
    ]


@builtin("flatten", "list: list")
def flatten(run: Run, items: Items) -> Items:
    flat: Items = []
    _flatten(items, flat, run, 0)
    return flat


def _flatten(items: Items, flat: Items, run: Run, depth: int) -> None:
    run.spend(len(items) + 1)
    if depth > MAX_DEPTH:
        raise FeelBudgetError(f"Expected at most {MAX_DEPTH} lists in each other")
    for item in items:
        if type(item) is list:
            _flatten(item, flat, run, depth + 1)
        else:
            flat.append(item)


@builtin("reverse", "list: list")
def reverse(run: Run, items: Items) -> Items:
    return sized(items[::-1], run)


@builtin("index of", "list: list, match: any")
def index_of(run: Run, items: Items, match: FeelValue) -> list[Decimal]:
    run.spend(len(items))
    return [Decimal(at) for at, item in enumerate(items, 1) if equal(item, match, run) is True]


@builtin("insert before", "list: list, position: number, newItem: any")
def insert_before(run: Run, items: Items, position: Decimal, item: FeelValue) -> Items | None:
    at = _position(items, position)
    return None if at is None else sized([*items[:at], item, *items[at:]], run)


@builtin("remove", "list: list, position: number")
def remove(run: Run, items: Items, position: Decimal) -> Items | None:
    at = _position(items, position)
    return None if at is None else sized([*items[:at], *items[at + 1 :]], run)


@builtin("list replace", "list: list, position: number, newItem: any")
def replace_at(run: Run, items: Items, position: Decimal, item: FeelValue) -> Items | None:
    at = _position(items, position)
    return None if at is None else sized([*items[:at], item, *items[at + 1 :]], run)


@builtin("list replace", "list: list, match: function, newItem: any")
def replace_matching(run: Run, items: Items, match: Function, new: FeelValue) -> Items | None:
    result: Items = []
    for item in items:
        chosen = match.call(run, [item, new])
        if type(chosen) is not bool:
            return None
        result.append(new if chosen else item)
    return sized(result, run)


@builtin("partition", "list: list, size: number")
def partition(run: Run, items: Items, size: Decimal) -> list[Items] | None:
    """Lists of `size` items each, the last one shorter; an extension of Camunda's FEEL."""
    each = truncated(size)
    if each is None or each < 1:
        return None
    run.spend(len(items))
    return [items[at : at + each] for at in range(0, len(items), each)]


def _position(items: Items, position: Decimal) -> int | None:
    """The offset for a position from 1, or from -1 backwards."""
    at = truncated(position)
    if not at or abs(at) > len(items):
        return None
    return at - 1 if at > 0 else len(items) + at
