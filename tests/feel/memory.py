"""How much larger this process becomes when all attacks run in it, in bytes, caches included.

A process of its own: `python -m tests.feel.memory` prints the number.
"""

from __future__ import annotations

import resource
import sys

from tests.feel import test_attacks
from tests.feel.payloads import EXHAUSTING

_UNIT = 1 if sys.platform == "darwin" else 1024


def _largest() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def grown() -> int:
    test_attacks._expression('matches("a", "a")')  # the grammar, and the library of patterns
    before = _largest()
    for text in EXHAUSTING:
        test_attacks._expression(text)
    return _largest() - before


if __name__ == "__main__":
    print(grown())  # noqa: T201
