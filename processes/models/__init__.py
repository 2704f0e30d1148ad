"""The tables. Rows are written by `runtime`, `deployment` and `clock` only; all else reads.

On the hot path they are written by SQL (`runtime.step_sql`), so no model has a `save` or
a signal that anybody may rely on.
"""

from __future__ import annotations

from .cases import HistoryEvent, Incident, ProcessInstance
from .definitions import Clock, ProcessDefinition
from .duties import DutyRow
from .inbox import Message, MessageSubscription
from .starts import ProcessStart
from .work import Job, Timer, UserTask, UserTaskCandidate

__all__ = [
    "Clock",
    "DutyRow",
    "HistoryEvent",
    "Incident",
    "Job",
    "Message",
    "MessageSubscription",
    "ProcessDefinition",
    "ProcessInstance",
    "ProcessStart",
    "Timer",
    "UserTask",
    "UserTaskCandidate",
]
