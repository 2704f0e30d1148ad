"""Which random diagrams are played, cut into chunks of which each test takes one."""

from __future__ import annotations

from tests.engine.reference.shrinking import judged
from tests.moving import numbers

OPTION = "RANDOM_DIAGRAMS"
FIXED, MOVING = 2_500, 4_000
CHUNKS = 20


def check_chunk(chunk: int) -> None:
    """Play every diagram of `chunk`; the first that differs is shrunk and told."""
    for seed in numbers(OPTION, fixed=FIXED, moving=MOVING)[chunk::CHUNKS]:
        complaint = judged(seed)
        assert not complaint, f"{OPTION}={seed}-{seed + 1} plays it alone. {complaint}"
