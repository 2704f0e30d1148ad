"""Conditional events: waited for until a condition on the variables becomes true.

While somebody in a process waits for a condition, the branches of that process share their
variables: what one of them writes, all of them know, and the condition sees. Elsewhere they
learn of each other's work where they meet.

A condition is looked at when its event is armed, and then whenever somebody has written. It
fires when it becomes true, and counts as false before its event was armed. An event that comes
more than once fires again after the condition has been false in between.

What all have been given is kept as `shared` in each scope: who has something else has written.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from . import branches, sleeping
from .events import CONDITION, BoundaryEvent
from .merging import Data
from .patches import Scope, Token

if TYPE_CHECKING:
    from .instance import Instance


def fire(instance: Instance) -> bool:
    """Let those events fire whose conditions have become true, the oldest first."""
    those = waiting(instance)
    if those:
        _share(instance, {id(scope): scope for scope in map(_outermost, those)}.values())
    came_true = []
    for token in those:
        held = token.internal_data[CONDITION]
        holds = token.task_spec.condition.holds(_seen_at(token), instance.environment)
        token.internal_data[CONDITION] = holds
        if holds and not held:
            came_true.append(token)
    for token in came_true:
        # One that came earlier may have ended what this one is attached to.
        if instance.stands(token):
            token.trigger({})
    return bool(came_true)


def waiting(instance: Instance) -> list[Token]:
    """Those who wait for a condition, the oldest first."""
    tokens = [
        token
        for scope in instance.scopes.values()
        if scope.spec.watches
        for token in scope.tasks.values()
        if CONDITION in token.internal_data
    ]
    return sorted(tokens, key=lambda token: token.number)


def _share(instance: Instance, scopes: Iterable[Scope]) -> None:
    """Let all in each of `scopes` have the same variables.

    Who sleeps is told from those around him by what is his own only, and need not be woken.
    """
    sleeping.wake_changed(instance)
    instance.sharing = True
    for scope in scopes:
        _spread(scope, branches.gathered(scope))
    instance.sharing = False


def _seen_at(token: Token) -> Data:
    scope, host = token.workflow, token.parent
    # By now everybody in the scope has the same.
    seen = scope.entry if scope.task_tree is None else scope.task_tree.data
    if isinstance(token.task_spec, BoundaryEvent) and host is not None:
        return {**seen, **host.task_spec.locals_of(host)}
    return seen


def _outermost(token: Token) -> Scope:
    """The scope around `token` from which on variables are shared: its process."""
    scope = token.workflow
    while scope.activity is not None and scope.activity.task_spec.shares_variables:
        scope = scope.activity.workflow
    return scope


def _spread(scope: Scope, data: Data) -> None:
    """Give everybody in `scope` the variables `data`, and those further in."""
    scope.shared = data
    tokens = scope.tasks
    if scope.spec.event_subs:
        tokens = {key: token for key, token in tokens.items() if branches.in_a_branch(token)}
    for activity in [tokens[owner] for owner in tokens.keys() & scope.instance.scopes.keys()]:
        if activity.task_spec.shares_variables:
            inner = scope.instance.scopes[activity.id]
            _spread(inner, _kept_inside(activity, inner, data))
    for token in tokens.values():
        token.data = data
        if branches.ENDED in token.internal_data:
            del token.internal_data[branches.ENDED]


def _kept_inside(token: Token, inner: Scope, data: Data) -> Data:
    """`data` with what is the own of an activity, as it is by now in its scope `inner`."""
    own = token.task_spec.locals_of(token)
    inside = branches.gathered(inner) if own else data
    kept = {name: inside[name] for name in own if name in inside}
    inner.entry = {**data, **kept} if kept else data
    return inner.entry
