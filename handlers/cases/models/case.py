"""The case itself, its lines, and which calls were carried out on it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handlers.cases.reasons import Channel, Reason
from handlers.cases.status import Status

MAX_ROUNDS = 5
"""Applications a line can ever get, whatever the policy says (flows §2.1, R001-12)."""


def _choices(values: type[Status] | type[Reason] | type[Channel]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Case(models.Model):
    """One request of one buyer about one order."""

    case_no = models.CharField(max_length=24, unique=True)
    tenant = models.CharField(max_length=32)
    region = models.CharField(max_length=16)
    shard = models.SmallIntegerField()
    kind = models.CharField(max_length=20, default="refund_only")
    channel = models.CharField(max_length=16, choices=_choices(Channel))
    source_group = models.CharField(max_length=16)
    order_no = models.CharField(max_length=32, db_index=True)
    buyer = models.CharField(max_length=150)
    client_token = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    """Of its first line."""
    line_count = models.PositiveSmallIntegerField(default=1)
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=32, choices=_choices(Reason))
    description = models.TextField(blank=True)
    amount_requested = models.BigIntegerField()
    amount_agreed = models.BigIntegerField(null=True)
    round = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(
        max_length=20, choices=_choices(Status), default=Status.SUBMITTED.value
    )
    shipping_requested = models.BigIntegerField(default=0)
    """Part of `amount_requested`."""
    policy_version = models.CharField(max_length=40)
    rounds_limit = models.PositiveSmallIntegerField(default=MAX_ROUNDS)
    """As the policy said when the case opened."""
    shipped_meanwhile = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["buyer", "client_token"], name="one_case_a_token"),
            models.CheckConstraint(
                condition=Q(round__gte=1, round__lte=MAX_ROUNDS), name="case_rounds"
            ),
            models.CheckConstraint(condition=Q(amount_requested__gt=0), name="case_asks_for_money"),
            models.CheckConstraint(
                condition=Q(shipping_requested__gte=0), name="case_asks_for_shipping"
            ),
            models.CheckConstraint(
                condition=Q(amount_agreed=None) | Q(amount_agreed__gt=0),
                name="case_agrees_to_money",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]),
                name="case_status_known",
            ),
        ]
        indexes = [
            models.Index(F("tenant"), F("id").desc(), name="cases_of_tenant"),
            models.Index(F("tenant"), F("status"), F("id").desc(), name="cases_by_status"),
            models.Index(F("buyer"), F("id").desc(), name="cases_of_buyer"),
        ]

    def __str__(self) -> str:
        return self.case_no


class CaseLine(models.Model):
    """One order line of a case: so many units, or only an amount when `qty` is null."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="lines")
    line_no = models.CharField(max_length=16)
    title = models.CharField(max_length=200)
    qty = models.PositiveIntegerField(null=True)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "line_no"], name="one_row_a_case_line"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="case_line_amount"),
            models.CheckConstraint(condition=Q(qty=None) | Q(qty__gt=0), name="case_line_qty"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.line_no}"


class AppliedCall(models.Model):
    """A service-task call that was carried out, with its answer: a repeat changes nothing."""

    key = models.CharField(max_length=120, primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    topic = models.CharField(max_length=60)
    output = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.topic} · {self.key}"
