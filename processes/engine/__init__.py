"""BPMN semantics: spec + state + one act → step. Pure Python; alone imports SpiffWorkflow.

Nothing here knows of databases, people or providers. `parse` reads what analysts draw;
the verbs move an instance from one rest to the next; a `Step` says what it waits for then.
"""

from __future__ import annotations

from .errors import (
    BadState,
    BudgetSpent,
    CannotProceed,
    EngineError,
    InvalidDiagram,
    Problem,
    TokenNotWaiting,
    UncaughtBpmnError,
)
from .execution import (
    cancel,
    complete,
    deliver,
    describe,
    fire_timers,
    start,
    throw_error,
)
from .parsing import Spec, parse
from .types import (
    Assignment,
    Element,
    Environment,
    Flow,
    Loop,
    Outcome,
    Passage,
    State,
    Step,
    Variables,
    Wait,
    WaitKind,
)

__all__ = [
    "Assignment",
    "BadState",
    "BudgetSpent",
    "CannotProceed",
    "Element",
    "EngineError",
    "Environment",
    "Flow",
    "InvalidDiagram",
    "Loop",
    "Outcome",
    "Passage",
    "Problem",
    "Spec",
    "State",
    "Step",
    "TokenNotWaiting",
    "UncaughtBpmnError",
    "Variables",
    "Wait",
    "WaitKind",
    "cancel",
    "complete",
    "deliver",
    "describe",
    "fire_timers",
    "parse",
    "start",
    "throw_error",
]
