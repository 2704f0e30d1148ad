"""What goes on at activities: work, items, sub-processes and calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.engine.reference import catching, gates, throwing
from tests.engine.reference.parts import NOTHING, Place, Store, Token
from tests.engine.reference.sketch import Loop, Node

if TYPE_CHECKING:
    from tests.engine.reference.machine import Machine


def completed(machine: Machine, token: Token, result: Any = None) -> None:
    """The work at an activity is done."""
    token.armed = []
    if token.index >= 0:
        _item_done(machine, token, result)
        return
    remember(machine, token)
    if token.place.role == "undo":
        throwing.next_handler(machine, token)
    else:
        machine.leave(token)


def remember(machine: Machine, token: Token) -> None:
    """Note that an activity was completed that has a handler."""
    handler = handler_of(machine, token.node)
    if handler:
        token.place.record.append((token.node.id, handler, {}))


def body_completed(machine: Machine, body: Token, items: Place) -> None:
    """The work for all items is done, or for enough of them."""
    assert body.node.loop is not None
    _remember_inside(machine, body, items)
    remember(machine, body)
    if body.node.loop.result:
        machine.write(body, f"out_{body.node.id}", body.results)
    body.armed = []
    machine.leave(body)


def work(machine: Machine, token: Token) -> None:
    """Begin what an activity does, for one item or as a whole."""
    kind, node = token.node.kind, token.node
    store = token.place.store
    if kind in ("subProcess", "transaction"):
        machine.open(node.id, token, "sub", store, token.knows)
    elif kind == "callActivity":
        handed = token.knows if node.shares[0] else NOTHING
        machine.open(node.called, token, "call", Store(), handed)
    elif kind == "scriptTask":
        machine.write(token, f"s_{node.id}", node.script)
        completed(machine, token)
    elif kind == "receiveTask":
        token.doing = "listening"
        catching.arm(machine, node, node, token=token)
    else:
        token.doing = "working"


def begin(machine: Machine, token: Token) -> None:
    """Begin the work at an activity, or what is done for its items."""
    loop = token.node.loop
    if loop is None:
        work(machine, token)
        return
    token.inside = Place("", token, "items", token.place.store)
    token.doing = "inside"
    if loop.standard:
        _begin_turns(machine, token, loop)
        return
    token.results = [None] * len(loop.items)
    if not loop.items:
        machine.end(token.inside)
    for index in range(min(len(loop.items), 1) if loop.sequential else len(loop.items)):
        _item(machine, token, index, token.knows)


def _begin_turns(machine: Machine, token: Token, loop: Loop) -> None:
    assert token.inside is not None
    if loop.before and not gates.holds(loop.again, token):
        machine.end(token.inside)
    else:
        _item(machine, token, 0, token.knows)


def _item(machine: Machine, body: Token, index: int, knows: frozenset[str]) -> None:
    assert body.inside is not None
    token = Token(body.inside, body.node, machine.born(), knows=knows, index=index)
    body.inside.tokens.append(token)
    machine.agenda.append(token)


def _item_done(machine: Machine, token: Token, result: Any) -> None:
    body, loop = token.place.owner, token.node.loop
    assert body is not None
    assert loop is not None
    machine.passed[token.node.id] += 1
    body.done += 1
    if loop.standard:
        if body.done != loop.most and gates.holds(loop.again, token):
            _item(machine, body, token.index + 1, token.knows)
            machine.used_up(token, silently=True)
        else:
            machine.used_up(token)
        return
    value = result if loop.result == "res" else loop.items[token.index] * 10
    body.results[token.index] = value
    if loop.enough and body.done >= loop.enough:
        token.place.left = token.place.knows()
        machine.shut(token.place)
        machine.end(token.place)
        return
    if loop.sequential and token.index + 1 < len(loop.items):
        _item(machine, body, token.index + 1, token.knows)
        machine.used_up(token, silently=True)
        return
    machine.used_up(token)


def _remember_inside(machine: Machine, owner: Token, place: Place) -> None:
    if place.record and not (handler_of(machine, owner.node) and owner.index < 0):
        owner.place.record.append((owner.node.id, place.record, owner.item()))


def handler_of(machine: Machine, node: Node) -> str:
    return "".join(one.handler for one in machine.sketch.boundaries(node.id))


def returned(machine: Machine, owner: Token, place: Place) -> None:
    """What went on inside has ended."""
    if place.role == "sub":
        owner.knows |= place.left
        _remember_inside(machine, owner, place)
    elif owner.node.shares[1]:
        owner.knows |= place.left
        for name, values in place.store.values.items():
            for value in values:
                owner.place.store.write(name, value)
    completed(machine, owner)
