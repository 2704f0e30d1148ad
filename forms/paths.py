"""Keys with dots are paths into nested data: read, write and lay over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Path = tuple[str, ...]


def get(data: Any, steps: Path) -> Any:
    """The value at the path; None when there is none."""
    for step in steps:
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def into(target: dict[str, Any], steps: Path) -> dict[str, Any]:
    """The object at the path, made when it is missing."""
    for step in steps:
        target = target.setdefault(step, {})
    return target


def put(target: dict[str, Any], steps: Path, value: Any) -> None:
    into(target, steps[:-1])[steps[-1]] = value


def overlaid(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`under` with the values of `over` on it, object by object; neither is changed."""
    result = dict(under)
    for name, value in over.items():
        below = result.get(name)
        both = isinstance(value, Mapping) and isinstance(below, Mapping)
        result[name] = overlaid(below, value) if both and below is not None else value
    return result
