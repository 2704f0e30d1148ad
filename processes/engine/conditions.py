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
    """Let the event fire whose condition has become true; of several the oldest."""
    if not any(scope.spec.watches for scope in instance.scopes.values()):
        return False
    for token in list(instance.standing()):
        if CONDITION not in token.internal_data:
            continue
        held = token.internal_data[CONDITION]
        holds = token.task_spec.condition.holds(_seen_at(token), instance.environment)
        token.internal_data[CONDITION] = holds
        if holds and not held:
            _let_all_know(token.workflow)
            token.trigger({})
            return True
    return False


def _seen_at(token: Token) -> Data:
    seen = _seen_in(token.workflow)
    if isinstance(token.task_spec, BoundaryEvent):
        host = token.parent
        return {**seen, **host.task_spec.locals_of(host)} if host is not None else seen
    return seen


def _seen_in(scope: Scope) -> Data:
    """The variables in `scope` as if all branches met now, those around it too."""
    inside = branches.gathered(scope)
    activity = scope.activity
    if activity is None or not activity.task_spec.shares_variables:
        return inside
    around = _seen_in(activity.workflow)
    own = activity.task_spec.locals_of(activity)
    return {**around, **{name: inside[name] for name in own if name in inside}}


def _let_all_know(scope: Scope) -> None:
    while scope.activity is not None and scope.activity.task_spec.shares_variables:
        scope = scope.activity.workflow
    _spread(scope, branches.gathered(scope))


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
