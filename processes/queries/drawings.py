"""Drawings of definitions, read once per process: a definition never changes."""

from __future__ import annotations

from functools import lru_cache

from django.db import connection

from processes.drawn import Drawing, from_json
from processes.models import ProcessDefinition


def drawing_of(definition_id: int) -> Drawing:
    """The drawing of a definition."""
    return _read(connection.settings_dict["NAME"], definition_id)


@lru_cache(maxsize=256)
def _read(_database: str, definition_id: int) -> Drawing:
    """Ids come again in another database: tests have several."""
    stored = ProcessDefinition.objects.values_list("drawing", flat=True).get(pk=definition_id)
    return from_json(stored)
