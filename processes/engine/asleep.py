"""Large values that nobody has looked at yet: they stay the bytes they were read from.

A variable may hold a thousand items, and most acts look at none of them. So a large value is
kept `Asleep`, and is passed on as it is from token to token; who wants to know what it is
asks for it here. Whatever leaves the engine is `opened` first,
and FEEL sees through.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

SIZE = 4096
"""Bytes of JSON from which on a value is kept by itself, and asleep."""
_END = b"\n"
"""Behind an item: no JSON text has it inside."""


def as_lines(values: list[Any]) -> bytes:
    """Values, with a break behind each."""
    return b"".join(_lines(values))


def as_list(raw: bytes) -> bytes:
    """Lines, with a break before or behind each, as one JSON array."""
    return b"[%b]" % raw.strip(_END).replace(_END, b",")


def _lines(values: list[Any]) -> list[bytes]:
    return [orjson.dumps(value) + _END for value in values]


class Asleep:
    """One JSON value as its bytes. Never changed, like all variables."""

    __slots__ = ("_digest", "_value", "raw")

    def __init__(self, raw: bytes, value: Any = None) -> None:
        self.raw = raw
        self._value = value
        self._digest = b""

    @property
    def value(self) -> Any:
        """What it is; read from the bytes when it is asked for first."""
        if self._value is None:
            self._value = orjson.loads(self.raw)
        return self._value

    @property
    def digest(self) -> bytes:
        """Of its bytes; of what goes unchanged from state to state it is made once."""
        self._digest = self._digest or hashlib.sha256(self.raw).digest()
        return self._digest


def awake(value: Any) -> Any:
    """`value` itself, whether it was asleep or not."""
    return value.value if type(value) is Asleep else value


def any_asleep(data: Mapping[str, Any]) -> bool:
    """Whether some value in `data` is asleep."""
    return Asleep in map(type, data.values())


def opened(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """`data` with nothing asleep in it."""
    if not any_asleep(data):
        return data
    return {name: awake(value) for name, value in data.items()}


def seen_through(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """`data` in which a value wakes when somebody looks at it."""
    return _Waking(data) if any_asleep(data) else data


class _Waking(Mapping[str, Any]):
    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def __getitem__(self, name: str) -> Any:
        return awake(self._data[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


class Results:
    """What came of the items of a multi-instance activity: in the order in which they came."""

    def __init__(self, found: Iterable[tuple[int, Any]] = (), earlier: bytes = b"") -> None:
        self._earlier = earlier
        """JSON without its outer brackets."""
        self._added = [[place, value] for place, value in found]

    def add(self, place: int, value: Any) -> None:
        """Keep what came of the item at `place`."""
        self._added.append([place, value])

    def pairs(self) -> list[tuple[int, Any]]:
        """Places and values."""
        earlier = orjson.loads(b"[%b]" % self._earlier)
        return [(place, value) for place, value in (*earlier, *self._added)]

    def raw(self) -> bytes:
        """All of them as JSON."""
        added = orjson.dumps(self._added)[1:-1]
        return b"[" + (b"," if self._earlier and added else b"").join((self._earlier, added)) + b"]"


class Items:
    """The items of an activity that is done for one after the other: each is read in its turn."""

    def __init__(self, part: Asleep, at: int) -> None:
        self.part = part
        """One item a line."""
        self.at = at
        """Where in it the next one begins."""

    @classmethod
    def of(cls, items: list[Any], *, taken: int) -> Items | list[Any]:
        """`items` after so many of them; as they are when they are few, or nothing for a state."""
        try:
            lines = _lines(items)
        except (TypeError, RecursionError):
            return items
        raw = b"".join(lines)
        return cls(Asleep(raw), sum(map(len, lines[:taken]))) if len(raw) >= SIZE else items

    def next(self) -> Any:
        """The one whose turn comes."""
        end = self.part.raw.index(_END, self.at)
        item = orjson.loads(self.part.raw[self.at : end])
        self.at = end + 1
        return item

    def all(self) -> list[Any]:
        """All of them, also those that are done."""
        items: list[Any] = orjson.loads(as_list(self.part.raw))
        return items
