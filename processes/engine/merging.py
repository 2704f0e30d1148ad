"""Variables of tokens that part and meet: differences, and merges that lose nothing.

Variables are never changed in place, here or anywhere in the engine: a new mapping is
made instead. So tokens may share nested data, and no branch sees another one's work.
"""

from __future__ import annotations

from typing import Any

from .asleep import awake

Data = dict[str, Any]

_MISSING = object()


def merge(base: Data, mine: Data, theirs: Data) -> Data:
    """`mine` with everything that `theirs` changed since `base`; at a conflict theirs wins.

    Objects are merged key by key; lists and plain values are taken whole.
    """
    if theirs is base:
        return mine
    if mine is base:
        return theirs
    merged = dict(mine)
    for key, value in theirs.items():
        before = base.get(key, _MISSING)
        if before is value or (before is not _MISSING and same(before, value)):
            continue
        merged[key] = _merged(before, merged.get(key, _MISSING), value)
    for key in base:
        if key not in theirs:
            merged.pop(key, None)
    return merged


def _merged(before: object, mine: object, theirs: object) -> object:
    before, mine, theirs = awake(before), awake(mine), awake(theirs)
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return merge(before if isinstance(before, dict) else {}, mine, theirs)
    return theirs


def same(one: object, other: object) -> bool:
    """Whether two JSON values are equal; unlike in Python, `true` is not 1 and 1 is not 1.0."""
    one, other = awake(one), awake(other)
    if type(one) is not type(other):
        return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def difference(base: Data, data: Data) -> list[Any] | None:
    """What turns `base` into `data`, as JSON: `[changed, removed]`; None when nothing does."""
    if base is data:
        return None
    changed = {
        key: value
        for key, value in data.items()
        if (before := base.get(key, _MISSING)) is not value
        # What is new is not compared: that would wake it.
        and (before is _MISSING or not same(before, value))
    }
    removed = [key for key in base if key not in data]
    if removed:
        return [changed, removed]
    return [changed] if changed else None


def patched(base: Data, change: list[Any] | None) -> Data:
    """The opposite of `difference`."""
    if not change:
        return base
    data = {**base, **change[0]}
    for key in change[1] if len(change) > 1 else ():
        del data[key]
    return data


def written(data: Data, path: str, value: object) -> Data:
    """`data` with `value` at the dotted `path`; objects on the way are made or copied."""
    key, _, rest = path.partition(".")
    if rest:
        inner = awake(data.get(key))
        value = written(inner if isinstance(inner, dict) else {}, rest, value)
    return {**data, key: value}
