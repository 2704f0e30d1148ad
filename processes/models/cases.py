"""A running case, what happened to it, and what stands in its way."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .definitions import ProcessDefinition
from .placed import Placed


class ProcessInstance(Placed):
    """One case. Its row lock orders everything that happens to the case."""

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        ENDED = "ended", _("ended")
        CANCELLED = "cancelled", _("cancelled")

    definition = models.ForeignKey(ProcessDefinition, on_delete=models.PROTECT)
    definition_key = models.CharField(max_length=100)
    business_key = models.CharField(max_length=100)
    status = models.CharField(max_length=16, choices=Status, default=Status.RUNNING)
    revision = models.PositiveIntegerField(default=0)
    """Counts the changes of this row: a save based on an older one changes nothing."""
    state = models.BinaryField()
    """Opaque, from the engine."""
    variables = models.JSONField(default=dict)
    """Only the variables that the definition declares for search."""
    next_due = models.DateTimeField(null=True)
    """Of its earliest timer that is not held up by an incident."""
    history_seq = models.PositiveIntegerField(default=0)
    history_hash = models.BinaryField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        # No index on a column that a step changes: so updates stay heap-only.
        indexes = [models.Index(fields=["tenant", "-started_at"], name="instance_of_tenant")]
        constraints = [
            models.UniqueConstraint(
                fields=["definition_key", "business_key"], name="instance_one_a_business_key"
            ),
            models.CheckConstraint(
                condition=Q(status="running", ended_at=None)
                | Q(status__in=["ended", "cancelled"], ended_at__isnull=False),
                name="instance_ended_has_an_end",
            ),
            models.CheckConstraint(condition=Q(shard__range=(0, 255)), name="instance_shard"),
        ]

    def __str__(self) -> str:
        return f"{self.business_key} ({self.definition_key})"


class HistoryEvent(Placed):
    """One change of a case, written in its transaction. Append-only by a trigger.

    `body` is the event, as canonical text; the other columns repeat parts of it for
    queries. `hash` = SHA-256(prev || body): see `processes.history`.
    """

    pk = models.CompositePrimaryKey("instance_id", "seq")
    instance = models.ForeignKey(ProcessInstance, on_delete=models.PROTECT, db_index=False)
    seq = models.PositiveIntegerField()
    """1, 2, 3 … within the case, without a gap."""
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    element_id = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=150)
    via = models.CharField(max_length=16)
    body = models.TextField()
    prev = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["instance_id", "seq"]
        indexes = [BrinIndex(fields=["at"], name="history_at")]
        constraints = [models.CheckConstraint(condition=Q(seq__gte=1), name="history_seq_from_one")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.element_id} by {self.actor}"


class Incident(Placed):
    """Something that cannot go on until a person acts."""

    class Kind(models.TextChoices):
        JOB = "job", _("job")
        TIMER = "timer", _("timer")
        MESSAGE = "message", _("message")

    instance = models.ForeignKey(ProcessInstance, on_delete=models.PROTECT)
    kind = models.CharField(max_length=16, choices=Kind)
    subject = models.CharField(max_length=120)
    """Token of the job, `timers`, or id of the message."""
    element_id = models.CharField(max_length=200, blank=True)
    sentence = models.TextField()
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=150, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["tenant", "-raised_at"],
                name="incident_open",
                condition=Q(resolved_at=None),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["instance", "kind", "subject"],
                condition=Q(resolved_at=None),
                name="incident_one_open_a_subject",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(resolved_at__gte=F("raised_at")),
                name="incident_resolved_after_raised",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.element_id}: {self.sentence}"
