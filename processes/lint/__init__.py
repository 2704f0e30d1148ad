"""Rules a diagram must keep beyond being runnable, said at deployment. Pure.

The engine refuses what it cannot run; these rules refuse what would leave people or the
outside world hanging: an element that waits for nobody, or for ever.
"""

from __future__ import annotations

from .rules import Surroundings, check
from .tables import check_table, check_tables, table_warnings

__all__ = ["Surroundings", "check", "check_table", "check_tables", "table_warnings"]
