"""Linting is quick enough to be done while somebody draws."""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

from processes import deployment
from processes.lint import judge

ROOT = Path(settings.BASE_DIR)


TOO_SLOW = 2.0
"""Seconds: a quarter of one is usual, and a busy machine is not the lint's fault."""


def test_the_largest_diagram_with_all_that_it_needs_is_judged_while_one_waits() -> None:
    sources = deployment.read_sources(ROOT / "bpmn", ROOT / "forms")
    largest = max(sources.resources, key=lambda file: len(sources.resources[file]))
    around = deployment.surroundings(sources.forms)
    times = []
    for _ in range(3):
        begun = time.process_time()
        judged, _loose = judge(sources.resources, around)
        times.append(time.process_time() - begun)

    assert largest in {each.bundle.main_file for each in judged}
    assert min(times) < TOO_SLOW
