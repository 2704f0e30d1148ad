"""Conditional events: waited for until a condition on the variables becomes true.

A condition is looked at when its event is armed, and then whenever somebody has moved. It sees
the variables as if all branches of its process met now, and so does everybody once it has
fired: from then on all branches know what each of them had done until then.

It fires when it becomes true, and counts as false before its event was armed. An event that
comes more than once fires again after the condition has been false in between.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import branches
from .events import CONDITION, BoundaryEvent
from .merging import Data
from .patches import Scope, Token

if TYPE_CHECKING:
    from .instance import Instance


def fire(instance: Instance) -> bool:
    """Let those events fire whose conditions have become true, the oldest first."""
    seen: dict[int, Data] = {}
    came_true = []
    for token in _waiting(instance):
        held = token.internal_data[CONDITION]
        holds = token.task_spec.condition.holds(_seen_at(token, seen), instance.environment)
        token.internal_data[CONDITION] = holds
        if holds and not held:
            came_true.append(token)
    for scope in {id(scope): scope for scope in map(_outermost, came_true)}.values():
        _spread(scope, branches.gathered(scope))
    for token in came_true:
        # One that came earlier may have ended what this one is attached to.
        if instance.stands(token):
            token.trigger({})
    return bool(came_true)


def _waiting(instance: Instance) -> list[Token]:
    tokens = [
        token
        for scope in instance.scopes.values()
        if scope.spec.watches
        for token in scope.tasks.values()
        if CONDITION in token.internal_data
    ]
    return sorted(tokens, key=lambda token: token.number)


def _seen_at(token: Token, known: dict[int, Data]) -> Data:
    seen = _seen_in(token.workflow, known)
    if isinstance(token.task_spec, BoundaryEvent):
        host = token.parent
        return {**seen, **host.task_spec.locals_of(host)} if host is not None else seen
    return seen


def _seen_in(scope: Scope, known: dict[int, Data]) -> Data:
    """The variables in `scope` as if all branches met now, those around it too.

    `known` keeps what was found, by scope: many items may wait at once.
    """
    if id(scope) not in known:
        found = branches.gathered(scope)
        activity = scope.activity
        if activity is not None and activity.task_spec.shares_variables:
            own = activity.task_spec.locals_of(activity)
            inside = {name: found[name] for name in own if name in found}
            found = {**_seen_in(activity.workflow, known), **inside}
        known[id(scope)] = found
    return known[id(scope)]


def _outermost(token: Token) -> Scope:
    """The scope around `token` from which on variables are shared: its process."""
    scope = token.workflow
    while scope.activity is not None and scope.activity.task_spec.shares_variables:
        scope = scope.activity.workflow
    return scope


def _spread(scope: Scope, data: Data) -> None:
    """Give everybody in `scope` the variables `data`, and those further in."""
    if scope.task_tree is None:
        return
    for token in branches.subtree(scope.task_tree):
        inner = scope.instance.scopes.get(token.id)
        shared = inner is not None and token.task_spec.shares_variables
        own = token.task_spec.locals_of(token) if shared else {}
        token.data = data
        token.internal_data.pop(branches.ENDED, None)
        if inner is not None and shared:
            inside = branches.gathered(inner)
            inner.entry = {**data, **{name: inside[name] for name in own if name in inside}}
            _spread(inner, inner.entry)
