"""The double-entry ledger. Append-only and balanced: triggers of the migration see to both."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from handlers.refunds.states import Posting


class LedgerTransaction(models.Model):
    posting_key = models.CharField(max_length=120, unique=True)
    """Deterministic: the same fact cannot be posted twice."""
    kind = models.CharField(max_length=16, choices=Posting.choices)
    tenant = models.CharField(max_length=32)
    region = models.CharField(max_length=16, blank=True)
    shard = models.SmallIntegerField()
    case_no = models.CharField(max_length=64)
    order_no = models.CharField(max_length=64)
    refund_no = models.CharField(max_length=40, blank=True)
    provider_key = models.CharField(max_length=64, blank=True)
    posted_at = models.DateTimeField()
    actor = models.CharField(max_length=150)

    class Meta:
        indexes = [
            models.Index(fields=["case_no"], name="ledger_of_case"),
            models.Index(fields=["kind", "posted_at"], name="ledger_by_day"),
        ]

    def __str__(self) -> str:
        return self.posting_key


class LedgerEntry(models.Model):
    """One side: positive is debit, negative is credit."""

    transaction = models.ForeignKey(
        LedgerTransaction, on_delete=models.PROTECT, related_name="entries"
    )
    account = models.CharField(max_length=120)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        indexes = [models.Index(fields=["account"], name="ledger_of_account")]
        constraints = [models.CheckConstraint(name="ledger_entry_not_zero", condition=~Q(amount=0))]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.currency}"
