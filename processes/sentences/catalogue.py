"""All sentences that `say` can make in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from .constructs import CONSTRUCTS
from .diagrams import DIAGRAMS
from .expressions import EXPRESSIONS
from .files import FILES
from .forms import FORMS
from .rules import RULES
from .surgery import SURGERY
from .times import TIMES

CHINESE: Mapping[str, str] = {
    **CONSTRUCTS,
    **DIAGRAMS,
    **EXPRESSIONS,
    **FILES,
    **FORMS,
    **RULES,
    **SURGERY,
    **TIMES,
}
"""English template → Chinese template, with the same parameters."""
