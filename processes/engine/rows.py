"""Scopes and tokens ↔ the rows of a state.

A scope is `[token it belongs to, name, entry, [token, …], what can be undone, items]`, cut
after the last that says something, with parents first and events armed for the scope last;
`items` is the part with those of `sleeping`. A token is `[id, place of its parent in the
list, state, element, variables, internals]`, cut likewise. Variables are a difference,
`[changed, removed, {name: part}]`, to those around them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from . import branches, sleeping
from .asleep import SIZE, Asleep, Items, Results, any_asleep, opened
from .branches import ENDED
from .instance import TOP, Instance
from .loops import KEPT
from .merging import Data, difference, patched
from .patches import Scope, TaskState, Token

if TYPE_CHECKING:
    from .building import ScopeSpec

Change = list[Any] | None


class Parts:
    """What is kept by itself while a state is written."""

    def __init__(self, large: Mapping[int, Asleep] | None = None, *, first: bool = False) -> None:
        self.first = first
        """Whether nothing is kept by itself, as in the first version."""
        self.kept: list[Asleep] = []
        self._large = large or {}
        """Values that are awake, by their identity."""
        self._seen: list[Data] = []

    def keep(self, part: Asleep) -> int:
        """Its place among the parts."""
        self.kept.append(part)
        return len(self.kept) - 1

    def large(self) -> dict[int, Asleep]:
        """Those of the values that were written which are to be kept by themselves."""
        values = (value for seen in self._seen for value in seen.values())
        raws = ((value, orjson.dumps(value)) for value in values if type(value) in _MAY_BE)
        return {id(value): Asleep(raw, value) for value, raw in raws if len(raw) >= SIZE}

    def change(self, change: Change) -> Change:
        """`change`, its large values left out."""
        if change is None:
            return None
        if self.first:
            return [opened(change[0]), *change[1:]]
        changed = change[0]
        self._seen.append(changed)
        if not self._large and not any_asleep(changed):
            return change
        alone = {name: part for name, value in changed.items() if (part := self._alone(value))}
        if not alone:
            return change
        others = {name: value for name, value in changed.items() if name not in alone}
        removed = change[1] if len(change) > 1 else []
        return [others, removed, {name: self.keep(part) for name, part in alone.items()}]

    def _alone(self, value: Any) -> Asleep | None:
        if type(value) is Asleep:
            return value
        return self._large.get(id(value))


_MAY_BE = (list, dict, str)


def scope_out(scope: Scope, parts: Parts) -> list[Any]:
    """The row of a scope."""
    if scope.activity is None:
        owner, before = TOP, Data()
    else:
        owner, before = scope.activity.id, scope.activity.data
    assert scope.task_tree is not None  # noqa: S101 — a scope without tokens has ended
    sleep = sleeping.may_sleep(scope) and not parts.first
    tokens = [scope.task_tree] if sleep else branches.subtree(scope.task_tree)
    places = {token.id: place for place, token in enumerate(tokens)}
    if not sleep and len(tokens) < len(scope.tasks):
        armed = [token for token in scope.tasks.values() if not branches.in_a_branch(token)]
        tokens += sorted(armed, key=lambda token: token.number)
    entry = parts.change(difference(before, scope.entry))
    row = [owner, scope.spec.name, entry, [_token_out(token, places, parts) for token in tokens]]
    if sleep:
        return [*row, scope.record, parts.keep(Asleep(sleeping.lines(scope)))]
    return [*row, scope.record] if scope.record else row


def _token_out(token: Token, places: Mapping[str, int], parts: Parts) -> list[Any]:
    parent = token.parent
    internals = token.internal_data
    change = None
    if parent is None:
        change = difference(token.workflow.entry, token.data)
    elif branches.is_fork(parent):
        change = difference(parent.data, token.data)
    if ENDED in internals:
        ended = parts.change(difference(token.data, internals[ENDED]))
        internals = {**internals, ENDED: ended or []}
    if KEPT in internals:
        internals = {**internals, KEPT: _kept_out(token, internals[KEPT], parts)}
    place = -1 if parent is None else places[parent.id]
    row = [token.id, place, token.state, token.task_spec.name]
    row += [change and parts.change(change), internals or None]
    while row[-1] is None:
        row.pop()
    return row


def _kept_out(token: Token, kept: dict[str, Any], parts: Parts) -> dict[str, Any]:
    if parts.first:
        first: dict[str, Any] = token.task_spec.each_of.first_kept(kept)
        return first
    if "out" in kept:
        raw = kept["out"].raw()
        out = parts.keep(Asleep(raw)) if len(raw) >= SIZE else orjson.Fragment(raw)
        kept = {**kept, "out": out}
    items = kept.get("items")
    if isinstance(items, Items):
        kept = {**kept, "items": parts.keep(items.part), "at": items.at}
    return kept


class Reading:
    """Makes scopes and tokens of one instance from rows."""

    def __init__(
        self,
        instance: Instance,
        scopes: Mapping[str, ScopeSpec],
        parts: list[Asleep],
        *,
        first: bool,
    ) -> None:
        self._instance = instance
        self._scopes = scopes
        self._parts = parts
        self._first = first
        """Whether the state is of the first version."""

    def scope(
        self,
        owner: str,
        name: str,
        entry: Change,
        rows: list[list[Any]],
        record: list[list[Any]] | None = None,
        items: int | None = None,
    ) -> None:
        """Make a scope and those who stand in it."""
        instance = self._instance
        activity = instance.find_awake(owner) if owner else None
        before = Data() if activity is None else activity.data
        scope = Scope(
            self._scopes[name],
            instance=instance,
            activity=activity,
            entry=self._patched(before, entry),
        )
        scope.record = record or []
        instance.scopes[owner] = scope
        tokens: list[Token] = []
        for row in rows:
            tokens.append(self._token(scope, tokens, *row))
        scope.task_tree = tokens[0]
        if items is not None:
            scope.asleep = sleeping.Sleepers(scope, self._parts[items].raw)

    def _token(
        self,
        scope: Scope,
        tokens: list[Token],
        token_id: str,
        place: int,
        state: int,
        name: str,
        change: Change = None,
        internals: dict[str, Any] | None = None,
    ) -> Token:
        parent = tokens[place] if place >= 0 else None
        data = scope.entry if parent is None else parent.data
        if change:
            data = self._patched(data, change)
        node = scope.spec.task_specs[name]
        token = Token(scope, node, token_id=token_id, parent=parent, data=data, state=state)
        if internals:
            token.internal_data = internals
            if ENDED in internals:
                internals[ENDED] = self._patched(data, internals[ENDED])
            if KEPT in internals:
                self._kept(internals[KEPT])
        if state != TaskState.COMPLETED:
            self._instance.note(token)
        return token

    def _kept(self, kept: dict[str, Any]) -> None:
        out, items = kept.get("out"), kept.get("items")
        if self._first and out is not None:
            done = ((i, v) for i, v in enumerate(out) if v is not None or "items" in kept)
            kept["out"] = Results(done)
        elif isinstance(out, list):
            kept["out"] = Results(out)
        elif out is not None:
            kept["out"] = Results(earlier=self._parts[out].raw[1:-1])
        if isinstance(items, int):
            kept["items"] = Items(self._parts[items], kept.pop("at"))
        elif items and self._first:
            kept["items"] = Items.of(items, taken=kept["done"] + 1)

    def _patched(self, base: Data, change: Change) -> Data:
        if change is None or len(change) < 3:
            return patched(base, change)
        changed, removed, alone = change
        large = {name: self._parts[place] for name, place in alone.items()}
        return patched(base, [{**changed, **large}, removed])
