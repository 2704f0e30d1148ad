"""How a rule says what it has found."""

from __future__ import annotations

from processes.engine.errors import Problem
from processes.engine.findings import named
from processes.sentences import say

__all__ = ["named", "problem"]


def problem(rule: str, element_id: str, template: str, /, **parameters: object) -> Problem:
    """What `rule` found at an element; see `say`."""
    return Problem(rule=rule, element_id=element_id, sentence=say(template, **parameters))
