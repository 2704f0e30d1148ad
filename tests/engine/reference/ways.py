"""Draws blocks in which ways part and meet, and the simplest ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.engine.reference.blocks import Block
from tests.engine.reference.building import Builder, Drawer, End, Ends
from tests.engine.reference.sketch import DECISION, Condition
from tests.engine.reference.steps import caught, decider


def chances(count: int, variable: str) -> list[Condition]:
    """Conditions for ways 1, 2, …: of each value of the variable one holds, or none."""
    return [Condition(variable=variable, values=(way, way + count)) for way in range(1, count + 1)]


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
    return _joined(builder, scope, found, "parallelGateway")


def _joined(builder: Builder, scope: str, found: list[Ends], kind: str) -> Ends:
    joined = [builder.one(scope, ends)[0] for ends in found if ends]
    return [End(builder.node(kind, scope, joined))] if joined else []


def _some(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """Any number at once; those that were begun are waited for."""
    variable = block.how.get("by", DECISION)
    at_task = block.how.get("at_task", False)
    if variable == DECISION and not at_task:
        ends = decider(builder, scope, ends)
    kind = "complexGateway" if block.how.get("complex") else "inclusiveGateway"
    fork = split(builder, block, scope, ends, kind)
    conditions = [
        Condition(variable=variable, values=values)
        for values, _ in zip(((1, 3, 5), (2, 3), (4, 5, 3)), block.parts[1:], strict=False)
    ]
    starts = [End(fork, condition) for condition in conditions]
    if at_task and block.how.get("always") and len(starts) > 1:
        starts[0] = End(fork)
    found = branches(builder, block.parts, scope, [*starts, End(fork, default=True)])
    return _joined(builder, scope, found, "inclusiveGateway")


def _race(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """The first of several events."""
    gateway = builder.node("eventBasedGateway", scope, builder.one(scope, ends))
    starts = [End(caught(builder, event, scope, [End(gateway)])) for event in block.how["waits"]]
    found = branches(builder, block.parts, scope, starts)
    return builder.one(scope, [end for ends in found for end in ends])


def _spawn(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """One branch goes on, the other comes to an end of its own."""
    fork = split(builder, block, scope, ends, "parallelGateway")
    first, second = block.parts
    if block.how.get("side_first"):
        _ended(builder, second, scope, fork)
        return builder.draw(first, scope, [End(fork)])
    found = builder.draw(first, scope, [End(fork)])
    _ended(builder, second, scope, fork)
    return found


def _ended(builder: Builder, block: Block, scope: str, fork: str) -> None:
    ends = builder.draw(block, scope, [End(fork)])
    if ends:
        builder.node("endEvent", scope, ends, letter="E")


def _stop(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """Whatever comes to its end without an end event."""
    found = builder.draw(block.parts[0], scope, ends)
    kinds = {builder.sketch.nodes[end.node].kind for end in found}
    conditional = any(end.condition is not None or end.default for end in found)
    leads_on = kinds & {"startEvent", "exclusiveGateway", "inclusiveGateway", "complexGateway"}
    return found if leads_on or conditional else []


def _flood(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """Branches that are not waited for: what follows is done by each of them."""
    fork = split(builder, block, scope, ends, "parallelGateway")
    *parts, tail = block.parts
    found = branches(builder, parts, scope, [End(fork)] * len(parts))
    merged = [end for ends in found for end in ends]
    return builder.draw(tail, scope, merged) if merged else []


def _loop(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """Again and again until somebody has enough."""
    again = builder.node("exclusiveGateway", scope, ends)
    turned = builder.draw(block.parts[0], scope, [End(again)])
    if not turned:
        return []
    more = builder.node("exclusiveGateway", scope, decider(builder, scope, turned))
    builder.connect([End(more, Condition(variable=DECISION, values=(1, 2)))], again)
    return [End(more, default=True)]


DRAWERS: Mapping[str, Drawer] = {
    "then": _then,
    "one": _one,
    "both": _both,
    "some": _some,
    "race": _race,
    "loop": _loop,
    "spawn": _spawn,
    "flood": _flood,
    "stop": _stop,
}
