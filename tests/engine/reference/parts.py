"""What a running case consists of: places where tokens stand, tokens, and what they listen for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.engine.reference.sketch import Node

NOTHING: frozenset[str] = frozenset()
Entry = tuple[str, Any, dict[str, int]]
"""An activity and its handler, or a sub-process and its record; and the item it was done for."""
Handler = tuple[str, dict[str, int]]
"""Who undoes something, and the items around that."""


class Stuck(Exception):
    """Tokens are left, and nothing from outside can move them."""


class Uncaught(Exception):
    """Nobody catches an error."""


@dataclass(eq=False)
class Place:
    """One running process or sub-process, the items of an activity, or what undoes."""

    scope: str
    """As drawn; empty for items and for what undoes."""
    owner: Token | None
    role: str
    """`process`, `sub`, `call`, `items` or `undo`."""
    store: Store
    tokens: list[Token] = field(default_factory=list)
    armed: list[Armed] = field(default_factory=list)
    """Event sub-processes that may begin."""
    alive: bool = True
    interrupted: bool = False
    """Whether an event sub-process has taken over."""
    failed: bool = False
    """Whether an error has left it."""
    left: frozenset[str] = NOTHING
    """What those who are gone knew."""
    record: list[Entry] = field(default_factory=list)
    """What was completed and can be undone."""

    def knows(self) -> frozenset[str]:
        """What has been written by anybody in here."""
        return self.left.union(*(token.knows_inside() for token in self.tokens))


@dataclass(eq=False)
class Store:
    """Variables of one process. `values`: all that were ever written to each."""

    values: dict[str, list[Any]] = field(default_factory=dict)

    def write(self, name: str, value: Any) -> None:
        self.values.setdefault(name, []).append(value)


@dataclass(eq=False)
class Token:
    place: Place
    node: Node
    born: int
    by: str = ""
    """The flow by which it came."""
    knows: frozenset[str] = NOTHING
    """Variables written before it, causally: it must see them."""
    decision: int = 0
    """What the worker said who moved it last."""
    doing: str = "moving"
    """`moving`, `working`, `listening`, `joining` or `inside`."""
    armed: list[Armed] = field(default_factory=list)
    inside: Place | None = None
    index: int = -1
    """Which item of a multi-instance activity this is the work for."""
    results: list[Any] = field(default_factory=list)
    done: int = 0
    todo: list[Handler] = field(default_factory=list)
    """Handlers that are still to undo something."""
    own: dict[str, int] = field(default_factory=dict)
    """Of a handler: the items that what it undoes was done for."""

    @property
    def alive(self) -> bool:
        return self.place.alive and self in self.place.tokens

    def knows_inside(self) -> frozenset[str]:
        called = self.inside is None or self.inside.role == "call"
        return self.knows if called else self.knows | self.inside.knows()

    def items(self) -> dict[str, int]:
        """The items of multi-instance activities around it, as variables."""
        owner = self.place.owner
        if owner is None:
            return self.item()
        if self.place.role == "call" and not owner.node.shares[0]:
            return owner.item() | self.item()
        return owner.items() | self.item()

    def item(self) -> dict[str, int]:
        loop = self.node.loop
        if self.index < 0 or loop is None or loop.standard or loop.counted:
            return self.own
        return {f"it_{self.node.id}": loop.items[self.index]}


@dataclass(eq=False)
class Armed:
    """Somebody listens for an event, as drawn at `node`."""

    node: Node
    trigger: Node
    """Where the event is drawn; of an event sub-process, its start."""
    born: int
    token: Token | None = None
    """Who listens; None: a scope for its event sub-process."""
    place: Place | None = None
    due: int = 0
    """In minutes since the case began."""
    left: int = 0
    """Of a cycle: how often it comes after this."""

    @property
    def store(self) -> Store:
        """The variables of who listens."""
        owner = self.place if self.token is None else self.token.place
        assert owner is not None
        return owner.store

    @property
    def alive(self) -> bool:
        if self.token is not None:
            return self.token.alive and self in self.token.armed
        return self.place is not None and self.place.alive and self in self.place.armed


def places(place: Place | None) -> Iterator[Place]:
    """`place` and all inside it."""
    if place is None:
        return
    yield place
    for token in place.tokens:
        yield from places(token.inside)
