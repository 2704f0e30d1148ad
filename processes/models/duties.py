"""When periodic work is due next, and how it went. One row a duty, whatever the nodes."""

from __future__ import annotations

from django.db import models


class DutyRow(models.Model):
    """`due` and `done_at` are on the business clock; `run_at` is real time: not before it,
    because somebody is at it, or because it has just failed."""

    name = models.CharField(primary_key=True, max_length=100)
    due = models.DateTimeField()
    run_at = models.DateTimeField()
    turn = models.BigIntegerField(default=0)
    """Fencing: who was taken for dead cannot report any more."""
    done_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    """In a row; 0 when it last ended well."""
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=1000, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.due:%Y-%m-%d %H:%M})"
