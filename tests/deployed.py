"""The project's own diagrams, decisions and forms, live: judged once, then the same rows again.

A deployment costs a fifth of a second, hundreds of tests begin with one, and all it leaves is
rows of one table. Each process of the suite deploys once, in the first test that asks for it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from processes import deployment
from processes.contract import SYSTEM
from processes.models import ProcessDefinition

ROOT = Path(__file__).resolve().parents[1]
_rows: list[dict[str, Any]] = []
_ITS_OWN = ("id", "deployed_at")


@cache
def sources() -> deployment.Sources:
    """What lies in bpmn/ and forms/."""
    return deployment.read_sources(ROOT / "bpmn", ROOT / "forms")


def deploy() -> None:
    """Make bpmn/ and forms/ live; beside anything that is deployed already, as anybody would."""
    if ProcessDefinition.objects.exists():
        deployment.deploy(sources(), actor=SYSTEM)
        return
    if not _rows:
        deployment.deploy(sources(), actor=SYSTEM)
        _rows.extend(kept())
        return
    ProcessDefinition.objects.bulk_create(ProcessDefinition(**row) for row in _rows)


def kept() -> list[dict[str, Any]]:
    """All that is deployed, but for what every deployment has of its own."""
    rows = ProcessDefinition.objects.order_by("key", "version").values()
    return [{k: v for k, v in row.items() if k not in _ITS_OWN} for row in rows]
