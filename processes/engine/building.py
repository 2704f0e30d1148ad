"""From what is drawn to what runs: one SpiffWorkflow spec per process and sub-process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from processes import decisions, feel
from processes.sentences import say

from . import activities, cycles, events, eventsubs, gates, loops, nodes, turns, undoing
from .asleep import seen_through
from .errors import CannotProceed
from .expressions import Compiler, constant
from .links import link_flows
from .merging import Data
from .moments import ANY_MOMENT, due_at, is_duration
from .nodes import Node, Way
from .patches import WorkflowSpec
from .reading import DrawnProcess
from .types import Element, Environment, Flow, Loop
from .vocabulary import SCOPES

_EACH = "#"
"""Behind the name of an activity: the scope in which it is done for each item."""

_SLEEP = (
    activities.UserTask,
    activities.Job,
    activities.ReceiveTask,
    activities.SubProcess,
    activities.CallActivity,
)

Decide = Callable[[Data, Environment], Any]

_NODES: Mapping[str, type[Node]] = {
    "task": activities.PassedTask,
    "manualTask": activities.PassedTask,
    "userTask": activities.UserTask,
    "serviceTask": activities.Job,
    "sendTask": activities.Job,
    "scriptTask": activities.ScriptTask,
    "receiveTask": activities.ReceiveTask,
    "subProcess": activities.SubProcess,
    "transaction": activities.SubProcess,
    "callActivity": activities.CallActivity,
    "exclusiveGateway": nodes.ExclusiveGateway,
    "inclusiveGateway": gates.InclusiveGateway,
    "complexGateway": gates.InclusiveGateway,
    "parallelGateway": nodes.ParallelGateway,
    "eventBasedGateway": events.EventBasedGateway,
    "startEvent": events.StartEvent,
    "intermediateCatchEvent": events.IntermediateCatchEvent,
    "boundaryEvent": events.BoundaryEvent,
}
_THROWING: Mapping[str, type[Node]] = {
    "error": events.ErrorEndEvent,
    "escalation": events.EscalationEvent,
    "compensate": undoing.CompensationEvent,
    "cancel": undoing.CancelEndEvent,
    "signal": events.SignalEvent,
    "terminate": events.TerminateEndEvent,
}


class ScopeSpec(WorkflowSpec):
    """A process or sub-process, ready to run. Read-only once built."""

    start_node: Node
    """The plain start event, if there is one among `starts`."""
    starts: tuple[events.StartEvent, ...] = ()
    event_subs: tuple[eventsubs.EventSubProcess, ...] = ()
    sleeps = False
    """Whether its branches may be left asleep: nobody waits for all of them."""
    watches = False
    """Whether something in it waits for a condition."""
    gates: tuple[gates.InclusiveGateway, ...] = ()
    """Those that wait for more than one flow."""

    def __init__(self, name: str, bundle: Bundle, *, is_process: bool) -> None:
        super().__init__(name=name)
        self._bundle = bundle
        self.is_process = is_process

    def inner(self, element: Element) -> ScopeSpec:
        """What a sub-process of this scope runs, or a call activity that names what it calls."""
        return self._bundle.scopes[element.called_process or _inner_name(self, element)]

    def called(self, process_id: str) -> ScopeSpec:
        """A process of the bundle that FEEL has chosen."""
        return self._bundle.scopes[process_id]

    @property
    def watched(self) -> bool:
        """Whether anything in the bundle waits for a condition."""
        return self._bundle.watched

    @property
    def handlers(self) -> ScopeSpec:
        """Where the activities are that undo others."""
        return self._bundle.scopes[f"{self.name.partition('/')[0]}/{undoing.HANDLERS}"]

    def each(self, element: Element) -> ScopeSpec:
        """What a multi-instance activity of this scope runs for each item."""
        return self._bundle.scopes[_inner_name(self, element) + _EACH]


class Bundle:
    """All scopes of the processes that were deployed together."""

    def __init__(self, tables: Mapping[str, decisions.Decision], compiler: Compiler) -> None:
        self.scopes: dict[str, ScopeSpec] = {}
        self.watched = False
        self._tables = tables
        self._compiler = compiler

    def add(self, process: DrawnProcess) -> None:
        """Build `process` and its sub-processes."""
        specs = {"": ScopeSpec(process.id, self, is_process=True)}
        undone = f"{process.id}/{undoing.HANDLERS}"
        specs[undoing.HANDLERS] = ScopeSpec(undone, self, is_process=False)
        # Sub-processes are drawn outside in.
        for element in process.elements:
            if element.type in SCOPES:
                specs[element.id] = ScopeSpec(f"{process.id}/{element.id}", self, is_process=False)
        starts = {e.parent_id: e for e in process.elements if e.type == "startEvent"}
        for element in process.elements:
            spec = specs[undoing.HANDLERS if element.for_compensation else element.parent_id]
            if element.triggered_by_event:
                node = eventsubs.EventSubProcess(spec, element, self._compiler, starts[element.id])
                spec.event_subs = (*spec.event_subs, node)
            elif element.loop is None:
                self._node(spec, element)
            else:
                inside = ScopeSpec(f"{process.id}/{element.id}{_EACH}", self, is_process=False)
                specs[f"{element.id}{_EACH}"] = inside
                self._loop(spec, inside, element, element.loop)
            if element.for_compensation:
                spec.task_specs[element.id].each = undoing.Undoing()
        flows: dict[str, list[Flow]] = {}
        for flow in (*process.flows, *link_flows(process)):
            flows.setdefault(flow.parent_id, []).append(flow)
        for parent_id, spec in specs.items():
            self._connect(spec, flows.get(parent_id, []))
            self.scopes[spec.name] = spec

    def decision(self, element: Element) -> Decide:
        """The decision that a business rule task names, as a function."""
        table = self._tables[element.decision_id]

        def decide(seen: Data, environment: Environment) -> Any:
            try:
                found = table.evaluate(
                    seen_through(seen), now=environment.now, functions=environment.functions
                )
            except (feel.FeelError, decisions.DecisionError) as error:
                raise CannotProceed(str(error), element_id=element.id) from error
            return feel.to_json(found)

        return decide

    def _node(self, spec: ScopeSpec, element: Element) -> None:
        if element.topic:
            activities.Job(spec, element, self._compiler)
        elif element.event == "link":
            nodes.PlainNode(spec, element, self._compiler)
        elif element.event and element.type in ("endEvent", "intermediateThrowEvent"):
            _THROWING.get(element.event, nodes.PlainNode)(spec, element, self._compiler)
        elif element.type == "businessRuleTask":
            activities.DecisionTask(spec, element, self._compiler, self)
        else:
            _NODES[element.type](spec, element, self._compiler)
        if element.timer:
            _check_timer(element, self._compiler)

    def _loop(self, spec: ScopeSpec, inside: ScopeSpec, element: Element, loop: Loop) -> None:
        does = turns.Turns if loop.standard else loops.Each
        each = does(element, loop, self._compiler)
        loops.MultiInstance(spec, element, self._compiler, each)
        self._node(inside, replace(element, loop=None))
        each.node = inside.start_node = inside.task_specs[element.id]
        each.node.each = each
        each.node.for_an_item = not loop.standard
        inside.sleeps = type(each.node) in _SLEEP and not (loop.sequential or loop.standard)

    def _connect(self, spec: ScopeSpec, flows: Sequence[Flow]) -> None:
        ways: dict[str, list[Way]] = {}
        incoming: dict[str, int] = {}
        for flow in flows:
            source, target = spec.task_specs[flow.source], spec.task_specs[flow.target]
            condition = (
                self._compiler.formula(flow.id, flow.condition, what=say("the condition"))
                if flow.condition
                else None
            )
            ways.setdefault(flow.source, []).append(Way(flow, condition, target))
            incoming[flow.target] = incoming.get(flow.target, 0) + 1
            source.connect(target)
        for name, node in spec.task_specs.items():
            node.ways = tuple(ways.get(name, ()))
            node.conditional = any(way.condition is not None for way in node.ways)
            node.joins = incoming.get(name, 0) if _joins(node, incoming.get(name, 0)) else 0
            if isinstance(node, events.StartEvent):
                spec.starts = (*spec.starts, node)
            if node.element.attached_to:
                host = spec.task_specs[node.element.attached_to]
                host.boundary_events = (*host.boundary_events, node)
                host.handler = node.element.handler or host.handler
        if spec.starts:
            plain = [node for node in spec.starts if node.element.event == "none"]
            spec.start_node = spec.start = (plain or spec.starts)[0]
        spec.watches = any(
            isinstance(node, events.CatchingNode) and node.condition is not None
            for node in spec.task_specs.values()
        )
        spec.gates = tuple(
            node
            for node in spec.task_specs.values()
            if isinstance(node, gates.InclusiveGateway) and node.joins
        )
        for gate in spec.gates:
            gate.look_back(spec)
        self.watched |= spec.watches


def _inner_name(spec: ScopeSpec, element: Element) -> str:
    process_id = spec.name.partition("/")[0]
    return f"{process_id}/{element.id}"


def _joins(node: Node, incoming: int) -> bool:
    return isinstance(node, nodes.ParallelGateway | gates.InclusiveGateway) and incoming > 1


def _check_timer(element: Element, compiler: Compiler) -> None:
    text = constant(element.timer)
    if text is None:
        return
    try:
        if element.timer_kind == "cycle":
            cycles.begin(text, ANY_MOMENT)
            return
        due_at(text, ANY_MOMENT)
        # FEEL may give either.
        either = element.timer.startswith("=")
        fits = either or is_duration(text) == (element.timer_kind == "duration")
    except ValueError as error:
        compiler.findings.add("bad-timer", element.id, str(error))
        return
    if not fits:
        compiler.findings.add(
            "bad-timer",
            element.id,
            "Expected a {kind}, found {found!r}; choose the other kind",
            kind=say(element.timer_kind),
            found=text,
        )
