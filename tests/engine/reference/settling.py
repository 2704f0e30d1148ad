"""Makes a graph fit together: what is thrown has somebody who catches it, and the reverse."""

from __future__ import annotations

from dataclasses import replace

from tests.engine.reference.sketch import Node, Sketch

_THROWS = ("endEvent", "intermediateThrowEvent")


def settle(sketch: Sketch) -> None:
    """Replace signals that nobody answers, and compensation of nothing."""
    signals = [node for node in sketch.nodes.values() if node.event == "signal"]
    thrown = {node.name for node in signals if node.kind in _THROWS}
    caught = {node.name for node in signals if node.kind not in _THROWS}
    for node in signals:
        if node.kind in _THROWS and node.name not in caught:
            sketch.nodes[node.id] = replace(node, event="", name="")
        if node.kind not in _THROWS and node.name not in thrown:
            sketch.nodes[node.id] = replace(node, event="message", name=f"m{node.id}")
    for node in list(sketch.nodes.values()):
        if node.event == "compensate" and node.kind in _THROWS:
            sketch.nodes[node.id] = _settled(sketch, node)


def _settled(sketch: Sketch, throw: Node) -> Node:
    """`throw` with the activity to undo, if one is to be named; plain when nothing can be."""
    scope = throw.scope
    while scope in sketch.nodes and sketch.nodes[scope].event_sub:
        scope = sketch.nodes[scope].scope
    hosts = [node.host for node in sketch.nodes.values() if node.handler]
    can = [found for host in hosts if (found := _within(sketch, host, scope))]
    if not can:
        return replace(throw, event="", name="")
    return replace(throw, name=can[len(throw.name) % len(can)] if throw.name else "")


def _within(sketch: Sketch, host: str, scope: str) -> str:
    """The activity directly in `scope` that `host` is, or is in."""
    while host in sketch.nodes and sketch.nodes[host].scope != scope:
        host = sketch.nodes[host].scope
    return host if host in sketch.nodes else ""
