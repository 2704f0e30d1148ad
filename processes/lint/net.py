"""The token game of one process or sub-process, with data left out.

A condition may hold or not, an event come or not, an activity end or be interrupted. What
goes on inside an activity is judged on its own: from outside it begins and it ends.

A token is at an element; at a gateway that joins, it is at the flow by which it came. A
marking is where all tokens are. An element with one way in and one way out that decides
nothing is passed at once, which keeps markings few and takes nothing from the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from processes.engine.types import Element, Flow

from .drawing import Drawing

Marking = tuple[str, ...]
"""Where tokens are, sorted; a place is named twice when two are there."""
Move = tuple[str, Marking]
"""The element by which tokens went on, and where they are then."""

JOINS = frozenset({"parallelGateway", "inclusiveGateway"})
_MAX_CONDITIONS = 5
"""Of one element: with more, none, one, two, or all of them hold."""
_ENDS_ALL = frozenset({"error", "terminate", "cancel"})


class Net:
    """Where tokens can go in one scope."""

    def __init__(self, drawing: Drawing, scope: str) -> None:
        self.drawing = drawing
        self.nodes = {e.id: e for e in drawing.inside.get(scope, ()) if _takes_part(e)}
        self.joins = {
            node.id: [flow.id for flow in self._incoming(node.id)]
            for node in self.nodes.values()
            if node.type in JOINS and len(self._incoming(node.id)) > 1
        }
        """Gateways that wait → the flows into them."""
        self.owner = {flow: join for join, flows in self.joins.items() for flow in flows}
        """Flow into a gateway that waits → the gateway."""
        self._after = {node: self._ways(element) for node, element in self.nodes.items()}
        self._past = {node: self._next(element) for node, element in self.nodes.items()}
        self._leads_to = {
            join: self._sources(join)
            for join in self.joins
            if self.nodes[join].type == "inclusiveGateway"
        }
        self.passed: set[str] = set()
        """Elements at which a token has been."""
        self._beside = self._asides()

    def starts(self) -> list[Move]:
        """The events that may begin it, each with the marking that it makes."""
        begins = [node.id for node in self.nodes.values() if node.type == "startEvent"]
        return [(node, tuple(self._settled([node]))) for node in begins]

    def element(self, place: str) -> Element:
        """The element that a place belongs to."""
        return self.nodes[self.owner.get(place, place)]

    def moves(self, marking: Marking) -> Iterator[Move]:
        """All that can come next."""
        for place in dict.fromkeys(marking):
            if place not in self.owner:
                yield from self._leave(marking, place)
        for join in dict.fromkeys(self.owner[p] for p in marking if p in self.owner):
            taken = [flow for flow in self.joins[join] if flow in marking]
            if self._opens(join, taken, marking):
                rest = _without(marking, taken)
                yield from self._sent(join, rest, self._after[join])

    def _leave(self, marking: Marking, place: str) -> Iterator[Move]:
        node = self.nodes[place]
        if node.type == "endEvent" and node.event in _ENDS_ALL:
            yield place, ()
            return
        rest = _without(marking, [place])
        yield from self._sent(place, rest, self._after[place])
        for event in self._boundaries(node):
            if event.interrupting:
                yield from self._sent(event.id, rest, [[event.id]])
            elif self._beside[event.id].isdisjoint(marking):
                yield from self._sent(event.id, marking, [[event.id]])

    def _sent(self, by: str, rest: Marking, choices: Iterable[Sequence[str]]) -> Iterator[Move]:
        for places in choices:
            yield by, tuple(sorted((*rest, *self._settled(places))))

    def _settled(self, places: Iterable[str]) -> Iterator[str]:
        for place in places:
            self.passed.add(self.owner.get(place, place))
            while self._past.get(place):
                place = self._past[place]
                self.passed.add(self.owner.get(place, place))
            if place in self.owner or not _only_ends(self.nodes[place]):
                yield place

    # How the scope is drawn

    def _incoming(self, node: str) -> list[Flow]:
        return self.drawing.incoming.get(node, [])

    def _boundaries(self, node: Element) -> list[Element]:
        attached = self.drawing.boundaries.get(node.id, [])
        return [event for event in attached if event.event != "compensate"]

    def _ways(self, node: Element) -> list[tuple[str, ...]]:
        """The places to which a token may go on from `node`, for each choice it has."""
        flows = [f for f in self.drawing.outgoing.get(node.id, ()) if f.target in self.nodes]
        places = {f.id: f.id if f.target in self.joins else f.target for f in flows}
        if node.type in ("exclusiveGateway", "eventBasedGateway"):
            return [(places[flow.id],) for flow in flows] or [()]
        if node.type == "parallelGateway":
            return [tuple(places.values())]
        return [tuple(places[flow.id] for flow in choice) for choice in _choices(node, flows)]

    def _next(self, node: Element) -> str:
        """The place behind an element that only passes tokens on; empty when it does more."""
        ways = self._after[node.id]
        plain = len(ways) == 1 and len(ways[0]) == 1 and node.id not in self.joins
        if not plain or self._boundaries(node) or len(self._incoming(node.id)) > 1:
            return ""
        (place,) = ways[0]
        ends = place in self.nodes and self.nodes[place].type == "endEvent"
        return "" if ends or node.id in (place, self.owner.get(place)) else place

    # Who can still come

    def _opens(self, join: str, taken: Sequence[str], marking: Marking) -> bool:
        if self.nodes[join].type == "parallelGateway":
            return len(taken) == len(self.joins[join])
        leads_to = self._leads_to[join]
        for place in marking:
            ways = leads_to.get(self.owner.get(place, place), frozenset())
            if ways and ways.isdisjoint(taken):
                return False
        return True

    def _sources(self, join: str) -> dict[str, frozenset[str]]:
        """Element → flows into `join` to which there is a way that does not pass it."""
        found: dict[str, set[str]] = {}
        for flow in self._incoming(join):
            pending = [flow.source]
            while pending:
                node = pending.pop()
                if node == join or flow.id in found.setdefault(node, set()):
                    continue
                found[node].add(flow.id)
                pending += [each.source for each in self._incoming(node)]
                host = self.nodes[node].attached_to if node in self.nodes else ""
                pending += [host] if host else []
        return {node: frozenset(flows) for node, flows in found.items()}

    def _asides(self) -> dict[str, frozenset[str]]:
        """Non-interrupting event → places that only tokens of such events come to.

        One more comes only when the last one has left them: reminders may overlap, and
        nobody would call that unsound.
        """
        beside = [e.id for e in self.nodes.values() if e.attached_to and not e.interrupting]
        begins = [e.id for e in self.nodes.values() if e.type == "startEvent"]
        main = self._reached(begins, avoiding=frozenset(beside))
        return {event: self._places(self._reached([event]) - main) for event in beside}

    def _places(self, nodes: Iterable[str]) -> frozenset[str]:
        return frozenset(place for node in nodes for place in self.joins.get(node, [node]))

    def reached_from(self, node: str) -> set[str]:
        """`node` and all that comes after it."""
        return self._reached([node])

    def _reached(self, begins: list[str], avoiding: frozenset[str] = frozenset()) -> set[str]:
        seen: set[str] = set()
        pending = [*begins]
        while pending:
            node = pending.pop()
            if node in seen or node in avoiding or node not in self.nodes:
                continue
            seen.add(node)
            pending += [flow.target for flow in self.drawing.outgoing.get(node, ())]
            pending += [event.id for event in self._boundaries(self.nodes[node])]
        return seen


def _takes_part(element: Element) -> bool:
    undoes = element.for_compensation or (element.attached_to and element.event == "compensate")
    return not (undoes or element.triggered_by_event)


def _only_ends(node: Element) -> bool:
    return node.type == "endEvent" and node.event == "none"


def _choices(node: Element, flows: list[Flow]) -> Iterator[tuple[Flow, ...]]:
    """Which flows may be taken together: all without condition, and any with one."""
    always = tuple(f for f in flows if not f.condition and f.id != node.default_flow)
    conditional = [f for f in flows if f.condition and f.id != node.default_flow]
    default = tuple(f for f in flows if f.id == node.default_flow)
    few = len(conditional) <= _MAX_CONDITIONS
    sizes = range(1, len(conditional) + 1) if few else (1, 2, len(conditional))
    subsets = [chosen for size in sizes for chosen in combinations(conditional, size)]
    if always or default or not conditional:
        yield always or default
    yield from (always + chosen for chosen in subsets)


def _without(marking: Marking, places: Sequence[str]) -> Marking:
    rest = [*marking]
    for place in places:
        rest.remove(place)
    return tuple(rest)
