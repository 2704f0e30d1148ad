"""The engine's spec of a deployed definition, made once per process and kept."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.conf import settings

from . import contract, engine
from .models import ProcessDefinition


def spec_of(definition_id: int) -> engine.Spec:
    """What the engine runs. A definition never changes, so neither does this."""
    return _loaded(definition_id)[0]


def search_variables(definition_id: int) -> tuple[str, ...]:
    """Names of the variables that a case of this definition is found by."""
    return _loaded(definition_id)[1]


@lru_cache(maxsize=256)
def _loaded(definition_id: int) -> tuple[engine.Spec, tuple[str, ...]]:
    fields = ("key", "resources", "search_variables")
    definition = ProcessDefinition.objects.only(*fields).get(pk=definition_id)
    resources = {name: text.encode() for name, text in definition.resources.items()}
    specs = engine.parse(resources, functions=contract.feel_functions().keys())
    return specs[definition.key], tuple(definition.search_variables)


def environment(now: datetime) -> engine.Environment:
    """What the world lends to one act at the moment `now`."""
    return engine.Environment(
        now=now, state_key=settings.STATE_KEY, functions=contract.feel_functions()
    )
