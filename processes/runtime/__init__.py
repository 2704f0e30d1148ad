"""What can happen to a case: one function, one transaction, the same three moves.

Lock the case, ask the engine for the next step, save the step: `locked`, `stepping` and
`saving`. The rest says who may do what when.
"""

from __future__ import annotations

from .cases import cancel_process, start_process
from .consequences import Consent
from .deadlines import change_timer, pause_timer, resume_timer
from .incidents import resolve_incident
from .jobs import (
    LeasedJob,
    claim_jobs,
    complete_job,
    fail_job,
    give_back,
    renew_lease,
    throw_job_error,
)
from .messages import MessageResult, publish_message
from .operating import Asked, Outlook
from .surgery import migrate_case, modify_case, step_back
from .tasks import assign_task, claim_task, complete_user_task, release_task, save_draft
from .timers import fire_due_timers

__all__ = [
    "Asked",
    "Consent",
    "LeasedJob",
    "MessageResult",
    "Outlook",
    "assign_task",
    "cancel_process",
    "change_timer",
    "claim_jobs",
    "claim_task",
    "complete_job",
    "complete_user_task",
    "fail_job",
    "fire_due_timers",
    "give_back",
    "migrate_case",
    "modify_case",
    "pause_timer",
    "publish_message",
    "release_task",
    "renew_lease",
    "resolve_incident",
    "resume_timer",
    "save_draft",
    "start_process",
    "step_back",
    "throw_job_error",
]
