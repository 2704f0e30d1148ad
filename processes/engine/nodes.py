"""What happens at an element, life-cycle step by step: the base, ends and gateways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import branches
from .errors import CannotProceed
from .expressions import Compiler, Expression
from .merging import Data, written
from .patches import TaskSpec, TaskState, Token
from .types import Element, Flow, WaitKind

if TYPE_CHECKING:
    from .building import ScopeSpec
    from .events import BoundaryEvent
    from .loops import Each
    from .patches import Scope
    from .turns import Turns
    from .undoing import Undoing

LOCALS = "in"
"""Of a token: what its input mapping made, visible to its element only."""
PAYLOAD = "p"
"""Of a token that begins an event sub-process: what came with the event."""
ITEM = "it"
"""Of a token of a multi-instance activity: its item and all that is its own."""
SEEN = "seen"
"""Of the same when its work is done, until it leaves: the variables as it sees them."""
FLOW = "f"
"""Of a token at a joining gateway: the flow by which it came."""


@dataclass(frozen=True, slots=True)
class Way:
    """A sequence flow out of a node."""

    flow: Flow
    condition: Expression | None
    target: Node


class Node(TaskSpec):
    """One element of a diagram. Not changed once the spec is built; shared by all instances."""

    waits_outside = False
    """Whether a token that stands here is moved by somebody outside the engine."""
    done_by: WaitKind | None = None
    """Who outside does the work of the element, if somebody does."""
    boundary_events: tuple[BoundaryEvent, ...] = ()
    shares_variables = False
    """Whether what goes on inside works on the variables of this token."""

    def __init__(self, spec: ScopeSpec, element: Element, compiler: Compiler) -> None:
        super().__init__(spec, element.id, description=element.name)
        self.element = self.caught = element
        """As drawn; what is `caught` may be drawn at another one."""
        self.ways: tuple[Way, ...] = ()
        self.conditional = False
        """Whether some way out has a condition."""
        self.joins = 0
        """Number of flows into a gateway that waits for all of them."""
        self.each: Each | Turns | Undoing | None = None
        """What comes when one item, or one handler, is done here."""
        self.for_an_item = False
        """Whether it is done for each of several items: then what has the name of an input is
        the item's own, and stays inside even if it is mapped."""
        self.handler = ""
        """The activity that undoes this one."""
        self._input_mapping = _compiled(element.inputs, element, compiler)
        self._output_mapping = _compiled(element.outputs, element, compiler)

    # What SpiffWorkflow calls

    def _update(self, my_task: Token) -> None:
        if self._update_hook(my_task):
            my_task._ready()

    def _update_hook(self, my_task: Token) -> bool:
        """Take in a token that has just come. True: it can be run at once."""
        self.map_inputs(my_task)
        return True

    def _run_hook(self, my_task: Token) -> bool | None:  # noqa: ARG002 — for nodes that do work
        """Do the work of the element. None: somebody outside does it."""
        return True

    def _on_complete(self, my_task: Token) -> None:
        my_task.workflow.instance.pass_on(my_task)
        if self.handler:
            my_task.workflow.record.append([self.name, self.handler])
        self.leave(my_task)

    # What happens when a token leaves

    def leave(self, token: Token) -> None:
        """Send `token` on its ways."""
        if self.each is None:
            move(token, self.choose(token))
        else:
            self.each.done(token)

    def choose(self, token: Token) -> tuple[Way, ...]:
        """The ways to go, in the order drawn: all whose condition holds, else the default."""
        if not self.conditional:
            return self.ways
        default = self.element.default_flow
        taken = tuple(
            way
            for way in self.ways
            if way.flow.id != default
            and (way.condition is None or self._holds(way.condition, way.flow, token))
        )
        return taken or self._default()

    def _default(self) -> tuple[Way, ...]:
        for way in self.ways:
            if way.flow.id == self.element.default_flow:
                return (way,)
        sentence = "Expected one of its conditions to hold, but none does; draw a default flow"
        raise CannotProceed(sentence, element_id=self.name)

    def _holds(self, condition: Expression, flow: Flow, token: Token) -> bool:
        found = condition.value(token.data, token.workflow.instance.environment)
        if isinstance(found, bool):
            return found
        sentence = (
            f"Expected the condition {condition.text!r} of {flow.id} to be true or false, "
            f"found {'null' if found is None else repr(found)[:60]}"
        )
        raise CannotProceed(sentence, element_id=self.name)

    def data_so_far(self, token: Token) -> Data:
        """The variables of `token`, with what goes on inside it included."""
        return token.data

    def settle(self, token: Token) -> None:
        """Make what has gone on inside up to now part of the variables of `token`."""

    def give_up(self, token: Token, scope: Scope) -> None:
        """`token` is about to end before its time, and with it `scope`, which belongs to it."""

    def return_from(self, token: Token, scope: Scope, data: Data) -> None:
        """The scope that belongs to `token` has ended with `data`."""
        raise NotImplementedError

    # Mappings

    def visible(self, token: Token) -> Data:
        """What expressions of the element see."""
        own = self.locals_of(token)
        return {**token.data, **own} if own else token.data

    def locals_of(self, token: Token) -> Data:
        """What the input mapping made, and the item of a multi-instance activity."""
        internals = token.internal_data
        if ITEM in internals:
            return {**internals[ITEM], **internals.get(LOCALS, {})}
        return internals.get(LOCALS) or {}

    def complete(self, token: Token, output: Data) -> None:
        """Let `token` go on with what the work of the element gave."""
        token.data = self.after(token, output)
        token.complete()

    def after(self, token: Token, output: Data) -> Data:
        """The variables after the element: its output as mapped, or all of it if not mapped.

        Of output that is not mapped, what has the name of an input stays inside with it.
        """
        if not self._output_mapping:
            if self.each is not None:
                token.internal_data[SEEN] = {**self.visible(token), **output}
            own = self.locals_of(token)
            if own:
                output = {name: value for name, value in output.items() if name not in own}
            return {**token.data, **output} if output else token.data
        return self.mapped(token, {**self.visible(token), **output}, token.data)

    def mapped(self, token: Token, seen: Data, data: Data) -> Data:
        """`data` with the output mappings, whose sources see `seen`, written into it."""
        environment = token.workflow.instance.environment
        own = self.locals_of(token) if self.for_an_item else token.internal_data.get(ITEM, ())
        for source, target in self._output_mapping:
            value = source.value(seen, environment)
            seen = written(seen, target, value)
            if target.partition(".")[0] not in own:
                data = written(data, target, value)
        if self.each is not None:
            token.internal_data[SEEN] = seen
        return data

    def map_inputs(self, token: Token) -> None:
        """Make what only this element sees of the variables."""
        if not self._input_mapping:
            return
        environment = token.workflow.instance.environment
        seen, made = self.visible(token), Data()
        for source, target in self._input_mapping:
            value = source.value(seen, environment)
            seen, made = written(seen, target, value), written(made, target, value)
        token.internal_data[LOCALS] = made


def _compiled(
    mapping: tuple[Any, ...], element: Element, compiler: Compiler
) -> tuple[tuple[Expression, str], ...]:
    return tuple((compiler.expression(element.id, line.source), line.target) for line in mapping)


def move(token: Token, ways: tuple[Way, ...]) -> None:
    """Send a token that is done at its element along `ways`; without any, its branch ends."""
    scope, instance = token.workflow, token.workflow.instance
    if not ways:
        if not branches.end(token):
            instance.finish(scope, token.data)
        return
    if len(ways) == 1:
        came = [instance.token(scope, ways[0].target, token.data)]
        branches.replace(token, came[0])
    else:
        came = branches.part(token, [way.target for way in ways])
    for way, newcomer in zip(ways, came, strict=True):
        if way.target.joins:
            newcomer.internal_data[FLOW] = way.flow.id
        newcomer.task_spec._update(newcomer)


class PlainNode(Node):
    """Start events, plain throwing and end events: tokens only pass."""

    def _run_hook(self, my_task: Token) -> bool:
        my_task.data = self.after(my_task, my_task.internal_data.pop(PAYLOAD, {}))
        return True


class ExclusiveGateway(Node):
    """One way: the first whose condition holds, in the order drawn, else the default."""

    def choose(self, token: Token) -> tuple[Way, ...]:
        default = self.element.default_flow
        for way in self.ways:
            if way.flow.id == default:
                continue
            if way.condition is None or self._holds(way.condition, way.flow, token):
                return (way,)
        return self._default()


class ParallelGateway(Node):
    """Waits for one token by each flow into it, then sends one out by each flow."""

    def _update_hook(self, my_task: Token) -> bool:
        if not self.joins:
            return True
        my_task._set_state(TaskState.WAITING)
        arrived: dict[str, Token] = {}
        here = [t for t in my_task.workflow.tasks.values() if self._waits_here(t)]
        for token in sorted(here, key=lambda token: token.number):
            arrived.setdefault(token.internal_data[FLOW], token)
        if len(arrived) == self.joins:
            merged = branches.meet(sorted(arrived.values(), key=lambda t: t.number), self)
            merged._ready()
        return False

    def _waits_here(self, token: Token) -> bool:
        return token.task_spec is self and bool(token.state == TaskState.WAITING)
