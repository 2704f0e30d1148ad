"""From blocks to a graph: every block is drawn where the ways out of the last one end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.engine.reference.blocks import Block
from tests.engine.reference.sketch import DECISION, Condition, Flow, Node, Sketch


@dataclass(frozen=True)
class End:
    """A way out of a node that leads nowhere yet."""

    node: str
    condition: Condition | None = None
    default: bool = False


Ends = list[End]


def built(block: Block) -> Sketch:
    """The diagram that `block` stands for."""
    builder = Builder()
    builder.process("p", block)
    return builder.finished()


class Builder:
    """Draws blocks; ids come from the place in the tree, so the same tree has the same ids."""

    def __init__(self) -> None:
        self.sketch = Sketch()
        self._count = 0

    def name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def process(self, process_id: str, body: Block) -> None:
        self.sketch.processes.append(process_id)
        self.scope(process_id, body)

    def scope(self, scope: str, body: Block, **start: Any) -> None:
        """Draw what is in a process or sub-process, from its start to its end."""
        begin = self.node("startEvent", scope, [], letter="B", **start)
        ends = self.draw(body, scope, [End(begin)])
        if ends:
            self.node("endEvent", scope, ends, letter="E")

    def node(self, kind: str, scope: str, ends: Ends, *, letter: str = "", **fields: Any) -> str:
        """Draw a node to which `ends` lead."""
        node_id = self.name(letter or _LETTERS.get(kind, "N"))
        self.sketch.nodes[node_id] = Node(id=node_id, kind=kind, scope=scope, **fields)
        self.connect(ends, node_id)
        return node_id

    def connect(self, ends: Ends, target: str) -> None:
        for end in ends:
            flow_id = self.name("f")
            self.sketch.flows.append(
                Flow(id=flow_id, source=end.node, target=target, condition=end.condition)
            )
            if end.default:
                self.change(end.node, default=flow_id)

    def change(self, node_id: str, **fields: Any) -> None:
        self.sketch.nodes[node_id] = replace(self.sketch.nodes[node_id], **fields)

    def one(self, scope: str, ends: Ends) -> Ends:
        """One way where there may be several: they merge before whatever would wait for all."""
        if len(ends) == 1 and ends[0].condition is None and not ends[0].default:
            return ends
        return [End(self.node("exclusiveGateway", scope, ends))]

    def draw(self, block: Block, scope: str, ends: Ends) -> Ends:
        """Draw `block` behind `ends`; the ways out of it."""
        return _BLOCKS[block.kind](self, block, scope, ends)

    def finished(self) -> Sketch:
        return self.sketch


Drawer = Callable[[Builder, Block, str, Ends], Ends]
_LETTERS = {
    "userTask": "U",
    "serviceTask": "W",
    "scriptTask": "R",
    "exclusiveGateway": "X",
    "parallelGateway": "P",
    "inclusiveGateway": "I",
    "eventBasedGateway": "G",
    "intermediateCatchEvent": "C",
    "intermediateThrowEvent": "T",
    "boundaryEvent": "V",
    "subProcess": "S",
    "callActivity": "L",
}


def chances(count: int, variable: str) -> list[Condition]:
    """Conditions for ways 1, 2, …: of each value of the variable one holds, or none."""
    return [Condition(variable=variable, values=(way, way + count)) for way in range(1, count + 1)]


def decider(builder: Builder, scope: str, ends: Ends) -> Ends:
    """Somebody who says anew which way to go."""
    return [End(builder.node("userTask", scope, ends))]


def _user(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    how = block.how
    fields = {"input": how.get("input", ""), "mapped": how.get("mapped", False)}
    return [End(builder.node("userTask", scope, ends, **fields))]


def _service(builder: Builder, _block: Block, scope: str, ends: Ends) -> Ends:
    return [End(builder.node("serviceTask", scope, ends))]


def _script(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    return [End(builder.node("scriptTask", scope, ends, script=block.how.get("value", 1)))]


def _passing(builder: Builder, _block: Block, scope: str, ends: Ends) -> Ends:
    return [End(builder.node("intermediateThrowEvent", scope, ends))]


def _then(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    for part in block.parts:
        if ends:
            ends = builder.draw(part, scope, ends)
    return ends


def split(builder: Builder, block: Block, scope: str, ends: Ends, kind: str) -> str:
    """The node at which ways part: a gateway, or a task for that which has no gateway."""
    if block.how.get("at_task"):
        return builder.node("userTask", scope, ends)
    return builder.node(kind, scope, builder.one(scope, ends))


def branches(
    builder: Builder, parts: Sequence[Block], scope: str, starts: Sequence[End]
) -> list[Ends]:
    return [builder.draw(p, scope, [start]) for p, start in zip(parts, starts, strict=True)]


def _one(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """An exclusive choice: by a constant, or by what a worker has just said."""
    variable = block.how.get("by", DECISION)
    if variable == DECISION:
        ends = decider(builder, scope, ends)
    gateway = builder.node("exclusiveGateway", scope, ends)
    conditions = chances(len(block.parts) - 1, variable)
    starts = [End(gateway, condition) for condition in conditions]
    found = branches(builder, block.parts, scope, [*starts, End(gateway, default=True)])
    merged = [end for ends in found for end in ends]
    return merged if block.how.get("loosely") else builder.one(scope, merged)


def _both(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """All at once, and all waited for."""
    fork = split(builder, block, scope, ends, "parallelGateway")
    found = branches(builder, block.parts, scope, [End(fork)] * len(block.parts))
    joined = [builder.one(scope, ends)[0] for ends in found if ends]
    return [End(builder.node("parallelGateway", scope, joined))]


def _loop(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """Again and again until somebody has enough."""
    again = builder.node("exclusiveGateway", scope, ends)
    turned = builder.draw(block.parts[0], scope, [End(again)])
    more = builder.node("exclusiveGateway", scope, decider(builder, scope, turned))
    builder.connect([End(more, Condition(variable=DECISION, values=(1, 2)))], again)
    return [End(more, default=True)]


_BLOCKS: dict[str, Drawer] = {
    "user": _user,
    "service": _service,
    "script": _script,
    "pass": _passing,
    "then": _then,
    "one": _one,
    "both": _both,
    "loop": _loop,
}
