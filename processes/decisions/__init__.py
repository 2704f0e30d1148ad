"""DMN: decision tables and literal expressions on FEEL, read from DMN 1.3 files. Pure Python."""

from __future__ import annotations

from processes.decisions.decision import Decision
from processes.decisions.errors import DecisionError, DecisionProblem, InvalidDecision
from processes.decisions.reader import parse_decisions

__all__ = ["Decision", "DecisionError", "DecisionProblem", "InvalidDecision", "parse_decisions"]
