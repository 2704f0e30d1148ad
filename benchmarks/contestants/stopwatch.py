"""How a contestant times itself."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

WARM_UP = 3


def lap(act: Callable[[], object], times: int) -> dict[str, Any]:
    """Do `act` so many times; a float that it returns is kept as a latency in seconds.

    The garbage of who ran before is collected first, outside the clock.
    """
    gc.collect()
    latencies: list[float] = []
    cpu, began = time.process_time(), time.perf_counter()
    for _ in range(times):
        latency = act()
        if isinstance(latency, float):
            latencies.append(latency)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"count": times, "seconds": seconds, "cpu": cpu, "latencies": sorted(latencies)}
