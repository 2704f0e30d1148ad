"""The reference notices what the engine does wrongly: here it is given another diagram."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.engine.reference.drawing import built
from tests.engine.reference.shrinking import kind_of, of_seed, shrunk
from tests.engine.reference.sketch import Loop, Node, Sketch
from tests.engine.reference.writing import written

Change = Callable[[Node], Node]


def _of_kind(kind: str, /, **fields: object) -> Change:
    return lambda node: replace(node, **fields) if node.kind == kind else node


def _of_event(event: str, /, **fields: object) -> Change:
    return lambda node: replace(node, **fields) if node.event == event else node


def _looped(**fields: object) -> Change:
    def change(node: Node) -> Node:
        loop = node.loop or Loop(items=())
        return replace(node, loop=replace(loop, **fields)) if node.loop else node

    return change


MISTAKES = {
    "an inclusive join waits for nobody": _of_kind("inclusiveGateway", kind="exclusiveGateway"),
    "messages interrupt": _of_event("message", interrupting=True),
    "nothing that times out is interrupted": _of_event("timer", interrupting=False),
    "a timer is late": lambda node: replace(node, minutes=node.minutes and node.minutes + 1),
    "every error is caught": _of_event("error", name=""),
    "escalations are not thrown": lambda node: (
        replace(node, event="")
        if (node.event, node.kind[-10:]) == ("escalation", "ThrowEvent")
        else node
    ),
    "a terminate end event ends one token": _of_event("terminate", event=""),
    "nothing is undone": lambda node: (
        replace(node, event="") if node.event == "compensate" and not node.host else node
    ),
    "items are done in turn": _looped(sequential=True),
    "one item is enough": _looped(enough=1),
    "a loop takes one turn": _looped(most=1),
    "a cycle comes once": _of_event("timer", repeats=0),
    "a script writes nothing new": _of_kind("scriptTask", script=-1),
    "a call keeps its variables": _of_kind("callActivity", shares=(True, False)),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_noticed_and_made_small(mistake: Change) -> None:
    def wrong(sketch: Sketch) -> bytes:
        nodes = {node.id: mistake(node) for node in sketch.nodes.values()}
        return written(replace(sketch, nodes=nodes))

    def fails(*case: object) -> bool:
        return kind_of(*case, draw=wrong) == "Differs"  # type: ignore[arg-type]

    noticed = next(case for case in map(of_seed, range(400)) if fails(*case))
    block, acts = shrunk(*noticed, fails)

    assert len(built(block).nodes) <= 20
    assert len(acts) <= 4
