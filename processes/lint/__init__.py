"""Rules a diagram must keep beyond being runnable, said at deployment. Pure.

The engine refuses what it cannot run; these rules refuse what would leave people or the
outside world hanging: an element that waits for nobody, or for ever.
"""

from __future__ import annotations

from .catalogue import SEVERITIES, Severity
from .editing import Edit, applied
from .files import Judged, judge
from .finding import Finding
from .rules import check
from .surroundings import Surroundings
from .tables import check_table, check_tables

__all__ = [
    "SEVERITIES",
    "Edit",
    "Finding",
    "Judged",
    "Severity",
    "Surroundings",
    "applied",
    "check",
    "check_table",
    "check_tables",
    "judge",
]
