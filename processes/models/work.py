"""What cases wait for: people, machines, moments."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .cases import ProcessInstance
from .placed import Placed


class UserTask(Placed):
    """Work for a person. Kept when closed: who did what is asked for years."""

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        COMPLETED = "completed", _("completed")
        CANCELLED = "cancelled", _("cancelled")

    instance = models.ForeignKey(ProcessInstance, on_delete=models.PROTECT, db_index=False)
    token = models.CharField(max_length=64)
    business_key = models.CharField(max_length=100)
    process_key = models.CharField(max_length=100)
    """The process it is drawn in: not the case's own when that one calls another."""
    element_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    form_id = models.CharField(max_length=100, blank=True)
    audiences = ArrayField(models.CharField(max_length=150), default=list)
    """Who may see it while nobody has it: `tenant/group`, or `@login` for one person."""
    assignee = models.CharField(max_length=150, blank=True)
    variables = models.JSONField(default=dict)
    """The mapped inputs, or all variables of the token when none are mapped."""
    draft = models.JSONField(null=True)
    """What the assignee has filled in so far."""
    npri = models.SmallIntegerField()
    """Minus the priority: so that one row comparison orders by urgency, then due date."""
    sort_due = models.DateTimeField()
    """`due_at`, or the end of time when there is none."""
    due_at = models.DateTimeField(null=True)
    follow_up_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0)
    """Counts claims, drafts and hand-overs: a form made before one of them is stale."""
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    closed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["assignee", "npri", "sort_due", "id"],
                name="task_mine",
                condition=Q(closed_at=None) & ~Q(assignee=""),
            ),
            models.Index(fields=["business_key"], name="task_of_business_key"),
            models.Index(
                fields=["due_at"],
                name="task_due",
                condition=Q(closed_at=None, due_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["instance", "token"], name="task_one_a_token"),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="")
                | Q(closed_at__isnull=False, outcome__in=["completed", "cancelled"]),
                name="task_closed_has_an_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.business_key}"


class UserTaskCandidate(models.Model):
    """One audience that is offered one open task nobody has: the inbox reads only this.

    One index range per audience, merged, is the one shape of query that stays quick with
    millions of open tasks.
    """

    task = models.ForeignKey(UserTask, on_delete=models.CASCADE, db_index=False)
    audience = models.CharField(max_length=150)
    process_key = models.CharField(max_length=100)
    npri = models.SmallIntegerField()
    sort_due = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["audience", "npri", "sort_due", "task"], name="candidate_inbox")
        ]
        constraints = [models.UniqueConstraint(fields=["task", "audience"], name="candidate_once")]

    def __str__(self) -> str:
        return f"{self.audience} {self.task_id}"


class Job(Placed):
    """Work for a machine: a service task that waits for its handler. Deleted when done.

    The rows are the outbox: a job is inserted in the transaction that moved the token,
    and a lost hint only delays it until the next sweep.
    """

    class State(models.TextChoices):
        READY = "ready", _("ready")
        LEASED = "leased", _("leased")
        INCIDENT = "incident", _("incident")

    instance = models.ForeignKey(ProcessInstance, on_delete=models.PROTECT, db_index=False)
    token = models.CharField(max_length=64)
    element_id = models.CharField(max_length=200)
    topic = models.CharField(max_length=200)
    inputs = models.JSONField(default=dict)
    headers = models.JSONField(default=dict)
    retries = models.PositiveSmallIntegerField()
    """How many attempts there are before a person must look."""
    state = models.CharField(max_length=16, choices=State, default=State.READY)
    run_at = models.DateTimeField()
    """Real time: not before it."""
    rung_at = models.DateTimeField(null=True)
    """Real time: when a hint was last sent."""
    attempts = models.PositiveSmallIntegerField(default=0)
    """Counted when an attempt begins: an attempt that kills its worker counts too."""
    crashes = models.PositiveSmallIntegerField(default=0)
    """Leases that ended without a word."""
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.BigIntegerField(default=0)
    """Fences: a result that brings an older one changes nothing."""
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["run_at", "id"], name="job_ready", condition=Q(state="ready")),
            models.Index(fields=["lease_until"], name="job_leased", condition=Q(state="leased")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["instance", "token"], name="job_one_a_token"),
            models.CheckConstraint(
                condition=Q(state="leased", lease_until__isnull=False)
                | Q(state__in=["ready", "incident"], lease_until=None),
                name="job_leased_until",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.token} ({self.state})"


class Timer(Placed):
    """A moment a case waits for, on the business clock. Deleted when it has come."""

    instance = models.ForeignKey(ProcessInstance, on_delete=models.PROTECT, db_index=False)
    token = models.CharField(max_length=64)
    element_id = models.CharField(max_length=200)
    due = models.DateTimeField(null=True)
    remaining = models.DurationField(null=True)
    """While it pauses: how long is left; it is due at no moment then."""
    attached_to = models.CharField(max_length=64, blank=True)
    """The token whose wait it limits, when it is drawn on an activity."""
    interrupting = models.BooleanField()
    """Whether that wait ends with it."""
    blocked = models.BooleanField(default=False)
    """Firing it failed: an incident waits for a person."""

    class Meta:
        indexes = [models.Index(fields=["due", "id"], name="timer_due", condition=Q(blocked=False))]
        constraints = [
            models.UniqueConstraint(fields=["instance", "token"], name="timer_one_a_token"),
            models.CheckConstraint(
                condition=Q(due__isnull=False, remaining=None)
                | Q(due=None, remaining__isnull=False),
                name="timer_runs_or_pauses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element_id} {self.due:%Y-%m-%d %H:%M}" if self.due else self.element_id
