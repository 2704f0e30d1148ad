"""Draws activities with what is around them: insides, events, markers, and who undoes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.engine.reference.blocks import Block
from tests.engine.reference.building import Builder, Drawer, End, Ends
from tests.engine.reference.sketch import Condition, Loop

_KINDS = {
    "user": "userTask",
    "service": "serviceTask",
    "script": "scriptTask",
    "receive": "receiveTask",
    "sub": "subProcess",
    "call": "callActivity",
    "transaction": "transaction",
}
_WITH_BODY = ("sub", "call", "transaction")


def _activity(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """An activity; its parts: what is inside, and one for each event at or in it."""
    how, kind = block.how, block.how["kind"]
    events = how.get("events", [])
    body, handlers = block.parts[: len(block.parts) - len(events)], block.parts[-len(events) :]
    paired = list(zip(events, handlers, strict=False))
    fields: dict[str, Any] = {"loop": _looped(how["loop"]) if how.get("loop") else None}
    if kind == "receive":
        fields |= {"event": "message", "name": builder.name("m")}
    if kind == "call":
        fields |= {"called": builder.name("p"), "shares": how.get("shares", (True, True))}
    host = builder.node(_KINDS[kind], scope, ends, **fields)
    if kind in _WITH_BODY:
        within = builder.sketch.nodes[host].called or host
        if kind == "call":
            builder.sketch.processes.append(within)
        inside(builder, within, body[0], [p for p in paired if p[0]["on"] == "scope"])
    found = [End(host)]
    for event, handler in paired:
        if event["on"] == "boundary":
            found += _boundary(builder, event, handler, host)
    if how.get("undo") and _may_be_undone(builder, host):
        _undo(builder, host, how["undo"])
    return found


def _looped(how: Mapping[str, Any]) -> Loop:
    again = how.get("again")
    if again is None:
        return Loop(**how)
    variable, values = again
    return Loop(**{**how, "again": Condition(variable=variable, values=values)})


def inside(
    builder: Builder, scope: str, body: Block, events: list[tuple[Mapping[str, Any], Block]]
) -> None:
    """What is in a process or sub-process, with its event sub-processes."""
    builder.scope(scope, body)
    for event, handler in events:
        node = builder.node("subProcess", scope, [], event_sub=True)
        builder.scope(node, handler, **_trigger(builder, event))


def _boundary(builder: Builder, event: Mapping[str, Any], handler: Block, host: str) -> Ends:
    """An event at `host`: one that interrupts goes on as `host` would, others come to an end."""
    scope = builder.sketch.nodes[host].scope
    node = builder.node("boundaryEvent", scope, [], host=host, **_trigger(builder, event))
    ends = builder.draw(handler, scope, [End(node)])
    if event.get("interrupting", True):
        return ends
    if ends:
        builder.node("endEvent", scope, ends, letter="E")
    return []


def _trigger(builder: Builder, event: Mapping[str, Any]) -> dict[str, Any]:
    kind = event["event"]
    name = builder.name("m") if kind == "message" else event.get("name", "")
    interrupting = event.get("interrupting", True)
    return {
        "event": kind,
        "name": name,
        "minutes": event.get("minutes", 0),
        "repeats": 0 if interrupting else event.get("repeats", 0),
        "interrupting": interrupting,
    }


def _may_be_undone(builder: Builder, host: str) -> bool:
    """Nothing is undone that was done after an event."""
    node = builder.sketch.nodes.get(host)
    while node is not None:
        if node.event_sub:
            return False
        node = builder.sketch.nodes.get(node.scope)
    return True


def _undo(builder: Builder, host: str, kind: str) -> None:
    scope = builder.sketch.nodes[host].scope
    handler = builder.node(_KINDS[kind], scope, [], undoes=True, script=7)
    builder.node("boundaryEvent", scope, [], host=host, event="compensate", handler=handler)


def _process(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """The whole of a process when it has event sub-processes; else its body does."""
    body, *handlers = block.parts
    for event, handler in zip(block.how.get("events", []), handlers, strict=True):
        node = builder.node("subProcess", scope, [], event_sub=True)
        builder.scope(node, handler, **_trigger(builder, event))
    return builder.draw(body, scope, ends)


DRAWERS: Mapping[str, Drawer] = {"activity": _activity, "process": _process}
