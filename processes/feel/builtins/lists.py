"""List functions that give lists and places (DMN 1.4 table 74); others are in `aggregates`.

Positions count from 1, or from -1 backwards.
"""

from __future__ import annotations

from decimal import Decimal

from processes.feel.builtins.aggregates import Items
from processes.feel.builtins.registry import builtin
from processes.feel.decimals import truncated
from processes.feel.errors import FeelBudgetError
from processes.feel.run import MAX_DEPTH, MAX_LIST, Run
from processes.feel.values import FeelValue, Function, equal


def sized(items: Items, run: Run) -> Items:
    """A new list, paid for.

    Raises:
        FeelBudgetError: it is too long.
    """
    if len(items) > MAX_LIST:
        raise FeelBudgetError(f"Expected a list of at most {MAX_LIST} items")
    run.spend(len(items) >> 2)
    return items


@builtin("list contains", "list: list, element: any")
def list_contains(run: Run, items: Items, element: FeelValue) -> bool:
    run.spend(len(items))
    return any(equal(item, element, run) is True for item in items)


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
