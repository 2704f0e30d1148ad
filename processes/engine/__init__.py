"""BPMN semantics: spec + state + one act → step. Pure Python; alone imports SpiffWorkflow.

Nothing here knows of databases, people or providers. `parse` reads what analysts draw;
the verbs move an instance from one rest to the next; a `Step` says what it waits for then.
"""

from __future__ import annotations

from .deadlines import change_timer, pause_timer, resume_timer
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
    "change_timer",
    "complete",
    "deliver",
    "describe",
    "fire_timers",
    "parse",
    "pause_timer",
    "resume_timer",
    "start",
    "throw_error",
]
