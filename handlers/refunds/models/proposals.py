"""What one person of finance says about a difference or a transfer, until a second one answers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handlers.refunds.models.execution import OfflinePayment
from handlers.refunds.models.provider import ReconciliationRow


class Proposal(models.Model):
    """To close a difference, or to count a bank transfer as come back. Never edited."""

    finding = models.ForeignKey(
        ReconciliationRow, on_delete=models.PROTECT, null=True, related_name="proposals"
    )
    payment = models.ForeignKey(
        OfflinePayment, on_delete=models.PROTECT, null=True, related_name="proposals"
    )
    back = models.BooleanField()
    """The money is back: it can be refunded again."""
    note = models.CharField(max_length=400)
    """What was done about it, or how one knows."""
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["finding"],
                name="proposal_one_open_of_finding",
                condition=Q(answered_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["payment"],
                name="proposal_one_open_of_payment",
                condition=Q(answered_at__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["payment"], name="transfer_comes_back_once", condition=Q(agreed=True)
            ),
            models.CheckConstraint(
                name="proposal_of_one_thing",
                condition=Q(finding__isnull=False, payment__isnull=True)
                | Q(finding__isnull=True, payment__isnull=False, back=True),
            ),
            models.CheckConstraint(
                name="proposal_two_people",
                condition=~Q(by="") & ~Q(note="") & (~Q(agreed=True) | ~Q(answered_by=F("by"))),
            ),
            models.CheckConstraint(
                name="proposal_answered_by_someone",
                condition=Q(answered_at__isnull=True, agreed__isnull=True, answered_by="")
                | Q(answered_at__isnull=False, agreed__isnull=False) & ~Q(answered_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding or self.payment} · {self.by}"
