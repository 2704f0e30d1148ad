"""DMN: decision tables and all boxed expressions on FEEL, read from DMN 1.3 files. Pure Python."""

from __future__ import annotations

from processes.decisions.decision import Decision, DecisionService
from processes.decisions.errors import DecisionError, DecisionProblem, InvalidDecision
from processes.decisions.reader import DecisionFile, parse_decisions, parse_file
from processes.decisions.table import DecisionTable, HitPolicy

__all__ = [
    "Decision",
    "DecisionError",
    "DecisionFile",
    "DecisionProblem",
    "DecisionService",
    "DecisionTable",
    "HitPolicy",
    "InvalidDecision",
    "parse_decisions",
    "parse_file",
]
