"""Any folder of models, judged one by one: accepted or refused and why. Pure.

What is accepted is run: whatever waits is done in random order, and after each act the
engine is held to what was drawn, as XML says it, and to what BPMN says of tokens.
"""

from __future__ import annotations

from .folders import Model, models_in
from .judging import Kind, Verdict, judge
from .reporting import report, summary

__all__ = ["Kind", "Model", "Verdict", "judge", "models_in", "report", "summary"]
