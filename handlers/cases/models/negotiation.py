"""Between buyer and seller: what was asked for, offered, decided and brought forward."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handlers.cases.models.case import Case
from handlers.cases.status import Answer, Ruling


class Round(models.Model):
    """What the buyer asked for in one round. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rounds")
    round = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=32)
    amount = models.BigIntegerField()
    note = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="one_row_a_round"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="round_asks_for_money"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · round {self.round}"


class Offer(models.Model):
    """An amount one side proposed, and what became of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="offers")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=150)
    amount = models.BigIntegerField()
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True, default=Answer.OPEN.value)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_row_an_offer"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(answer=""), name="one_open_offer_a_case"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="offer_is_money"),
            models.CheckConstraint(
                condition=Q(answer__in=[answer.value for answer in Answer]), name="offer_answers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · offer {self.number}"


class Decision(models.Model):
    """What the seller, a rule or silence decided about a round. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    ruling = models.CharField(max_length=10)
    basis = models.CharField(max_length=10)
    amount = models.BigIntegerField(null=True)
    by = models.CharField(max_length=150)
    second_by = models.CharField(max_length=150, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="one_decision_a_round"),
            models.CheckConstraint(
                condition=(
                    Q(ruling=Ruling.APPROVE.value, amount__gt=0)
                    | Q(ruling=Ruling.REJECT.value, amount=None)
                ),
                name="decision_amount",
            ),
            models.CheckConstraint(
                condition=Q(second_by="") | ~Q(second_by=F("by")), name="decision_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.ruling} {self.round}"


class Evidence(models.Model):
    """A file somebody brought forward; its bytes lie under their SHA-256. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=150)
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    note = models.TextField(blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sha256"], name="one_row_a_file_of_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.name}"
