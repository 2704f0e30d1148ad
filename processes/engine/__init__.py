"""BPMN semantics: spec + state + one act → step. Pure Python; alone imports SpiffWorkflow.

Nothing here knows of databases, people or providers. `parse` reads what analysts draw;
the verbs move an instance from one rest to the next; a `Step` says what it waits for then.
"""

from __future__ import annotations

from .beginnings import Beginning, beginnings, next_beginning
from .deadlines import change_timer, pause_timer, resume_timer
from .errors import (
    BadState,
    BudgetSpent,
    CannotProceed,
    EngineError,
    InvalidDiagram,
    Problem,
    SurgeryRefused,
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
from .migration import migrate
from .parsing import Spec, parse
from .placing import Put
from .plans import Alteration, Plan, compared, planned
from .surgery import modify
from .tracing import came_from, elements_after
from .types import (
    STATE_VERSIONS,
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
    "STATE_VERSIONS",
    "Alteration",
    "Assignment",
    "BadState",
    "Beginning",
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
    "Plan",
    "Problem",
    "Put",
    "Spec",
    "State",
    "Step",
    "SurgeryRefused",
    "TokenNotWaiting",
    "UncaughtBpmnError",
    "Variables",
    "Wait",
    "WaitKind",
    "beginnings",
    "came_from",
    "cancel",
    "change_timer",
    "compared",
    "complete",
    "deliver",
    "describe",
    "elements_after",
    "fire_timers",
    "migrate",
    "modify",
    "next_beginning",
    "parse",
    "pause_timer",
    "planned",
    "resume_timer",
    "start",
    "throw_error",
]
