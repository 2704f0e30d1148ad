"""A diagram as a graph: what both sides are given, one as XML and the other as it is."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Holds when a variable has one of these values."""

    variable: str
    values: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Flow:
    id: str
    source: str
    target: str
    condition: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Loop:
    """Multi-instance over `items`, or a standard loop."""

    items: tuple[int, ...] = ()
    sequential: bool = False
    result: str = ""
    """What is collected of each item: `item`, ten times it; `res`, what the worker says."""
    enough: int = 0
    """How many completed items are enough; 0: all."""
    counted: bool = False
    """Whether only the number of items is said."""
    standard: bool = False
    again: Condition | None = None
    """Of a standard loop: whether another turn is taken."""
    most: int = 0
    """Of a standard loop: how many turns at the most; 0: any number."""
    before: bool = False
    """Of a standard loop: whether that is asked before the first turn too."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One element. What does not belong to its kind is empty."""

    id: str
    kind: str
    """BPMN local name."""
    scope: str
    """The process or sub-process it is drawn in."""
    event: str = ""
    """`timer`, `message`, `signal`, `error`, `escalation`, `compensate`, `link`, `terminate`,
    `cancel`, `conditional`."""
    name: str = ""
    """Of the message or signal; code of the error or escalation, empty to catch all; variable
    that a condition waits for."""
    minutes: int = 0
    repeats: int = 0
    """Of a timer: how often it comes in all; 0: no cycle."""
    interrupting: bool = True
    host: str = ""
    """Of a boundary event: the activity."""
    handler: str = ""
    """Of a compensation event on an activity: who undoes it."""
    undoes: bool = False
    """Of an activity: it is such a handler."""
    event_sub: bool = False
    default: str = ""
    script: int = 0
    """Of a script task: the value it writes."""
    input: str = ""
    """The constant that its one input is."""
    mapped: bool = False
    """Whether of its output only one variable is kept."""
    called: str = ""
    shares: tuple[bool, bool] = (True, True)
    """Of a call: whether all variables are handed down, and up."""
    loop: Loop | None = None


@dataclass
class Sketch:
    """A process, first of `processes`, and those it calls."""

    processes: list[str] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def inside(self, scope: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.scope == scope]

    def ways(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node_id]

    def into(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node_id]

    def start(self, scope: str) -> Node:
        (found,) = [node for node in self.inside(scope) if node.kind == "startEvent"]
        return found

    def event_subs(self, scope: str) -> list[Node]:
        return [node for node in self.inside(scope) if node.event_sub]

    def boundaries(self, host: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.host == host]


CONSTANTS = {"k0": 0, "k1": 1, "k2": 2, "k3": 3}
"""Variables with which every case begins, and which nobody writes."""
DECISION = "d"
"""What every worker and message says anew; a gateway that asks for it comes right behind."""
