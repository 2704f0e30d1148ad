"""Where ways part and meet, in the words of BPMN 2.0 §13.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.engine.reference.parts import Place, Token
from tests.engine.reference.sketch import CONSTANTS, Condition, Flow, Sketch

if TYPE_CHECKING:
    from tests.engine.reference.machine import Machine


def enter(machine: Machine, token: Token) -> None:
    """Pass a gateway with one flow into it; else wait there for others."""
    if len(machine.sketch.into(token.node.id)) < 2:
        machine.leave(token)
        return
    token.doing = "joining"
    if token.node.kind == "parallelGateway":
        came = _first_by_flow(token.place, token.node.id)
        if len(came) == len(machine.sketch.into(token.node.id)):
            _join(machine, list(came.values()))


def open_one(machine: Machine) -> bool:
    """Let one inclusive gateway go on, now that nobody moves."""
    for place in machine.all_places():
        for token in place.tokens:
            if token.doing == "joining" and token.node.kind == "inclusiveGateway":
                came = _first_by_flow(place, token.node.id)
                if not any(
                    _may_come(machine.sketch, token.node.id, set(came), other)
                    for other in place.tokens
                    if other not in came.values()
                ):
                    _join(machine, list(came.values()))
                    return True
    return False


def _join(machine: Machine, tokens: list[Token]) -> None:
    first = tokens[0]
    merged = Token(first.place, first.node, machine.born())
    merged.knows = first.knows.union(*(token.knows for token in tokens))
    first.place.tokens.append(merged)
    for token in tokens:
        machine.used_up(token, silently=True)
    machine.leave(merged)


def _first_by_flow(place: Place, gateway: str) -> dict[str, Token]:
    """Of those who wait at `gateway`, who came first by each flow."""
    came: dict[str, Token] = {}
    for token in place.tokens:
        if token.node.id == gateway and token.doing == "joining":
            came.setdefault(token.by, token)
    return came


def _may_come(sketch: Sketch, gateway: str, came: set[str], token: Token) -> bool:
    """Whether `token` can come by a flow by which nobody has, but by none by which one has."""
    reached = _flows_reached(sketch, gateway, token.node.id)
    return bool(reached - came) and not reached & came


def _flows_reached(sketch: Sketch, gateway: str, source: str) -> set[str]:
    """Flows into `gateway` to which a way leads from `source` that does not visit it."""
    reached: set[str] = set()
    seen: set[str] = set()
    pending = [source] if source != gateway else []
    while pending:
        node_id = pending.pop()
        if node_id in seen:
            continue
        seen.add(node_id)
        pending += [boundary.id for boundary in sketch.boundaries(node_id)]
        for way in sketch.ways(node_id):
            if way.target == gateway:
                reached.add(way.id)
            else:
                pending.append(way.target)
    return reached


def choose(machine: Machine, token: Token) -> list[Flow]:
    """The flows by which `token` goes on."""
    ways, node = machine.sketch.ways(token.node.id), token.node
    taken = [w for w in ways if w.id != node.default and holds(w.condition, token)]
    if node.kind == "exclusiveGateway":
        taken = taken[:1]
    return taken or [way for way in ways if way.id == node.default]


def holds(condition: Condition | None, token: Token) -> bool:
    """Whether a condition holds; what has none does."""
    known = CONSTANTS | {"d": token.decision}
    return condition is None or known[condition.variable] in condition.values
