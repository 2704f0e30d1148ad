"""What begins cases by itself: moments and messages that live definitions begin with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from .definitions import ProcessDefinition


class ProcessStart(models.Model):
    """A start event of the newest live version that waits. `due` is on the business clock;
    `run_at` is real time: not before it, because it has just failed."""

    definition = models.ForeignKey(ProcessDefinition, on_delete=models.PROTECT)
    element_id = models.CharField(max_length=200)
    tenant = models.CharField(max_length=32)
    """Whose its cases are, unless a message says."""
    message = models.CharField(max_length=100, blank=True)
    """The name of the message that begins a case; empty: a timer does."""
    due = models.DateTimeField(null=True)
    rhythm = models.JSONField(null=True)
    """Of a cycle: how it goes on, from the engine."""
    run_at = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    """In a row; 0 when a case last began."""
    error = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "element_id"], name="start_one_a_event"),
            models.UniqueConstraint(
                fields=["message"], condition=~Q(message=""), name="start_one_a_message"
            ),
            models.CheckConstraint(
                condition=Q(message="", due__isnull=False) | (~Q(message="") & Q(due=None)),
                name="start_timer_or_message",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element_id} {self.message or self.due}"
