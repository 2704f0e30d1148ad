"""The engine's spec of a deployed definition, made once per process and kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.conf import settings

from . import contract, engine
from .models import ProcessDefinition


@dataclass(frozen=True, kw_only=True)
class Definition:
    """Names a deployed definition: the same content is the same, in whichever database."""

    id: int = field(compare=False)
    content_hash: str


@dataclass(frozen=True, kw_only=True)
class _Loaded:
    spec: engine.Spec
    search_variables: tuple[str, ...]


def definition_of(definition_id: int) -> Definition:
    """The name of a definition, if only its id is known: asks the database."""
    hashes = ProcessDefinition.objects.values_list("content_hash", flat=True)
    return Definition(id=definition_id, content_hash=hashes.get(pk=definition_id))


def spec_of(definition: Definition) -> engine.Spec:
    """What the engine runs. A definition never changes, so neither does this."""
    return _loaded(definition).spec


def search_variables(definition: Definition) -> tuple[str, ...]:
    """Names of the variables that a case of this definition is found by."""
    return _loaded(definition).search_variables


@lru_cache(maxsize=256)
def _loaded(named: Definition) -> _Loaded:
    fields = ("key", "resources", "search_variables")
    definition = ProcessDefinition.objects.only(*fields).get(pk=named.id)
    resources = {name: text.encode() for name, text in definition.resources.items()}
    specs = engine.parse(resources, functions=contract.feel_functions().keys())
    spec = specs[definition.key]
    return _Loaded(spec=spec, search_variables=tuple(definition.search_variables))


def environment(now: datetime) -> engine.Environment:
    """What the world lends to one act at the moment `now`."""
    return engine.Environment(
        now=now, state_key=settings.STATE_KEY, functions=contract.feel_functions()
    )
