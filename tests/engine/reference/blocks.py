"""Diagrams as trees of blocks, each with one way in: what is grown, and what is shrunk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Block:
    kind: str
    parts: tuple[Block, ...] = ()
    how: Mapping[str, Any] = field(default_factory=dict)
    """Choices that the kind leaves open; lists in it belong to the last parts, one each."""

    def __repr__(self) -> str:
        inner = [repr(self.kind), *([repr(self.parts)] if self.parts or self.how else [])]
        return f"Block({', '.join(inner + ([repr(dict(self.how))] if self.how else []))})"


TASK = Block("user")
_NEEDED = ("kind", "event", "events", "waits")


def smaller(block: Block) -> Iterator[Block]:
    """Simpler blocks that may stand in the place of `block`, the simplest first."""
    if block != TASK:
        yield TASK
    yield from block.parts
    yield from _without_a_part(block)
    for name, value in block.how.items():
        if value and name not in _NEEDED:
            yield replace(block, how={k: v for k, v in block.how.items() if k != name})
    yield from _with_an_earlier_condition(block)
    for place, part in enumerate(block.parts):
        for other in smaller(part):
            parts = (*block.parts[:place], other, *block.parts[place + 1 :])
            yield replace(block, parts=parts)


def _without_a_part(block: Block) -> Iterator[Block]:
    if block.kind == "activity":
        yield from _without_an_event(block)
        return
    least = {"then": 1, "one": 2, "both": 2, "some": 2, "race": 2}.get(block.kind)
    if least is None or len(block.parts) <= least:
        return
    for place in range(len(block.parts)):
        parts = block.parts[:place] + block.parts[place + 1 :]
        how = {
            name: value[:place] + value[place + 1 :] if isinstance(value, list) else value
            for name, value in block.how.items()
        }
        yield Block(block.kind, parts, how)


def _without_an_event(block: Block) -> Iterator[Block]:
    events = block.how.get("events", [])
    first = len(block.parts) - len(events)
    for place in range(len(events)):
        parts = block.parts[: first + place] + block.parts[first + place + 1 :]
        how = {**block.how, "events": events[:place] + events[place + 1 :]}
        yield Block(block.kind, parts, how)


def _with_an_earlier_condition(block: Block) -> Iterator[Block]:
    """Wait for the first variable that is written."""
    for name in ("events", "waits"):
        for place, event in enumerate(block.how.get(name, [])):
            if event["event"] == "conditional" and event["name"] != "w1":
                events = list(block.how[name])
                events[place] = {**event, "name": "w1"}
                yield replace(block, how={**block.how, name: events})
