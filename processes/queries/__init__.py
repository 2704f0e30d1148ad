"""What screens ask: frozen rows, a fixed number of statements each, index-backed.

Nothing here changes anything. People are named by login, audiences as in the tasks.
"""

from __future__ import annotations

from processes.drawn import localised

from .cases import IncidentRow as IncidentRow
from .cases import (
    InstanceRow,
    StuckJob,
    WaitRow,
    case_instance,
    incidents,
    overdue_keys,
    stuck_jobs,
    waits_of,
)
from .diagrams import Diagram, diagram
from .inbox import TaskRow, count_group, count_mine, cursor_of, inbox_group, inbox_mine
from .messages import waiting_until
from .searching import inbox_of
from .tasks import OpenTask, TaskDetail, open_tasks, open_tasks_of_assignee, task
from .timeline import AnswerRow, EventRow, PassageRow, answers, timeline

__all__ = [
    "AnswerRow",
    "Diagram",
    "EventRow",
    "IncidentRow",
    "InstanceRow",
    "OpenTask",
    "PassageRow",
    "StuckJob",
    "TaskDetail",
    "TaskRow",
    "WaitRow",
    "answers",
    "case_instance",
    "count_group",
    "count_mine",
    "cursor_of",
    "diagram",
    "inbox_group",
    "inbox_mine",
    "inbox_of",
    "incidents",
    "localised",
    "open_tasks",
    "open_tasks_of_assignee",
    "overdue_keys",
    "stuck_jobs",
    "task",
    "timeline",
    "waiting_until",
    "waits_of",
]
