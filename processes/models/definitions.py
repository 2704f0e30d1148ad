"""What is deployed, and the one clock."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ProcessDefinition(models.Model):
    """One version of a process: its diagram and all that it uses, frozen together.

    Never changed after deployment but for its status. Instances stay on the version they
    began with; older versions stay usable.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        APPROVED = "approved", _("approved")
        LIVE = "live", _("live")
        RETIRED = "retired", _("retired")

    key = models.CharField(max_length=100)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    content_hash = models.CharField(max_length=64)
    """SHA-256 over `resources` and `forms`: the same content is the same version."""
    main_file = models.CharField(max_length=200)
    """The file among `resources` that draws this process."""
    resources = models.JSONField()
    """File name → text of each .bpmn and .dmn, exactly as drawn."""
    forms = models.JSONField()
    """Form id → form-js schema."""
    drawing = models.JSONField()
    """What screens need to know of the diagrams, made at deployment: see `processes.drawn`."""
    search_variables = models.JSONField(default=list)
    """Names of the variables that are copied to `ProcessInstance.variables`."""
    deployed_at = models.DateTimeField(default=timezone.now)
    deployed_by = models.CharField(max_length=150)

    class Meta:
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="definition_one_row_a_version"),
            models.CheckConstraint(
                condition=Q(
                    status__in=["draft", "in_review", "approved", "live", "retired"],
                ),
                name="definition_status_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class Clock(models.Model):
    """One row: how far the business clock stands before the database's own."""

    offset = models.DurationField(default=timedelta)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="clock_one_row")]

    def __str__(self) -> str:
        return f"+{self.offset}"
