"""Plays a sketch by the standard: tokens that enter elements, do what these say, and leave."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from typing import Any

from tests.engine.reference import activities, catching, gates, throwing
from tests.engine.reference.parts import NOTHING, Armed, Place, Store, Stuck, Token, places
from tests.engine.reference.sketch import Node, Sketch


class Machine:
    """One case. Each act moves tokens until all of them wait."""

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self.now = 0
        self.ended = False
        self.agenda: deque[Token] = deque()
        self.passed: Counter[str] = Counter()
        """How often tokens have left each element by themselves."""
        self._births = 0
        self.conditional = any(n.event == "conditional" for n in sketch.nodes.values())
        self.top = self.open(sketch.processes[0], None, "process", Store(), NOTHING)
        self.store = self.top.store
        self.run()

    # Acts

    def complete(self, token: Token, *, writes: dict[str, Any], result: Any, decision: int) -> None:
        """The worker of `token` is done; `result` is what may be collected of it."""
        for name, value in writes.items():
            self.write(token, name, value)
        token.decision = decision
        activities.completed(self, token, result)
        self.run()

    def deliver(self, armed: Armed, *, writes: dict[str, Any], decision: int) -> None:
        """The message that is listened for comes."""
        catching.trigger(self, armed, writes, decision)
        self.run()

    def throw(self, token: Token, *, code: str, writes: dict[str, Any]) -> None:
        """The worker of `token` gives up with an error."""
        throwing.throw_error(self, token, code, writes)
        self.run()

    def fire(self, now: int) -> None:
        """Time has come to `now`: whatever was due fires, the longest due first."""
        self.now = now
        due = [one for one in self.listening() if one.trigger.event == "timer" and one.due <= now]
        for one in sorted(due, key=lambda one: (one.due, one.born)):
            if one.alive:
                catching.trigger(self, one, {}, 0)
                self.run()

    def cancel(self) -> None:
        self.shut(self.top)
        self.ended = True

    # What can be seen

    def working(self) -> list[Token]:
        """Those for whom a worker is waited."""
        found = [t for p in self.all_places() for t in p.tokens if t.doing == "working"]
        return sorted(found, key=lambda token: token.born)

    def listening(self) -> list[Armed]:
        """All that is listened for, the oldest first."""
        found = [one for place in self.all_places() for one in place.armed]
        found += [one for p in self.all_places() for t in p.tokens for one in t.armed]
        return sorted(found, key=lambda one: one.born)

    def all_places(self) -> Iterator[Place]:
        return places(self.top if self.top.alive else None)

    # What moves tokens

    def born(self) -> int:
        self._births += 1
        return self._births

    def run(self) -> None:
        """Let tokens move until all of them wait."""
        while True:
            if not self._a_condition_came_true() and not self.agenda:
                # Who comes through a gate arms events: their conditions are looked at first.
                if gates.open_one(self):
                    continue
                break
            if self.agenda:
                token = self.agenda.popleft()
                if token.alive:
                    self._enter(token)
        outside = any(one.trigger.event in ("timer", "message") for one in self.listening())
        if not self.ended and not outside and not self.working():
            raise Stuck

    def _a_condition_came_true(self) -> bool:
        """Let those go on who wait for a variable that somebody has written, the oldest first."""
        if not self.conditional:
            return False
        found = [one for one in self.listening() if one.trigger.event == "conditional"]
        true = [one for one in found if one.trigger.name in one.store.values]
        for one in true:
            if one.alive:
                catching.trigger(self, one, {}, 0)
        return bool(true)

    def come(self, place: Place, node: Node, by: str = "", *, like: Token | None = None) -> Token:
        """A new token comes to `node`, whose events are armed."""
        token = Token(place, node, self.born(), by)
        if like is not None:
            token.knows, token.decision = like.knows, like.decision
        place.tokens.append(token)
        self.agenda.append(token)
        for event in self.sketch.boundaries(node.id):
            catching.arm(self, event, event, token=token)
        return token

    def open(
        self, scope: str, owner: Token | None, role: str, store: Store, knows: frozenset[str]
    ) -> Place:
        """Begin a process or sub-process: a token at its start, its event sub-processes armed."""
        place = Place(scope, owner, role, store)
        if owner is not None:
            owner.inside, owner.doing = place, "inside"
        self.come(place, self.sketch.start(scope)).knows = knows
        for node in self.sketch.event_subs(scope):
            catching.arm(self, node, self.sketch.start(node.id), place=place)
        return place

    def leave(self, token: Token) -> None:
        """Go on by the flows that are taken; without any, the token is used up."""
        if not throwing.at_once(token.node):
            self.passed[token.node.id] += 1
        if token.node.event == "cancel" and not token.node.host:
            throwing.leave_transaction(self, token)
            return
        ways = gates.choose(self, token)
        for way in ways:
            target = self.sketch.nodes[way.target]
            self.come(token.place, target, way.id, like=token)
        self.used_up(token, silently=bool(ways))

    def used_up(self, token: Token, *, silently: bool = False) -> None:
        """Take `token` off; the last one of a place ends it."""
        place = token.place
        place.tokens.remove(token)
        if silently:
            return
        place.left |= token.knows
        if not place.tokens:
            self.end(place)

    def shut(self, place: Place) -> None:
        """Cancel all that goes on in `place`."""
        for token in place.tokens:
            self.interrupt(token)
        place.alive = False

    def interrupt(self, token: Token) -> None:
        """Cancel all that goes on inside `token`."""
        if token.inside is not None:
            if token.inside.role == "undo":
                throwing.give_back(self, token, token.inside)
            self.shut(token.inside)

    def end(self, place: Place) -> None:
        """All is done in `place`: who waits for it goes on."""
        place.alive = False
        owner = place.owner
        if owner is None:
            self.ended = True
            return
        owner.inside = None
        if place.role == "undo":
            owner.knows |= place.left
            self.leave(owner)
        elif place.role == "items":
            owner.knows |= place.left
            activities.body_completed(self, owner, place)
        else:
            activities.returned(self, owner, place)

    def write(self, token: Token, name: str, value: Any) -> None:
        token.place.store.write(name, value)
        token.knows |= {name}

    # What the kinds of elements do

    def _enter(self, token: Token) -> None:
        kind, event = token.node.kind, token.node.event
        if token.index >= 0:
            activities.work(self, token)
        elif kind in ("task", "manualTask"):
            self.leave(token)
        elif kind.endswith("Task") or kind in ("subProcess", "transaction", "callActivity"):
            activities.begin(self, token)
        elif kind in ("parallelGateway", "inclusiveGateway"):
            gates.enter(self, token)
        elif kind == "eventBasedGateway":
            token.doing = "listening"
            for way in self.sketch.ways(token.node.id):
                target = self.sketch.nodes[way.target]
                catching.arm(self, target, target, token=token)
        elif kind == "intermediateCatchEvent" and event != "link":
            token.doing = "listening"
            catching.arm(self, token.node, token.node, token=token)
        elif kind in ("intermediateThrowEvent", "endEvent") and event in throwing.THROWS:
            if throwing.at_once(token.node):
                self.passed[token.node.id] += 1
            throwing.THROWS[event](self, token)
        else:
            self.leave(token)
