"""What of a state is kept by itself, as the bytes it was read from, and what in its row.

Rows name what is kept by itself by its place. Which values there are, `asleep` knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from .asleep import SIZE, Asleep, Items, any_asleep, as_list, opened
from .merging import Data
from .patches import Scope, Token

Change = list[Any] | None
"""A difference of variables: `[changed, removed]`, both lists cut where nothing follows."""
_MAY_BE = (list, dict, str)


class Parts:
    """Large values and lines are kept by themselves."""

    def __init__(self, large: Mapping[int, Asleep] | None = None) -> None:
        self.kept: list[Asleep] = []
        self._large = large or {}
        """Values that are awake, by their identity."""
        self._seen: list[Data] = []

    def around(self, scope: Scope) -> Data:
        """The variables against which those are told with which `scope` began."""
        return Data() if scope.activity is None else scope.activity.data

    def lines(self, part: Asleep) -> Any:
        """What stands in a row for values that are a line each."""
        self.kept.append(part)
        return len(self.kept) - 1

    def of_items(
        self,
        token: Token,  # noqa: ARG002 — for the first version
        kept: dict[str, Any],
    ) -> dict[str, Any]:
        """What the body of a multi-instance activity keeps of its items."""
        if "out" in kept:
            kept = {**kept, "out": self._results(kept["out"].raw())}
        items = kept.get("items")
        if isinstance(items, Items):
            kept = {**kept, "items": self.lines(items.part), "at": items.at}
        return kept

    def change(self, change: Change) -> Change:
        """`change`, its large values left out."""
        if change is None:
            return None
        changed = change[0]
        self._seen.append(changed)
        if not self._large and not any_asleep(changed):
            return change
        alone = {name: part for name, value in changed.items() if (part := self._alone(value))}
        if not alone:
            return change
        others = {name: value for name, value in changed.items() if name not in alone}
        removed = change[1] if len(change) > 1 else []
        return [others, removed, {name: self.lines(part) for name, part in alone.items()}]

    def large(self) -> dict[int, Asleep]:
        """Those of the values that were written which are to be kept by themselves."""
        values = (value for seen in self._seen for value in seen.values())
        raws = ((value, orjson.dumps(value)) for value in values if type(value) in _MAY_BE)
        return {id(value): Asleep(raw, value) for value, raw in raws if len(raw) >= SIZE}

    def _results(self, raw: bytes) -> Any:
        return self.lines(Asleep(raw)) if len(raw) >= SIZE else orjson.Fragment(raw)

    def _alone(self, value: Any) -> Asleep | None:
        if type(value) is Asleep:
            return value
        return self._large.get(id(value))


class FirstParts(Parts):
    """Nothing is kept by itself, as in the first version of states."""

    def change(self, change: Change) -> Change:
        """`change` with all its values."""
        return None if change is None else [opened(change[0]), *change[1:]]

    def of_items(self, token: Token, kept: dict[str, Any]) -> dict[str, Any]:
        """As it was then."""
        first: dict[str, Any] = token.task_spec.each_of.first_kept(kept)
        return first


class Whole(Parts):
    """Nothing is kept by itself: in a branch at rest, which is a line."""

    def around(self, scope: Scope) -> Data:
        """What its activity sees: so an item that is in both is told once."""
        assert scope.activity is not None  # noqa: S101 — it is inside of an item
        data: Data = scope.activity.task_spec.entry_of(scope.activity)
        return data

    def lines(self, part: Asleep) -> Any:
        """The values, as a list."""
        return orjson.Fragment(as_list(part.raw))

    def change(self, change: Change) -> Change:
        """`change` in the order of its names: it must not depend on who was awake in between."""
        if change is None:
            return None
        changed = opened({name: change[0][name] for name in sorted(change[0])})
        return [changed, *change[1:]]

    def _results(self, raw: bytes) -> Any:
        return orjson.Fragment(raw)
