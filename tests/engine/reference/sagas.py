"""Random blocks in which something is thrown, undone or cancelled."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.engine.reference.blocks import Block
from tests.engine.reference.chances import Around, Chances


class Sagas(Chances):
    """Grows what is left in another way than by its end; the rest is grown by who extends it."""

    @abstractmethod
    def grow(self, size: int, around: Around) -> Block:
        """Any block."""

    @abstractmethod
    def host(self, size: int, around: Around) -> Block:
        """Work with events at it."""

    @abstractmethod
    def handler(self, event: dict[str, Any], size: int, at: Around, inside: Around) -> Block:
        """What follows an event."""

    def saga(self, size: int, around: Around) -> Block:
        """Work that can be undone, and somebody who may decide that it is."""
        works = [self.host(1, around) for _ in range(self.pick((1, 2)))]
        works = [replace(work, how={**work.how, "undo": "user", "loop": None}) for work in works]
        inside = Block("then", (*works, self.grow(max(1, size - 2), around)))
        if self.chance(0.4):
            inside = Block("activity", (inside,), {"kind": "sub", "events": []})
        at_end = around.loose and self.chance(0.3)
        how = {"event": "compensate", "name": self.pick(("", "a", "ab")), "at_end": at_end}
        return Block("then", (inside, Block("throw", (), how)))

    def transaction(self, size: int, around: Around) -> Block:
        """A sub-process that may be cancelled, and what was done in it undone."""
        beside = self.chance(0.3)
        inside = Around(
            constants=around.constants,
            caught=around.caught,
            own_variables=around.own_variables,
            undoing=False,
            loose=not beside,
        )
        work = replace(self.host(1, replace(inside, whole=False)))
        work = replace(work, how={**work.how, "undo": self.pick(("user", "script"))})
        cancel = Block("throw", (), {"event": "cancel", "at_end": True})
        rest = self.grow(max(1, size - 2), replace(inside, whole=False, loose=False))
        body = Block("then", (work, *self.pick(((rest, cancel), (cancel, rest)))))
        if beside:
            other = replace(inside, whole=False, loose=False)
            body = Block("both", (body, self.grow(max(1, size - 2), other)))
        events = [
            *self.events(("boundary", "scope"), (0, 0, 1), inside),
            {"on": "boundary", "event": "cancel", "name": "", "interrupting": True},
        ]
        handlers = [self.handler(event, 1, around, inside) for event in events]
        how = {"kind": "transaction", "events": events, "undo": self.pick(("", "", "user"))}
        return Block("activity", (body, *handlers), how)

    def throwing(self, size: int, around: Around, events: Sequence[Mapping[str, Any]]) -> Block:
        """What goes on inside, where as a rule something is thrown that is caught around it."""
        inside = around.within(events)
        if inside.caught == around.caught or self.chance(0.2):
            return self.grow(size, inside)
        event, name = self.pick(inside.caught)
        inside = replace(inside, whole=False)
        throw = Block("throw", (), {"event": event, "name": name})
        if self.chance(0.4):
            return Block("both", (self.grow(size, replace(inside, loose=False)), throw))
        return Block("then", (self.grow(1, inside), throw, self.grow(size, inside)))
