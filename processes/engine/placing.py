"""Where tokens are put by hand: the scope that is meant, found or made, and the node in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from processes.sentences import say

from . import branches
from .activities import SubProcess
from .counterparts import interrupted
from .errors import Problem, SurgeryRefused
from .events import BoundaryEvent, EventBasedGateway
from .eventsubs import EventSubProcess
from .merging import Data
from .nodes import Node, move
from .patches import Scope, TaskState, Token
from .types import Element, Variables

if TYPE_CHECKING:
    from .building import ScopeSpec
    from .instance import Instance
    from .parsing import Spec


@dataclass(frozen=True, kw_only=True)
class Put:
    """A token to be put at an element."""

    element_id: str
    process_id: str = ""
    """The process it is drawn in; needed only if several draw an element of this id."""
    inside: str = ""
    """The token of the sub-process or call meant; needed only if several of it run."""
    after: bool = False
    """Behind the element, by its ways out, instead of before it."""
    instead_of: str = ""
    """A token that is taken off, and whose variables the new one gets."""
    variables: Variables = field(default_factory=dict)
    """Set for the new token, and what follows it, on top of those around it."""


class Placing:
    """Finds places in one instance, and makes the scopes around them."""

    def __init__(self, spec: Spec, instance: Instance) -> None:
        self._spec = spec
        self._instance = instance

    def node(self, put: Put) -> tuple[ScopeSpec, Node]:
        """The node that is meant, and the spec of the scope in which it is.

        Raises:
            SurgeryRefused: there is none, or no token can be put there.
        """
        element = self._element(put)
        scope_spec = self._spec_of(element)
        node = scope_spec.task_specs.get(element.id)
        if node is None or element.for_compensation or isinstance(node, EventSubProcess):
            raise refused(element.id, _NOT_BY_FLOW)
        if isinstance(node, BoundaryEvent) and not put.after:
            raise refused(element.id, _BOUNDARY)
        if isinstance(node, EventBasedGateway) and put.after:
            raise refused(element.id, _BEHIND_EVENTS)
        return scope_spec, node

    def scope(self, spec: ScopeSpec, put: Put) -> Scope:
        """The scope of `spec` that is meant; if none runs, it is begun.

        Raises:
            SurgeryRefused: several run, or none can be begun from outside.
        """
        running = [scope for scope in self._instance.scopes.values() if scope.spec is spec]
        if put.inside:
            running = [s for s in running if s.activity is not None and s.activity.id == put.inside]
        elif not running:
            return self._begun(spec, put)
        if len(running) == 1:
            return check_open(running[0], put.element_id)
        tokens = [scope.activity for scope in running if scope.activity is not None]
        tokens.sort(key=lambda token: token.number)
        sentence = say(_WHICH_SCOPE, tokens=[token.id for token in tokens])
        raise refused(put.element_id, sentence)

    def _element(self, put: Put) -> Element:
        found = [
            element
            for element in self._spec.elements
            if element.id == put.element_id and put.process_id in ("", element.process_id)
        ]
        if len(found) == 1:
            return found[0]
        drawn_in = [element.process_id for element in found]
        raise refused(put.element_id, say(_WHICH_ELEMENT, processes=drawn_in))

    def _spec_of(self, element: Element) -> ScopeSpec:
        inside = f"/{element.parent_id}" if element.parent_id else ""
        return self._spec.scopes[f"{element.process_id}{inside}"]

    def _begun(self, spec: ScopeSpec, put: Put) -> Scope:
        """Begin the sub-process or call that runs `spec`, without a token at its start."""
        hosts = [element for element in self._spec.elements if self._runs(element, spec)]
        if len(hosts) != 1:
            raise refused(put.element_id, say(_WHICH_CALL, calls=[host.id for host in hosts]))
        around = self._spec_of(hosts[0])
        node = around.task_specs.get(hosts[0].id)
        if not isinstance(node, SubProcess) or type(node)._run_hook is not SubProcess._run_hook:
            raise refused(put.element_id, say(_NOT_FROM_OUTSIDE, activity=hosts[0].id))
        outer = self.scope(around, Put(element_id=put.element_id))
        activity = beside(outer, node, {})
        node._update_hook(activity)
        activity._set_state(TaskState.STARTED)
        return self._instance.scope(spec, activity=activity, data=node.entry_of(activity))

    def _runs(self, element: Element, spec: ScopeSpec) -> bool:
        if element.type not in ("subProcess", "transaction", "callActivity"):
            return False
        runs = element.calls or (f"{element.process_id}/{element.id}",)
        return any(self._spec.scopes.get(name) is spec for name in runs)


def beside(scope: Scope, node: Node, variables: Data) -> Token:
    """A new token at `node`, beside all others of `scope`, or as its first."""
    token = scope.instance.token(scope, node, scope.entry)
    if scope.task_tree is None:
        scope.task_tree = token
    else:
        branches.part_aside(token)
    token.data = {**token.data, **variables}
    if scope.task_tree is token:
        for event_sub in scope.spec.event_subs:
            event_sub.arm_in(scope)
    return token


def enter(token: Token, *, after: bool) -> None:
    """Let a token that was put at its node go on from there."""
    node = token.task_spec
    if after:
        move(token, node.choose(token))
    elif node.joins:
        # Who is put at a join by hand waits for nobody.
        token._ready()
    else:
        node._update(token)


def refused(element_id: str, sentence: str) -> SurgeryRefused:
    """One reason why not."""
    return SurgeryRefused((Problem(rule="surgery", element_id=element_id, sentence=sentence),))


def check_open(scope: Scope, element_id: str) -> Scope:
    """`scope`, if no event sub-process has interrupted it, and no cancel event.

    Raises:
        SurgeryRefused: one has: nobody else may go on in it.
    """
    if scope.task_tree is not None and interrupted(scope):
        event = scope.task_tree.task_spec.name
        raise refused(element_id, say(_INTERRUPTED, event=event))
    return scope


_NOT_BY_FLOW = say(
    "Expected an element that a flow leads to, but this one is begun by an event or to undo "
    "another; choose an element inside it, or the one after it"
)
_BOUNDARY = say(
    "Expected an element that a flow leads to, but this event belongs to an activity; "
    "start after it"
)
_BEHIND_EVENTS = say(
    "Expected one way out, but which one an event-based gateway takes is up to its events; "
    "start before it, or at one of its events"
)
_WHICH_ELEMENT = "Expected one element of this id, found it drawn in: {processes}"
_WHICH_SCOPE = (
    "Expected one running sub-process or call to be meant, found these tokens: {tokens}; name one"
)
_WHICH_CALL = "Expected one activity that runs the process of this element, found {calls}"
_NOT_FROM_OUTSIDE = (
    "Expected {activity} to run, for it cannot be begun in the middle; start before {activity}"
)
_INTERRUPTED = (
    "Expected its scope to go on, but {event} has interrupted it; choose an element inside {event}"
)
