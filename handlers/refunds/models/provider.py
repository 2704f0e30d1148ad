"""What passed between us and providers, and what the daily comparison found."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handlers.refunds.states import Finding


class ProviderInbox(models.Model):
    """A callback that was verified; each is applied once."""

    provider = models.CharField(max_length=32)
    notify_id = models.CharField(max_length=64)
    provider_key = models.CharField(max_length=64)
    body = models.TextField()
    received_at = models.DateTimeField()
    applied = models.BooleanField()
    """False: verified, but older than what we knew, or nothing new."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "notify_id"], name="notice_once")
        ]
        indexes = [models.Index(fields=["provider_key"], name="notices_of_key")]

    def __str__(self) -> str:
        return f"{self.provider} · {self.notify_id}"


class RejectedCallback(models.Model):
    """What was refused, once per content: a flood of the same costs one row."""

    provider = models.CharField(max_length=32)
    reason = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    excerpt = models.TextField()
    seen = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "reason", "digest"], name="rejected_once_per_content"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} · {self.reason}"


class AdapterLog(models.Model):
    """One exchange with a provider, secrets masked."""

    provider = models.CharField(max_length=32)
    operation = models.CharField(max_length=32)
    provider_key = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=16)
    code = models.CharField(max_length=64, blank=True)
    request = models.JSONField()
    reply = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider_key"], name="adapter_log_of_key")]

    def __str__(self) -> str:
        return f"{self.operation} · {self.provider_key} · {self.outcome}"


class ReconciliationRow(models.Model):
    """One comparison of the provider's bill, our attempts and the ledger."""

    provider = models.CharField(max_length=32)
    bill_date = models.DateField()
    finding = models.CharField(max_length=20, choices=Finding.choices)
    provider_key = models.CharField(max_length=64)
    payment_ref = models.CharField(max_length=64, blank=True)
    refund_no = models.CharField(max_length=40, blank=True)
    ours = models.BigIntegerField(null=True)
    theirs = models.BigIntegerField(null=True)
    billed = models.BooleanField(default=False)
    """`theirs` is all that the day's bill says about the key; else it is what somebody said."""
    beside = models.BigIntegerField(default=0)
    """So much of it left beside our books, and has lowered the ceiling of its order."""
    returned = models.BigIntegerField(default=0)
    """So much of that is proven to be back, and has raised the ceiling again."""
    credited = models.BigIntegerField(default=0)
    """So much of what came back on this line of the bill has done so, wherever it had left."""
    currency = models.CharField(max_length=3, blank=True)
    critical = models.BooleanField(default=False)
    detail = models.CharField(max_length=400, blank=True)
    owner = models.CharField(max_length=150, default="platform/finance")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "bill_date", "provider_key", "finding", "theirs"],
                name="finding_once_per_figures",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="finding_closed_by_someone",
                condition=Q(closed_at__isnull=True) | ~Q(closed_by=""),
            ),
            models.CheckConstraint(
                name="finding_returns_what_left",
                condition=Q(returned__gte=0, credited__gte=0, beside__gte=F("returned")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_at"], name="findings_open", condition=Q(closed_at__isnull=True)
            ),
            models.Index(fields=["provider_key"], name="findings_of_key"),
        ]

    def __str__(self) -> str:
        return f"{self.bill_date} · {self.finding} · {self.provider_key}"
