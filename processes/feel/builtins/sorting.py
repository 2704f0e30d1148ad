"""`sort`, whose order is a function of the expression."""

from __future__ import annotations

from functools import cmp_to_key

from processes.feel.builtins.registry import builtin
from processes.feel.run import Run
from processes.feel.values import FeelValue, Function, less


@builtin("sort", "list: list, precedes: function?")
def sort(
    run: Run, items: list[FeelValue], precedes: Function | None = None
) -> list[FeelValue] | None:
    """The items in order; by their own order when no function says which precedes which."""
    failed = False

    def compare(a: FeelValue, b: FeelValue) -> int:
        nonlocal failed
        run.spend(2)
        before = precedes.call(run, [a, b]) if precedes else less(a, b, run)
        if before is True:
            return -1
        failed = failed or before is not False
        after = precedes.call(run, [b, a]) if precedes else less(b, a, run)
        return 1 if after is True else 0

    result = sorted(items, key=cmp_to_key(compare))
    return None if failed else result
