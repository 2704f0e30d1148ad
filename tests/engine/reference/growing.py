"""Random blocks, sound by construction: every token can come to its end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from tests.engine.reference.blocks import Block
from tests.engine.reference.chances import LEAVES, Around
from tests.engine.reference.sagas import Sagas

SIZES = (1, 2, 3, 4, 5, 6, 7, 8, 10)


def grown(random: Random) -> Block:
    """A random diagram; most are small."""
    growth = Growth(random)
    size = random.choice(SIZES)
    return growth.whole(size) if growth.chance(0.25) else growth.grow(size, Around())


class Growth(Sagas):
    """Grows blocks; every choice is taken from one source, so a seed gives one diagram."""

    def grow(self, size: int, around: Around) -> Block:
        """A block with about `size` leaves."""
        if size <= 1:
            return self.leaf(around)
        kinds = ["then", "then", "then", "one", "both", "loop", "race", "spawn", "heard", "saga"]
        kinds += ["host", "host", "body", "body", "body"]
        kinds += ["some", "some"] * around.single + ["flood"] * around.whole
        kinds += ["transaction"] + ["stop"] * around.loose
        if not around.undoing:
            kinds.remove("saga")
        kind = self.pick(kinds)
        grower: Callable[[int, Around], Block] = getattr(self, kind)
        within = kind in ("flood", "body", "host", "transaction")
        part = around if within else replace(around, whole=False)
        return grower(size, part)

    def parts(self, size: int, around: Around, counts: Sequence[int]) -> tuple[Block, ...]:
        count = min(self.pick(counts), size)
        cuts = sorted(self.random.sample(range(1, size), count - 1))
        sizes = [b - a for a, b in zip([0, *cuts], [*cuts, size], strict=True)]
        return tuple(self.grow(part, around) for part in sizes)

    # One step

    def leaf(self, around: Around) -> Block:
        kind = "throw" if around.caught and self.chance(0.3) else self.pick(LEAVES)
        if kind == "user":
            constant = self.pick(("", "", "k1", "k2")) if around.constants else ""
            return Block("user", (), {"input": constant, "mapped": self.chance(0.2)})
        if kind == "script":
            return Block("script", (), {"value": self.random.randint(0, 9)})
        if kind == "wait":
            return Block("wait", (), self.awaited(("timer", "message", "receive")))
        if kind == "throw":
            return Block("throw", (), self.thrown(around))
        if kind == "pass":
            plain = ("intermediateThrowEvent", "task", "manualTask")
            return Block("pass", (), {"as": self.pick(plain)})
        return Block(kind)

    # Ways that part

    def then(self, size: int, around: Around) -> Block:
        return Block("then", self.parts(size, around, (2, 2, 3)))

    def one(self, size: int, around: Around) -> Block:
        how = {"by": self.by(around), "loosely": self.chance(0.5)}
        return Block("one", self.parts(size, around, (2, 2, 3)), how)

    def by(self, around: Around) -> str:
        return self.pick(("d", "d", "k1", "k2", "k3")) if around.constants else "d"

    def both(self, size: int, around: Around) -> Block:
        parts = self.parts(size, replace(around, loose=False), (2, 2, 3))
        return Block("both", parts, {"at_task": self.chance(0.2)})

    def some(self, size: int, around: Around) -> Block:
        how = {"by": self.by(around), "at_task": self.chance(0.3), "always": self.chance(0.3)}
        how["complex"] = self.chance(0.2)
        return Block("some", self.parts(size, around, (2, 3, 4)), how)

    def race(self, size: int, around: Around) -> Block:
        parts = self.parts(size, around, (2, 2, 3))
        kinds = ("timer", "message", "receive", "signal")
        if around.own_variables:
            kinds = (*kinds, "conditional")
        waits = [self.awaited(("timer", "message")), *(self.awaited(kinds) for _ in parts[1:])]
        return Block("race", parts, {"waits": waits})

    def loop(self, size: int, around: Around) -> Block:
        return Block("loop", (self.grow(size - 1, around),))

    def spawn(self, size: int, around: Around) -> Block:
        main = self.grow(size - 1, around)
        side = self.grow(1, replace(around, loose=True, single=False))
        return Block("spawn", (main, side), {"side_first": self.chance(0.5)})

    def heard(self, size: int, around: Around) -> Block:
        return Block("heard", self.parts(size, replace(around, loose=False), (2,)))

    def flood(self, size: int, around: Around) -> Block:
        parts = self.parts(size, replace(around, whole=False), (2, 3))
        tail = self.grow(max(1, size // 3), replace(around, whole=False, single=False))
        return Block("flood", (*parts, tail), {"at_task": self.chance(0.3)})

    # Activities

    def host(self, size: int, around: Around) -> Block:
        """Work with events at it, for one or for several items."""
        how: dict[str, Any] = {"kind": self.pick(("user", "user", "service", "receive"))}
        if how["kind"] != "receive" and self.chance(0.4):
            how["loop"] = self.marker(("item", "res", ""), around, told=True)
        if self.chance(0.3):
            how["undo"] = self.pick(("user", "script"))
        events = self.events(("boundary",), (1, 1, 2), around)
        handlers = (self.handler(event, size, around, around) for event in events)
        return Block("activity", tuple(handlers), {**how, "events": events})

    def body(self, size: int, around: Around) -> Block:
        """A sub-process or called process, with events at it and in it."""
        how: dict[str, Any] = {"kind": self.pick(("sub", "sub", "call"))}
        constants = around.constants
        if how["kind"] == "call":
            how["shares"] = (self.chance(0.7), self.chance(0.7))
            constants = constants and how["shares"][0]
        if self.chance(0.3):
            how["loop"] = self.marker(
                ("item", ""), replace(around, constants=constants), told=False
            )
        if self.chance(0.15):
            how["undo"] = self.pick(("user", "script"))
        inside = Around(
            constants=constants,
            caught=around.caught,
            own_variables=around.own_variables and how["kind"] != "call",
            undoing=around.undoing or how["kind"] == "call",
        )
        events = self.events(("boundary", "scope"), (0, 1, 1, 2), inside)
        body = self.throwing(size - 1, inside, events)
        handlers = [self.handler(event, max(1, size // 2), around, inside) for event in events]
        return Block("activity", (body, *handlers), {**how, "events": events})

    def stop(self, size: int, around: Around) -> Block:
        """What ends without an end event."""
        return Block("stop", (self.grow(size - 1, around),))

    def whole(self, size: int) -> Block:
        """A process with event sub-processes."""
        events = self.events(("scope",), (1, 1, 2), Around())
        body = self.throwing(size, Around(), events)
        handlers = [self.handler(event, size, Around(), Around()) for event in events]
        return Block("process", (body, *handlers), {"events": events})

    def handler(self, event: dict[str, Any], size: int, at: Around, inside: Around) -> Block:
        """What follows an event at an activity, or in it."""
        size = self.pick((1, size))
        if event["on"] == "scope":
            return self.grow(size, inside)
        if event["interrupting"]:
            return self.grow(size, replace(at, whole=False))
        return self.grow(size, replace(at, whole=False, loose=True, single=False))
