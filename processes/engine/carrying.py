"""Carries what an instance keeps over to another definition, token by token.

The instance is changed in place: who finds a problem throws it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from processes.sentences import say

from . import branches
from .activities import Activity
from .counterparts import (
    armed_at,
    begun_otherwise,
    cancelled,
    flows_into,
    interrupted,
    missing,
    remembers,
    run_by,
    same_kind,
    spec_run_by,
)
from .errors import Problem
from .events import ARMED, SIGNAL, CatchingNode
from .nodes import FLOW, Node
from .patches import Scope, Token
from .undoing import TODO

if TYPE_CHECKING:
    from .building import ScopeSpec
    from .instance import Instance
    from .parsing import Spec


class Carrier:
    """Carries one instance over to the definition `to`, once."""

    def __init__(self, instance: Instance, to: Spec, mapping: Mapping[str, str]) -> None:
        self._instance = instance
        self._to = to
        self._mapping = mapping
        self._left: set[str] = set()
        """Tokens without a counterpart."""
        self._armed_as: set[tuple[int, str | None, str]] = set()
        """Events that are armed, by scope, host and name."""
        self._problems: list[Problem] = []

    def carry(self) -> list[Problem]:
        """Carry all scopes, outside in; what stands against it."""
        for scope in self._instance.scopes.values():
            if scope.activity is None:
                self._scope(scope, self._to.scopes[self._to.process_id])
            elif scope.activity.id in self._left:
                self._left.update(scope.tasks)
            elif (run := run_by(scope.activity, scope)) is None:
                self._not_called(scope, scope.activity)
            else:
                self._scope(scope, run)
        return self._problems

    def _scope(self, scope: Scope, spec: ScopeSpec) -> None:
        old: ScopeSpec = scope.spec
        scope.spec = spec
        # Some go, and some come meanwhile.
        for token in list(scope.tasks.values()):
            if branches.is_fork(token):
                token.task_spec = self._anywhere(token.task_spec, spec)
            elif not branches.in_a_branch(token):
                self._armed(token, token.task_spec, spec.event_subs)
            elif token.parent is None or branches.is_fork(token.parent):
                self._standing(token, spec)
        if not interrupted(scope):
            for event_sub in self._added(old.event_subs, spec.event_subs):
                event_sub.arm_in(scope)
        scope.record = self._record(scope.record, spec)

    # Tokens

    def _standing(self, token: Token, spec: ScopeSpec) -> None:
        old = token.task_spec
        new = spec.task_specs.get(self._name(old))
        if new is None or not same_kind(old, new) or begun_otherwise(old, new):
            self._left.add(token.id)
            self._add("no-counterpart", old, missing(old, new, self._name(old)))
            return
        token.task_spec = new
        self._internals(token, old, new)
        self._events(token, old, new)

    def _events(self, token: Token, old: Node, new: Node) -> None:
        """What is armed for a token that stands at an activity or a gateway."""
        drawn, drawn_now = armed_at(old), armed_at(new)
        for child in branches.children(token):
            self._armed(child, child.task_spec, drawn_now)
        if cancelled(self._instance.scopes.get(token.id)):
            return
        seen = new.visible(token) if isinstance(new, Activity) else token.data
        for event in self._added(drawn, drawn_now):
            event.arm_for(token, seen)

    def _armed(self, token: Token, old: Node, drawn_now: Iterable[Node]) -> None:
        """An event that is waited for goes on as one of `drawn_now`, or goes."""
        for new in drawn_now:
            if new.name == self._name(old) and same_kind(old, new):
                self._check_alone(token, new)
                token.task_spec = new
                self._internals(token, old, new)
                return
        host = token.parent
        if host is not None:
            host._children.remove(token.id)
        token.workflow.tasks.pop(token.id)

    def _check_alone(self, token: Token, new: Node) -> None:
        place = (id(token.workflow), token._parent, new.name)
        if place in self._armed_as:
            sentence = say("Expected one event to become {event}, found two", event=new.name)
            self._add("two-in-one", token.task_spec, sentence)
        self._armed_as.add(place)

    def _added(self, old: Iterable[Node], new: Iterable[Any]) -> list[Any]:
        """Events among `new` that are none of the `old` ones."""
        known = {self._name(event): event for event in old}
        return [
            event
            for event in new
            if event.caught.event in ARMED
            and not (event.name in known and same_kind(known[event.name], event))
        ]

    def _anywhere(self, old: Node, spec: ScopeSpec) -> Node:
        """Where branches parted matters to nobody any more."""
        found: Node | None = spec.task_specs.get(self._name(old))
        return found or next(iter(spec.task_specs.values()))

    # What tokens and scopes keep

    def _internals(self, token: Token, old: Node, new: Node) -> None:
        kept = token.internal_data
        if FLOW in kept:
            kept[FLOW] = self._mapping.get(kept[FLOW], kept[FLOW])
            if not new.joins or kept[FLOW] not in flows_into(new, token.workflow):
                sentence = say("Expected {flow} to lead to it, found no such flow", flow=kept[FLOW])
                self._add("no-flow", old, sentence)
        if SIGNAL in kept and isinstance(new, CatchingNode):
            kept[SIGNAL] = new.caught.signal
        if TODO in kept:
            kept[TODO] = [self._handler(entry) for entry in kept[TODO]]
            handlers = token.workflow.spec.handlers.task_specs
            for entry in kept[TODO]:
                name = entry if isinstance(entry, str) else entry[0]
                if name not in handlers:
                    self._undone(name)

    def _handler(self, entry: Any) -> Any:
        if isinstance(entry, str):
            return self._mapping.get(entry, entry)
        name, own = entry
        return [self._mapping.get(name, name), own]

    def _record(self, record: list[list[Any]], spec: ScopeSpec) -> list[list[Any]]:
        """What can be undone: each activity must still be undone by the same handler."""
        carried: list[list[Any]] = []
        for name, done, *own in record:
            node = spec.task_specs.get(self._mapping.get(name, name))
            if node is None:
                self._undone(name)
            elif isinstance(done, str):
                handler = self._mapping.get(done, done)
                if node.handler != handler:
                    self._undone(name)
                carried.append([node.name, handler, *own])
            elif not remembers(node):
                self._undone(name)
            else:
                inner = self._record(done, spec_run_by(node, spec))
                carried.append([node.name, inner, *own])
        return carried

    # Sentences

    def _name(self, old: Node) -> str:
        return self._mapping.get(old.name, old.name)

    def _not_called(self, scope: Scope, activity: Token) -> None:
        self._left.update(scope.tasks)
        sentence = say(
            "Expected a call that may still call {process}, found one that may not",
            process=scope.spec.name,
        )
        name = activity.task_spec.name
        self._problems.append(Problem(rule="no-counterpart", element_id=name, sentence=sentence))

    def _undone(self, name: str) -> None:
        sentence = say("Expected what is done there to be undone by the same handler, found none")
        self._problems.append(Problem(rule="no-compensation", element_id=name, sentence=sentence))

    def _add(self, rule: str, node: Node, sentence: str) -> None:
        self._problems.append(Problem(rule=rule, element_id=node.name, sentence=sentence))
