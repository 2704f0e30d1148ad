"""Boxes of accepted pieces, and the search for what none of them covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MAX_STEPS = 20_000
"""Of a search for gaps: a table that takes more is not judged in this."""
Box = tuple[int, ...]
"""For each column the pieces that are accepted, as bits."""


def both(a: Box, b: Box) -> Box:
    """What lies in both boxes; empty in a column: nothing does."""
    return tuple(x & y for x, y in zip(a, b, strict=True))


def lowest(bits: int) -> int:
    """The number of the first piece."""
    return (bits & -bits).bit_length() - 1


def uncovered(space: Box, boxes: Sequence[Box]) -> Box | None:
    """A part of `space` that lies in none of the boxes; None also when it takes too long."""
    if not all(space):
        return None
    try:
        return _Search().gap(space, [box for box in boxes if all(both(space, box))], 0)
    except _TooLong:
        return None


class _TooLong(Exception):
    """A search takes more steps than it may."""


class _Search:
    def __init__(self) -> None:
        self._steps = 0

    def gap(self, space: Box, boxes: Sequence[Box], at: int) -> Box | None:
        """Column by column: pieces that meet the same boxes are looked at once."""
        self._steps += 1 + len(boxes)
        if self._steps > MAX_STEPS:
            raise _TooLong
        if not boxes:
            return space
        if at == len(space):
            return None
        rest = range(at, len(space))
        if any(all(space[c] & ~box[c] == 0 for c in rest) for box in boxes):
            return None
        alike: dict[tuple[int, ...], int] = {}
        for piece in _pieces(space[at]):
            met = tuple(n for n, box in enumerate(boxes) if box[at] & piece)
            alike[met] = alike.get(met, 0) | piece
        for met, bits in alike.items():
            inner = (*space[:at], bits, *space[at + 1 :])
            found = self.gap(inner, [boxes[n] for n in met], at + 1)
            if found is not None:
                return found
        return None


def _pieces(bits: int) -> Iterator[int]:
    while bits:
        piece = bits & -bits
        yield piece
        bits ^= piece
