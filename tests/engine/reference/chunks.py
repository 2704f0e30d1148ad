"""How many random diagrams are played, cut into chunks of which each test takes one."""

from __future__ import annotations

import os

from tests.engine.reference.shrinking import judged

COUNT = int(os.environ.get("RANDOM_DIAGRAMS", "5500"))
"""In all; set it higher for a long run."""
CHUNKS = 20
HALF = CHUNKS // 2


def check_chunk(chunk: int) -> None:
    """Play every diagram of `chunk`; the first that differs is shrunk and told."""
    for seed in range(chunk, COUNT, CHUNKS):
        complaint = judged(seed)
        assert not complaint, complaint
