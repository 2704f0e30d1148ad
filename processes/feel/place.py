"""Where an expression stands: what is known around it that its text does not say."""

from __future__ import annotations

from dataclasses import dataclass, field

from processes.feel.types import Types


@dataclass(frozen=True, eq=False)
class Place:
    """Where an expression stands: what is around it that its text does not say."""

    bound: frozenset[str] = frozenset()
    """Names that the scope it is evaluated in will hold."""
    types: Types = field(default_factory=dict)
    closed: bool = False
    """Whether variables are hidden: a function sees its parameters and what it requires."""
    in_filter: bool = False
    """Whether any name may be one of a filtered item's."""


ANYWHERE = Place()
