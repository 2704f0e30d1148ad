"""Drawings of definitions, read once per process: a definition never changes."""

from __future__ import annotations

from functools import lru_cache

from processes.drawn import Drawing, from_json
from processes.models import ProcessDefinition


@lru_cache(maxsize=256)
def drawing_of(definition_id: int) -> Drawing:
    """The drawing of a definition."""
    stored = ProcessDefinition.objects.values_list("drawing", flat=True).get(pk=definition_id)
    return from_json(stored)
