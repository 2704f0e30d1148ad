"""What those who draw diagrams of random shape have in common."""

from __future__ import annotations

from random import Random


class Shape:
    """Draws by chance; everything gets a name of its own."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self._count = 0

    def name(self, kind: str) -> str:
        """The next name: its kind, and a number that no other has."""
        self._count += 1
        return f"{kind}{self._count}"
