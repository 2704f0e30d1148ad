"""Errors, escalations, signals, compensation and terminate end events."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tests.engine.reference import catching
from tests.engine.reference.parts import NOTHING, Entry, Handler, Place, Token, Uncaught
from tests.engine.reference.sketch import Node

if TYPE_CHECKING:
    from tests.engine.reference.machine import Machine


def throw_error(machine: Machine, token: Token, code: str, writes: dict[str, Any]) -> None:
    """The nearest event around `token` that catches `code` does."""
    for catcher, around in _catchers(machine, token, "error", code):
        place, end = token.place, around.place if isinstance(around, Token) else around
        while place is not end and place.owner is not None:
            place.failed = True
            place = place.owner.place
        _catch(machine, catcher, around, writes)
        return
    raise Uncaught


def _catch(machine: Machine, catcher: Node, around: Token | Place, writes: dict[str, Any]) -> None:
    if isinstance(around, Token):
        catching.catch_at_boundary(machine, around, catcher, writes, 0)
    else:
        catching.begin_event_sub(machine, around, catcher, writes, 0)


def _catchers(
    machine: Machine, token: Token, event: str, code: str
) -> Iterator[tuple[Node, Token | Place]]:
    """Who may catch, from the inside out: boundary events, then event sub-processes."""
    sketch = machine.sketch
    current: Token | None = token
    while current is not None:
        place = current.place
        attached = [] if current.index >= 0 else sketch.boundaries(current.node.id)
        for node in _fitting([(node, node) for node in attached], event, code):
            yield node, current
        subs = [] if place.interrupted or not place.scope else sketch.event_subs(place.scope)
        others = [node for node in subs if node is not current.node]
        for node in _fitting([(node, sketch.start(node.id)) for node in others], event, code):
            yield node, place
        current = place.owner


def _fitting(found: list[tuple[Node, Node]], event: str, code: str) -> list[Node]:
    """Those that name the code come before those that catch all."""
    named = [node for node, begin in found if (begin.event, begin.name) == (event, code)]
    return named + [node for node, begin in found if (begin.event, begin.name) == (event, "")]


def _error(machine: Machine, token: Token) -> None:
    throw_error(machine, token, token.node.name, {})


def _escalation(machine: Machine, token: Token) -> None:
    for catcher, around in _catchers(machine, token, "escalation", token.node.name):
        _catch(machine, catcher, around, {})
        break
    if token.alive:
        machine.leave(token)


def _signal(machine: Machine, token: Token) -> None:
    for armed in machine.listening():
        same = (armed.trigger.event, armed.trigger.name) == ("signal", token.node.name)
        if same and armed.alive:
            catching.trigger(machine, armed, {}, 0)
    if token.alive:
        machine.leave(token)


def _terminate(machine: Machine, token: Token) -> None:
    place = token.place
    place.left = place.knows()
    machine.shut(place)
    machine.end(place)


def _compensate(machine: Machine, token: Token) -> None:
    place, only = _undone_in(token), token.node.name
    chosen = [entry for entry in place.record if only in ("", entry[0])]
    place.record = [entry for entry in place.record if entry not in chosen]
    _undo(machine, token, chosen)


def _undone_in(thrower: Token) -> Place:
    """An event sub-process undoes what was done around it."""
    place = thrower.place
    while place.owner is not None and place.owner.node.event_sub:
        place = place.owner.place
    return place


def give_back(machine: Machine, thrower: Token, undoing: Place) -> None:
    """What was not undone when `thrower` was interrupted can still be undone."""
    place = _undone_in(thrower)
    left = [(_undone_by(machine, entry[1], place), *entry[1:]) for entry in _left(thrower, undoing)]
    place.record = [*left, *place.record]


def _undone_by(machine: Machine, handler: str, place: Place) -> str:
    """The activity that is undone, or the sub-process in which it is."""
    nodes = machine.sketch.nodes
    (done,) = [node.host for node in nodes.values() if node.handler == handler]
    while done in nodes and nodes[done].scope != place.scope:
        done = nodes[done].scope
    return done


def _undo(machine: Machine, token: Token, record: list[Entry]) -> None:
    """Let `token` wait until all of `record` is undone, then go on."""
    token.todo = list(_handlers(record, {}))
    if not token.todo:
        machine.leave(token)
        return
    token.doing = "inside"
    token.inside = Place("", token, "undo", token.place.store)
    _begin_handler(machine, token, NOTHING)


def _handlers(record: list[Entry], around: dict[str, int]) -> Iterator[Handler]:
    """Who undoes what was done, the last first, each with the items around it."""
    for _, done, own in reversed(record):
        if isinstance(done, str):
            yield done, around | own
        else:
            yield from _handlers(done, around | own)


def _cancel(machine: Machine, token: Token) -> None:
    """All in the transaction ends, what was done in it is undone, then it is left."""
    place = token.place
    transaction = place.owner
    assert transaction is not None
    transaction.armed, place.armed, place.interrupted = [], [], True
    record, place.record = _completed_in(place), []
    token.knows = place.knows()
    for other in [other for other in place.tokens if other is not token]:
        machine.interrupt(other)
        place.tokens.remove(other)
    _undo(machine, token, record)


def leave_transaction(machine: Machine, token: Token) -> None:
    """All is undone: the transaction is left by its cancel event."""
    transaction = token.place.owner
    assert transaction is not None
    for node in machine.sketch.boundaries(transaction.node.id):
        if node.event == "cancel":
            catching.catch_at_boundary(machine, transaction, node, {}, 0)


def _completed_in(place: Place) -> list[Entry]:
    """What was completed in `place`, and in the sub-processes that go on in it."""
    found = list(place.record)
    for token in place.tokens:
        if token.inside is not None and token.inside.role == "undo":
            found.append((token.node.id, _left(token, token.inside), {}))
        elif token.inside is not None and token.inside.role in ("sub", "items"):
            found.append((token.node.id, _completed_in(token.inside), token.item()))
    return found


def _left(thrower: Token, undoing: Place) -> list[Entry]:
    """What was not undone before `thrower` was interrupted."""
    now = [(token.node.id, token.own) for token in undoing.tokens if not undoing.failed]
    return [("", handler, own) for handler, own in reversed([*now, *thrower.todo])]


def _begin_handler(machine: Machine, thrower: Token, knows: frozenset[str]) -> None:
    assert thrower.inside is not None
    handler, own = thrower.todo.pop(0)
    token = machine.come(thrower.inside, machine.sketch.nodes[handler])
    token.knows, token.own = knows, own


def next_handler(machine: Machine, token: Token) -> None:
    """One handler is done: the next one begins, the last one lets who threw go on."""
    machine.passed[token.node.id] += 1
    thrower = token.place.owner
    assert thrower is not None
    if thrower.todo:
        _begin_handler(machine, thrower, token.knows)
        machine.used_up(token, silently=True)
    else:
        machine.used_up(token)


THROWS: Mapping[str, Callable[[Machine, Token], None]] = {
    "error": _error,
    "escalation": _escalation,
    "signal": _signal,
    "terminate": _terminate,
    "compensate": _compensate,
    "cancel": _cancel,
}


def at_once(node: Node) -> bool:
    """Whether something is thrown as a token leaves `node`; compensation is waited for before."""
    throws = node.kind in ("intermediateThrowEvent", "endEvent")
    return throws and node.event in ("error", "escalation", "signal", "terminate")
