"""Listening for events, and what happens when they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.engine.reference import activities
from tests.engine.reference.parts import Armed, Place, Token
from tests.engine.reference.sketch import Node

if TYPE_CHECKING:
    from tests.engine.reference.machine import Machine

COMES = ("timer", "message", "signal", "conditional")
"""Events that are listened for; errors and escalations find who catches them."""


def arm(
    machine: Machine,
    node: Node,
    trigger: Node,
    *,
    token: Token | None = None,
    place: Place | None = None,
) -> None:
    """Begin to listen for what is drawn at `trigger`."""
    if trigger.event not in COMES:
        return
    armed = Armed(node, trigger, machine.born(), token, place)
    armed.due = machine.now + trigger.minutes
    armed.left = max(trigger.repeats - 1, 0)
    owner = token if token is not None else place
    assert owner is not None
    owner.armed.append(armed)


def trigger(machine: Machine, armed: Armed, writes: dict[str, Any], decision: int) -> None:
    """What is listened for has come, with new variables."""
    node, token = armed.node, armed.token
    if token is None:
        assert armed.place is not None
        again = [] if armed.trigger.interrupting else _again(machine, armed)
        armed.place.armed.remove(armed)
        armed.place.armed += again
        begin_event_sub(machine, armed.place, node, writes, decision)
    elif node.host:
        if not node.interrupting:
            token.armed.remove(armed)
            token.armed += _again(machine, armed)
        catch_at_boundary(machine, token, node, writes, decision)
    else:
        if token.node is not node:
            machine.passed[token.node.id] += 1
        token.armed = []
        token.node = node
        _tell(machine, token, writes, decision)
        activities.completed(machine, token)


def _again(machine: Machine, armed: Armed) -> list[Armed]:
    """How it is listened on: for messages and signals always, for moments in cycles."""
    once_more = Armed(armed.node, armed.trigger, machine.born(), armed.token, armed.place)
    once_more.due, once_more.left = armed.due, armed.left
    if armed.trigger.event == "conditional":
        # It would have to become false before, but what is written stays.
        return []
    if armed.trigger.event != "timer":
        return [once_more]
    while once_more.left:
        once_more.due += armed.trigger.minutes
        once_more.left -= 1
        # Moments that were missed count as come.
        if once_more.due > machine.now:
            return [once_more]
    return []


def catch_at_boundary(
    machine: Machine, host: Token, node: Node, writes: dict[str, Any], decision: int
) -> None:
    """The boundary event `node` of `host` has come: a token goes on from there."""
    knows = host.knows_inside()
    if node.interrupting:
        _cancel(machine, host)
    token = Token(host.place, node, machine.born(), knows=knows)
    host.place.tokens.append(token)
    _tell(machine, token, writes, decision)
    machine.leave(token)


def begin_event_sub(
    machine: Machine, place: Place, node: Node, writes: dict[str, Any], decision: int
) -> None:
    """The event sub-process `node` begins in `place`."""
    knows = place.knows()
    if machine.sketch.start(node.id).interrupting:
        for token in list(place.tokens):
            _cancel(machine, token)
        place.armed, place.interrupted = [], True
    token = Token(place, node, machine.born(), knows=knows)
    place.tokens.append(token)
    _tell(machine, token, writes, decision)
    machine.open(node.id, token, "sub", place.store, token.knows)


def _cancel(machine: Machine, token: Token) -> None:
    machine.interrupt(token)
    token.place.tokens.remove(token)


def _tell(machine: Machine, token: Token, writes: dict[str, Any], decision: int) -> None:
    for name, value in writes.items():
        token.place.store.write(name, value)
    token.knows |= set(writes)
    token.decision = decision
