"""Policies and their versions. A published one is never changed; a trigger sees to it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Status(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Policy(models.Model):
    """One version of a tenant's policy; the platform's stands in for tenants without one."""

    tenant = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=100)
    content = models.JSONField()
    """As `pack.default_pack()`."""
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DRAFT)
    drafted_by = models.CharField(max_length=150)
    drafted_at = models.DateTimeField()
    published_by = models.CharField(max_length=150, blank=True)
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "version"], name="policy_version_once"),
            models.UniqueConstraint(
                fields=["tenant"],
                name="policy_one_published_per_tenant",
                condition=Q(status=Status.PUBLISHED),
            ),
            models.CheckConstraint(
                name="policy_published_by_someone",
                condition=Q(status=Status.DRAFT)
                | (Q(published_at__isnull=False) & ~Q(published_by="")),
            ),
            models.CheckConstraint(
                name="policy_published_by_another",
                condition=Q(published_by="") | ~Q(published_by=models.F("drafted_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant} · {self.version}"
