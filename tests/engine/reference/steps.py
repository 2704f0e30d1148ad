"""Draws blocks that are one step: work, waiting, throwing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.engine.reference.blocks import Block
from tests.engine.reference.building import Builder, Drawer, End, Ends
from tests.engine.reference.sketch import DECISION, Condition


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


def _passing(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    return [End(builder.node(block.how.get("as", "intermediateThrowEvent"), scope, ends))]


def caught(builder: Builder, event: Mapping[str, Any], scope: str, ends: Ends) -> str:
    """A catching event in the flow, or a task that waits for a message."""
    kind, minutes = event["event"], event.get("minutes", 0)
    if kind == "receive":
        name = builder.name("m")
        return builder.node("receiveTask", scope, ends, event="message", name=name)
    name = event.get("name") or (builder.name("m") if kind == "message" else "")
    return builder.node(
        "intermediateCatchEvent", scope, ends, event=kind, name=name, minutes=minutes
    )


def _wait(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    return [End(caught(builder, block.how, scope, ends))]


def _link(builder: Builder, _block: Block, scope: str, ends: Ends) -> Ends:
    """A flow whose line is not drawn."""
    name = builder.name("l")
    throw = builder.node("intermediateThrowEvent", scope, ends, event="link", name=name)
    catch = builder.node("intermediateCatchEvent", scope, [End(throw)], event="link", name=name)
    return [End(catch)]


def _throw(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """Somebody decides whether something is thrown; after some throws nothing follows."""
    how = block.how
    event, at_end = (
        how["event"],
        how.get("at_end") or how["event"] in ("error", "terminate", "cancel"),
    )
    gateway = builder.node("exclusiveGateway", scope, decider(builder, scope, ends))
    kind = "endEvent" if at_end else "intermediateThrowEvent"
    start = End(gateway, Condition(variable=DECISION, values=(1, 3, 5)))
    thrown = builder.node(kind, scope, [start], event=event, name=how.get("name", ""))
    rest = [] if at_end else [End(thrown)]
    return [*rest, End(gateway, default=True)]


def _heard(builder: Builder, block: Block, scope: str, ends: Ends) -> Ends:
    """A signal that one branch throws and the other waits for."""
    name, (after, meanwhile) = builder.name("s"), block.parts
    fork = builder.node("parallelGateway", scope, builder.one(scope, ends))
    catch = builder.node("intermediateCatchEvent", scope, [End(fork)], event="signal", name=name)
    heard = builder.draw(after, scope, [End(catch)])
    throw = builder.node(
        "intermediateThrowEvent",
        scope,
        decider(builder, scope, [End(fork)]),
        event="signal",
        name=name,
    )
    others = builder.draw(meanwhile, scope, [End(throw)])
    joined = [builder.one(scope, ends)[0] for ends in (heard, others) if ends]
    return [End(builder.node("parallelGateway", scope, joined))] if joined else []


DRAWERS: Mapping[str, Drawer] = {
    "user": _user,
    "service": _service,
    "script": _script,
    "pass": _passing,
    "wait": _wait,
    "link": _link,
    "throw": _throw,
    "heard": _heard,
}
