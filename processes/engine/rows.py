"""Scopes and tokens → the rows of a state; `reviving` is the way back.

A scope is `[token it belongs to, name, entry, [token, …], what can be undone, items, due,
changed]`, cut after the last that says something, with parents first and events armed for the
scope last; `items` is the part with those of `resting`, and the last two tell of them. A
token is `[id, place of its parent in the list, state, element, variables, internals]`, cut
likewise. Variables are a difference, `[changed, removed, {name: part}]`, to those around them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from . import branches, conditions, sleeping
from .asleep import Asleep
from .branches import ENDED
from .instance import TOP, Instance
from .loops import KEPT
from .merging import difference
from .parts import Parts, Whole
from .patches import Scope, Token
from .resting import resting

FIRST, NESTED = 1, 3
"""Versions of states: in the first nobody sleeps, since the third items with scopes do."""


class Writing:
    """Makes the rows of an instance, or those in one of its items."""

    def __init__(self, parts: Parts, *, version: int, restless: set[int]) -> None:
        self._parts = parts
        self._version = version
        self._restless = restless
        self._told: set[int] = set()
        """Scopes whose rows tell of all that is inside."""

    def rows(self, scopes: Iterable[Scope]) -> list[list[Any]]:
        """Of `scopes`, which come with parents first."""
        found = []
        for scope in scopes:
            if scope.activity is not None and id(scope.activity.workflow) in self._told:
                self._told.add(id(scope))
            else:
                found.append(self._scope(scope))
        return found

    def _scope(self, scope: Scope) -> list[Any]:
        assert scope.task_tree is not None  # noqa: S101 — a scope without tokens has ended
        sleeps = self._sleeps(scope)
        tokens = [scope.task_tree] if sleeps else branches.subtree(scope.task_tree)
        places = {token.id: place for place, token in enumerate(tokens)}
        if not sleeps and len(tokens) < len(scope.tasks):
            armed = [token for token in scope.tasks.values() if not branches.in_a_branch(token)]
            tokens += sorted(armed, key=lambda token: token.number)
        owner = TOP if scope.activity is None else scope.activity.id
        entry = self._parts.change(difference(self._parts.around(scope), scope.entry))
        row = [owner, scope.spec.name, entry, [self._token(token, places) for token in tokens]]
        if sleeps:
            return [*row, scope.record, *self._items(scope)]
        return [*row, scope.record] if scope.record else row

    def _token(self, token: Token, places: Mapping[str, int]) -> list[Any]:
        parent, parts = token.parent, self._parts
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
            internals = {**internals, KEPT: parts.of_items(token, internals[KEPT])}
        place = -1 if parent is None else places[parent.id]
        row = [token.id, place, token.state, token.task_spec.name]
        row += [change and parts.change(change), internals or None]
        while row[-1] is None:
            row.pop()
        return row

    def _sleeps(self, scope: Scope) -> bool:
        if not sleeping.may_sleep(scope) or id(scope) in self._restless:
            return False
        since = FIRST + 1 if scope.spec.start_node.waits_outside else NESTED
        return self._version >= since

    def _items(self, scope: Scope) -> list[Any]:
        self._told.add(id(scope))
        inside = Writing(Whole(), version=self._version, restless=self._restless)
        found = resting(scope, inside.rows)
        row = [self._parts.lines(Asleep(found.raw))]
        changed = found.changed and scope.spec.watched
        if self._version >= NESTED and (found.due or changed):
            row += [found.due, int(changed)]
        return row


def restless(instance: Instance) -> set[int]:
    """The scopes, by identity, in which somebody waits for a condition: there nobody sleeps."""
    found: set[int] = set()
    for token in conditions.waiting(instance):
        scope = token.workflow
        while scope.activity is not None:
            scope = scope.activity.workflow
            found.add(id(scope))
            if scope.asleep is not None:
                scope.asleep.wake_all()
    return found
