"""The functions of the standard (DMN 1.4 §10.3.4), by name. One module per chapter."""

from __future__ import annotations

from processes.feel.builtins import (
    aggregates,
    contexts,
    conversion,
    lists,
    numeric,
    ranges,
    sorting,
    strings,
    temporal,
)
from processes.feel.builtins.registry import REGISTERED
from processes.feel.values import Function

_MODULES = (aggregates, contexts, conversion, lists, numeric, ranges, sorting, strings, temporal)
"""Named so that importing them, which registers their functions, is not taken for unused."""

BUILTINS: dict[str, Function] = REGISTERED
