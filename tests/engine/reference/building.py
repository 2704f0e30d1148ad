"""From blocks to a graph: every block is drawn where the ways out of the last one end.

What is drawn for each kind of block is in `ways`, `steps` and `hosts`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.engine.reference.blocks import Block
from tests.engine.reference.sketch import Condition, Flow, Node, Sketch


@dataclass(frozen=True)
class End:
    """A way out of a node that leads nowhere yet."""

    node: str
    condition: Condition | None = None
    default: bool = False


Ends = list[End]


class Builder:
    """Draws blocks; ids come from the place in the tree, so the same tree has the same ids."""

    def __init__(self, drawers: Mapping[str, Drawer]) -> None:
        self.sketch = Sketch()
        self._drawers = drawers
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
        if not ends or (len(ends) == 1 and ends[0].condition is None and not ends[0].default):
            return ends
        return [End(self.node("exclusiveGateway", scope, ends))]

    def draw(self, block: Block, scope: str, ends: Ends) -> Ends:
        """Draw `block` behind `ends`; the ways out of it."""
        return self._drawers[block.kind](self, block, scope, ends)


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
    "receiveTask": "M",
    "transaction": "Z",
}
