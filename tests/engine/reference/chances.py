"""What a random diagram is grown from: names, steps, and what is around a block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

NAMES = {
    "error": ("E1", "E2"),
    "escalation": ("X1", "X2"),
    "signal": ("S1", "S2"),
    "timer": ("",),
    "message": ("",),
    "conditional": ("w1", "w2", "w3", "w4", "w6", "w8"),
    "cancel": ("",),
}
CODED = ("error", "escalation")
THROWN = ("error", "escalation", "signal")
LEAVES = ("user",) * 3 + ("throw",) * 2 + ("service", "script", "pass", "wait", "link")


@dataclass(frozen=True)
class Around:
    """What is around a block, and so what may be in it."""

    loose: bool = True
    """Whether its token may be used up inside: nobody waits for it at a parallel gateway."""
    single: bool = True
    """Whether it is never begun twice at a time in one scope."""
    constants: bool = True
    """Whether the constants can be seen."""
    whole: bool = True
    """Whether it is all there is in its scope."""
    caught: tuple[tuple[str, str], ...] = ()
    """What is caught around it: kinds of events and names."""
    own_variables: bool = True
    """Whether variables are those of the case, not of a process that it calls."""
    undoing: bool = True
    """Whether compensation may be thrown: not in a transaction."""

    def within(self, events: Sequence[Mapping[str, Any]]) -> Around:
        """Inside an activity that has `events`."""
        more = [(event["event"], event["name"]) for event in events if event["event"] in NAMES]
        thrown = [(kind, name or NAMES[kind][-1]) for kind, name in more if kind in THROWN]
        return replace(self, caught=(*self.caught, *thrown))


class Chances:
    """Random choices, all taken from one source: a seed gives one diagram."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.pick = random.choice

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def awaited(self, kinds: Sequence[str]) -> dict[str, Any]:
        kind = self.pick(kinds)
        if kind == "timer":
            return {"event": kind, "minutes": self.random.randint(1, 3000)}
        return {"event": kind, "name": self.pick(NAMES.get(kind, ("",)))}

    def thrown(self, around: Around) -> dict[str, Any]:
        event = self.pick((*THROWN, "terminate", *["compensate"] * around.undoing))
        name = self.pick(NAMES.get(event, ("",)))
        if around.caught and self.chance(0.7):
            event, name = self.pick(around.caught)
        return {"event": event, "name": name, "at_end": around.loose and self.chance(0.3)}

    def marker(self, results: Sequence[str], around: Around, *, told: bool) -> dict[str, Any]:
        """Several times: for items, or turn by turn; `told`: somebody says whether again."""
        if self.chance(0.3):
            return self.turns(around, told=told)
        items = tuple(range(1, self.pick((0, 1, 2, 2, 3, 3)) + 1))
        enough = self.pick((0, 0, 1, 2))
        return {
            "items": items,
            "sequential": self.chance(0.5),
            "result": self.pick(results),
            "enough": enough,
            **({"counted": True, "result": ""} if self.chance(0.2) else {}),
        }

    def turns(self, around: Around, *, told: bool) -> dict[str, Any]:
        by = self.pick(("", *["d"] * told, *["k1"] * around.constants))
        return {
            "standard": True,
            "again": (by, self.pick(((1,), (1, 2), (2, 3)))) if by else None,
            "most": self.pick((0, 0, 2, 3)) if by == "d" else self.pick((1, 2, 3)),
            "before": by != "d" and self.chance(0.5),
        }

    def events(
        self, where: Sequence[str], counts: Sequence[int], around: Around
    ) -> list[dict[str, Any]]:
        """Events at or in an activity, of which no two catch the same."""
        found: dict[tuple[str, ...], dict[str, Any]] = {}
        for _ in range(self.pick(counts)):
            event = self.event(self.pick(where), conditional=around.own_variables)
            found.setdefault((event["on"], event["event"], event["name"]), event)
        return list(found.values())

    def event(self, where: str, *, conditional: bool) -> dict[str, Any]:
        kinds = ("timer", "timer", "message", "signal", "error", "escalation")
        kind = self.pick((*kinds, *["conditional"] * conditional))
        return {
            "on": where,
            "event": kind,
            "name": self.pick((*NAMES[kind], "")) if kind in CODED else self.pick(NAMES[kind]),
            "interrupting": kind == "error" or self.chance(0.5),
            "minutes": self.random.randint(1, 3000) if kind == "timer" else 0,
            "repeats": self.pick((0, 0, 2, 3)) if kind == "timer" else 0,
        }
