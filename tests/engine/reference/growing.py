"""Random blocks, sound by construction: every token can come to its end."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.engine.reference.blocks import TASK, Block


def grown(random: Random) -> Block:
    """A random diagram; most are small."""
    return _Growth(random).grow(random.choice((1, 2, 3, 4, 5, 6, 8, 10)))


class _Growth:
    def __init__(self, random: Random) -> None:
        self._random = random

    def grow(self, size: int) -> Block:
        """A block with about `size` leaves."""
        if size <= 1:
            return self._leaf()
        kind = self._random.choice(("then", "then", "one", "both", "loop"))
        grower: Callable[[int], Block] = getattr(self, f"_{kind}")
        return grower(size)

    def _leaf(self) -> Block:
        kind = self._random.choice(("user", "user", "service", "script", "pass"))
        if kind == "user":
            constant = self._random.choice(("", "", "k1", "k2"))
            return Block("user", (), {"input": constant, "mapped": self._random.random() < 0.2})
        if kind == "script":
            return Block("script", (), {"value": self._random.randint(0, 9)})
        return Block(kind)

    def _parts(self, size: int) -> tuple[Block, ...]:
        count = min(self._random.choice((2, 2, 2, 3)), size)
        cuts = sorted(self._random.sample(range(1, size), count - 1))
        sizes = [b - a for a, b in zip([0, *cuts], [*cuts, size], strict=True)]
        return tuple(self.grow(part) for part in sizes)

    def _then(self, size: int) -> Block:
        return Block("then", self._parts(size))

    def _one(self, size: int) -> Block:
        by = self._random.choice(("d", "d", "k1", "k2", "k3"))
        return Block("one", self._parts(size), {"by": by, "loosely": self._random.random() < 0.5})

    def _both(self, size: int) -> Block:
        return Block("both", self._parts(size), {"at_task": self._random.random() < 0.2})

    def _loop(self, size: int) -> Block:
        return Block("loop", (self.grow(size - 1) if size > 1 else TASK,))
