"""The verb that carries an instance over to another definition: tokens, timers and all."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from processes.sentences import say

from . import branches
from .carrying import Carrier
from .errors import Problem, SurgeryRefused
from .events import CYCLE, DUE, REST, CatchingNode
from .execution import loaded, moved
from .instance import Instance
from .nodes import ParallelGateway
from .parsing import Spec
from .patches import TaskState, Token
from .placing import refused
from .types import Environment, State, Step


def migrate(
    spec: Spec,
    state: State,
    environment: Environment,
    *,
    to: Spec,
    mapping: Mapping[str, str] | None = None,
    restart: Collection[str] = (),
) -> Step:
    """Let an instance of `spec` go on as one of `to`.

    Tokens go to the element of the same id, or to the one that `mapping` names for it: of the
    same kind, in the same sub-process. They keep their ids, variables, and all they wait for:
    who has a task and until when, moments, messages and keys. Events that are new at an
    activity or sub-process where a token stands are armed now; those that are gone are not
    waited for any more. Timers of elements in `restart`, by their new ids, begin anew.

    Raises:
        SurgeryRefused: tokens have no counterpart, or what they keep fits none; all reasons.
        CannotProceed: the tokens cannot move on there.
        BadState: the state was altered or is not of this definition.
    """
    instance = loaded(spec, state, environment)
    if instance.result is not None:
        raise refused("", say("Expected a running instance, but it has ended"))
    mapping = mapping or {}
    problems = _unknown(spec, to, mapping)
    problems += Carrier(instance, to, mapping).carry()
    problems += _restart(instance, restart) if not problems else []
    if problems:
        raise SurgeryRefused(problems)
    return moved(to, instance, lambda: _look_at_joins(instance))


def _unknown(spec: Spec, to: Spec, mapping: Mapping[str, str]) -> list[Problem]:
    """Ids in the mapping that nothing drawn has."""
    sides: Sequence[tuple[Spec, Collection[str], str]] = (
        (spec, mapping.keys(), say("Expected an element of the old definition, found none")),
        (to, mapping.values(), say("Expected an element of the new definition, found none")),
    )
    return [
        Problem(rule="unknown-element", element_id=element_id, sentence=sentence)
        for drawn, ids, sentence in sides
        for element_id in sorted(set(ids) - _ids(drawn))
    ]


def _ids(spec: Spec) -> set[str]:
    return {e.id for e in spec.elements} | {flow.id for flow in spec.flows}


def _restart(instance: Instance, elements: Collection[str]) -> list[Problem]:
    """Let the timers of `elements` begin anew."""
    found: set[str] = set()
    for token in instance.standing():
        node = token.task_spec
        if isinstance(node, CatchingNode) and node.caught.id in elements:
            if not token.internal_data.keys() & {DUE, REST}:
                continue
            found.add(node.caught.id)
            for name in (DUE, REST, CYCLE):
                token.internal_data.pop(name, None)
            node.arm(token, _seen(token))
    sentence = say("Expected a timer that runs, found none")
    return [
        Problem(rule="no-timer", element_id=element_id, sentence=sentence)
        for element_id in sorted(set(elements) - found)
    ]


def _seen(token: Token) -> dict[str, Any]:
    """What the expressions of an armed event see, as when it was armed."""
    host = token.parent
    if not branches.in_a_branch(token):
        return token.workflow.entry
    if host is None or branches.is_fork(host):
        return token.task_spec.visible(token)
    return {**host.task_spec.visible(host), **token.task_spec.locals_of(token)}


def _look_at_joins(instance: Instance) -> None:
    """A join into which fewer flows lead now may have nobody left to wait for."""
    for scope in instance.scopes.values():
        gates: dict[str, Token] = {}
        for token in branches.leaves(scope):
            if isinstance(token.task_spec, ParallelGateway) and token.state == TaskState.WAITING:
                gates.setdefault(token.task_spec.name, token)
        for token in gates.values():
            token.task_spec._update_hook(token)
