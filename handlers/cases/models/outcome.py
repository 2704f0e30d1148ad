"""How a case came out: dispute and verdicts, how far the money came, an end without money."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handlers.cases.models.case import Case
from handlers.cases.status import Ending, Outcome, Progress


class Dispute(models.Model):
    """The case was brought before customer service. Once a case. Append-only."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="dispute")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} · dispute"


class Verdict(models.Model):
    """What customer service decided. Never edited: a correction supersedes it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="verdicts")
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True)
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=10)
    amount = models.BigIntegerField()
    responsible = models.CharField(max_length=32, blank=True)
    reason = models.TextField()
    basis = models.CharField(max_length=10)
    by = models.CharField(max_length=150)
    second_by = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_row_a_verdict"),
            models.CheckConstraint(
                condition=(
                    Q(outcome=Outcome.REFUND.value, amount__gt=0)
                    | Q(outcome=Outcome.NONE.value, amount=0)
                ),
                name="verdict_amount",
            ),
            models.CheckConstraint(
                condition=Q(number=1, supersedes=None) | Q(number__gt=1, supersedes__isnull=False),
                name="verdict_supersedes",
            ),
            models.CheckConstraint(
                condition=Q(second_by="") | ~Q(second_by=F("by")), name="verdict_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · verdict {self.number}"


class MoneyMark(models.Model):
    """How far the money came, as the case was told. Append-only; the last row counts."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="money_marks")
    number = models.PositiveSmallIntegerField()
    progress = models.CharField(
        max_length=10, choices=[(progress.value, progress.value) for progress in Progress]
    )
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_row_a_money_mark")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.progress}"


class Closing(models.Model):
    """How a case ended without money. Once a case. Append-only."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="closing")
    ending = models.CharField(
        max_length=20, choices=[(ending.value, ending.value) for ending in Ending]
    )
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} · {self.ending}"
