"""What a diagram may name: what the house has beside its diagrams."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a diagram may name."""

    topics: Collection[str]
    forms: Mapping[str, Any]
    """Form id → form-js schema."""
    groups: Collection[str] | None = None
    """Groups that tasks may be offered to, without their tenant; None: any."""
    functions: Collection[str] = ()
    """FEEL functions that the house lends."""
    given: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Process → the variables that whoever starts it gives; of one left out: not known."""
    decisions: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Decision → the variables that it looks at."""
    codes: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Topic → the BPMN errors its handler throws; of a topic that is left out: any."""
