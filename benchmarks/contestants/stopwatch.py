"""How a contestant times itself."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

WARM_UP = 3


def lap(
    act: Callable[[], object], times: int, *, finish: Callable[[], object] | None = None
) -> dict[str, Any]:
    """Do `act` so many times; a float that it returns is kept as a latency in seconds.

    `finish` waits for what went on beside the acts: that counts, too.

    The garbage of who ran before is collected first, outside the clock.
    """
    gc.collect()
    latencies: list[float] = []
    cpu, began = time.process_time(), time.perf_counter()
    for _ in range(times):
        latency = act()
        if isinstance(latency, float):
            latencies.append(latency)
    if finish:
        finish()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"count": times, "seconds": seconds, "cpu": cpu, "latencies": sorted(latencies)}
