"""What of one definition stands for what of another: nodes, scopes and what they wait for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from processes.sentences import say

from . import branches
from .activities import CallActivity, SubProcess
from .events import EventBasedGateway
from .eventsubs import EventSubProcess
from .expressions import BEGIN
from .loops import MultiInstance
from .nodes import Node
from .patches import Scope, Token
from .undoing import CancelEndEvent, CompensationEvent

if TYPE_CHECKING:
    from .building import ScopeSpec


def remembers(node: Node) -> bool:
    """Whether what is completed inside can be undone from outside."""
    runs_inside = isinstance(node, SubProcess)
    return runs_inside and not isinstance(node, CallActivity | CompensationEvent)


def armed_at(node: Node) -> list[Any]:
    """The events that are armed for a token which stands there, as drawn."""
    if isinstance(node, EventBasedGateway):
        return [way.target for way in node.ways]
    return list(node.boundary_events)


def same_kind(old: Node, new: Node) -> bool:
    """Whether a token that stands at `old` can go on at `new`."""
    return type(old) is type(new) and _nature(old) == _nature(new)


def _nature(node: Node) -> tuple[Any, ...]:
    """What may not change while a token stands there."""
    element = node.element
    caught = node.caught
    loop = element.loop and replace(
        element.loop, input_collection="", output_collection="", completion_condition=""
    )
    return element.type, caught.event, loop


def begun_otherwise(old: Node, new: Node) -> bool:
    """Whether an event sub-process that has begun ended all else then, but would not now."""
    if isinstance(old, EventSubProcess) and isinstance(new, EventSubProcess):
        return old.caught.interrupting != new.caught.interrupting
    return False


def interrupted(scope: Scope) -> bool:
    """Whether all else in `scope` has ended, so that none of its events is waited for."""
    root = scope.task_tree
    node = root.task_spec if root is not None and not branches.is_fork(root) else None
    interrupts = isinstance(node, EventSubProcess) and node.caught.interrupting
    return interrupts or cancelled(scope)


def cancelled(scope: Scope | None) -> bool:
    """Whether it is a transaction that is being cancelled: nothing else is waited for."""
    root = scope.task_tree if scope is not None else None
    return root is not None and isinstance(root.task_spec, CancelEndEvent)


def run_by(activity: Token, scope: Scope) -> ScopeSpec | None:
    """The scope that `activity` waits for; None: it is one that may not be called any more."""
    spec: ScopeSpec = activity.workflow.spec
    element, called = activity.task_spec.element, scope.spec.name
    if element.called_process.startswith(BEGIN) and scope.spec.is_process:
        return spec.called(called) if called in element.calls else None
    return spec_run_by(activity.task_spec, spec)


def spec_run_by(node: Node, spec: ScopeSpec) -> ScopeSpec:
    """The scope that a token at `node` of `spec` waits for."""
    if isinstance(node, MultiInstance):
        return spec.each(node.element)
    if isinstance(node, CompensationEvent):
        return spec.handlers
    return spec.inner(node.element)


def flows_into(node: Node, scope: Scope) -> set[str]:
    """Ids of the flows that lead to `node`."""
    return {
        way.flow.id
        for source in scope.spec.task_specs.values()
        for way in source.ways
        if way.target is node
    }


def missing(old: Node, new: Node | None, name: str) -> str:
    """Why a token at `old` cannot go on."""
    kind = old.element.type
    if new is None:
        return say(
            "Expected a counterpart {name} ({kind}) in the same scope of the new definition, "
            "found none; map it to another element",
            name=name,
            kind=kind,
        )
    return say(
        "Expected its counterpart {name} to be of the same kind ({kind}), found {found}; map it "
        "to another element",
        name=name,
        kind=kind,
        found=new.element.type,
    )
