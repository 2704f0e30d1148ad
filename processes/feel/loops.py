"""Closures for filters, `for`, `some` and `every`. Each turn is paid for by its body's size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from processes.feel.decimals import as_index
from processes.feel.errors import FeelBudgetError
from processes.feel.operators import Code
from processes.feel.run import MAX_LIST, Run, Scope
from processes.feel.values import UNBOUNDED, FeelValue, Range, less_or_equal

Domain = Callable[[Scope], Iterable[FeelValue] | None]
Iterator_ = tuple[str, Domain]


def filtered(source: Code, test: Code, weight: int) -> Code:
    """`source[test]`: the item at a position, or the items for which the test holds."""

    def code(scope: Scope) -> FeelValue:
        items = source(scope)
        if type(items) is not list:
            items = [] if items is None else [items]
        position = _position(test, items, scope)
        if position is not None:
            return _item_at(items, position)
        return _matching(items, test, weight, scope)

    return code


def _position(test: Code, items: list[FeelValue], scope: Scope) -> Decimal | None:
    """The position that the test stands for, when it is a number."""
    scope.run.spend(1)
    value = test(_item_scope(items[0], scope) if items else scope)
    return value if type(value) is Decimal else None


def _item_at(items: list[FeelValue], position: Decimal) -> FeelValue:
    index = as_index(position)
    if not index or not -len(items) <= index <= len(items):
        return None
    return items[index - 1 if index > 0 else index]


def _matching(items: list[FeelValue], test: Code, weight: int, scope: Scope) -> list[FeelValue]:
    kept = []
    for item in items:
        scope.run.spend(weight)
        if test(_item_scope(item, scope)) is True:
            kept.append(item)
    return kept


def _item_scope(item: FeelValue, scope: Scope) -> Scope:
    inner = Scope({"item": item}, scope, scope.run)
    return Scope(item, inner, scope.run) if type(item) is dict else inner


def domain(start: Code, end: Code | None = None, *, weight: int = 1) -> Domain:
    """What an iterator runs over: a list, a range, or the numbers from one to the other.

    It is paid for: inside another iterator it is made anew for each turn.
    """

    def code(scope: Scope) -> Iterable[FeelValue] | None:
        scope.run.spend(weight)
        if end is not None:
            return _from_to(start(scope), end(scope))
        value = start(scope)
        if type(value) is list:
            return value
        if type(value) is Range:
            return _range_items(value, scope.run)
        return None if value is None else [value]

    return code


def _range_items(span: Range, run: Run) -> Iterable[FeelValue] | None:
    if span.start is UNBOUNDED or span.end is UNBOUNDED:
        return None
    items = _from_to(span.start, span.end)
    if items is None or not less_or_equal(span.start, span.end, run):
        return None
    return (
        item
        for item in items
        if (span.start_included or item != span.start) and (span.end_included or item != span.end)
    )


def _from_to(start: FeelValue, end: FeelValue) -> Iterator[FeelValue] | None:
    """Both ends included, downwards when the end lies before the start; made one by one."""
    first, last = as_index(start), as_index(end)
    if first is not None and last is not None:
        step = 1 if first <= last else -1
        return (Decimal(number) for number in range(first, last + step, step))
    if type(start) is date and type(end) is date:
        step = 1 if start <= end else -1
        days = range(0, (end - start).days + step, step)
        return (start + timedelta(days=day) for day in days)
    return None


def _turns(iterators: list[Iterator_], scope: Scope) -> Iterator[Scope | None]:
    """A scope for each combination; None when something cannot be iterated over."""
    (name, items_of), *rest = iterators
    items = items_of(scope)
    if items is None:
        yield None
        return
    for item in items:
        scope.run.spend(1)
        inner = Scope({name: item}, scope, scope.run)
        if rest:
            yield from _turns(rest, inner)
        else:
            yield inner


def so_far(partial: Code) -> Code:
    """The results of the turns before this one, which do not become more when it is over."""

    def code(scope: Scope) -> FeelValue:
        results = partial(scope)
        if type(results) is not list:
            return results
        scope.run.spend(len(results) >> 2)
        return list(results)

    return code


def iteration(iterators: list[Iterator_], result: Code, weight: int) -> Code:
    """`for … return`; the body sees the results so far as `partial`."""

    def code(scope: Scope) -> list[FeelValue] | None:
        results: list[FeelValue] = []
        outer = Scope({"partial": results}, scope, scope.run)
        for turn in _turns(iterators, outer):
            if turn is None:
                return None
            scope.run.spend(weight)
            if len(results) >= MAX_LIST:
                raise FeelBudgetError(f"Expected a list of at most {MAX_LIST} items")
            results.append(result(turn))
        return results

    return code


def some(iterators: list[Iterator_], test: Code, weight: int) -> Code:
    return _quantified(iterators, test, weight, decisive=True)


def every(iterators: list[Iterator_], test: Code, weight: int) -> Code:
    return _quantified(iterators, test, weight, decisive=False)


def _quantified(iterators: list[Iterator_], test: Code, weight: int, *, decisive: bool) -> Code:
    """A disjunction or conjunction over all combinations; `decisive` ends it."""

    def code(scope: Scope) -> bool | None:
        result: bool | None = not decisive
        for turn in _turns(iterators, scope):
            if turn is None:
                return None
            scope.run.spend(weight)
            value = test(turn)
            answer: bool | None = value if type(value) is bool else None
            if answer is decisive:
                return answer
            if answer is None:
                result = None
        return result

    return code
