"""What is kept about a case. The history of the process is the audit; these are the facts.

Rounds, rulings, verdicts, progress and evidence are only ever added (a trigger refuses
anything else); the status of the case follows from them (`status.py`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handlers.cases.reasons import Channel, Reason
from handlers.cases.status import Answer, Ending, Outcome, Progress, Ruling, Status

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


class OpenUnit(models.Model):
    """A unit of an order line that an open case claims: the key makes it one case (P6)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    order_no = models.CharField(max_length=32)
    line_no = models.CharField(max_length=16)
    unit = models.PositiveIntegerField()
    """1 to the quantity ordered. Money without goods claims all of them."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_no", "line_no", "unit"], name="one_open_case_a_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_no} · {self.line_no}.{self.unit}"


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


class LineApplication(models.Model):
    """The n-th time an order line was applied for, over all cases. Append-only (P6)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT)
    round = models.PositiveSmallIntegerField()
    order_no = models.CharField(max_length=32)
    line_no = models.CharField(max_length=16)
    number = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order_no", "line_no", "number"], name="one_row_an_application"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MAX_ROUNDS), name="five_applications_a_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_no} · {self.line_no} #{self.number}"


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


class AppliedCall(models.Model):
    """A service-task call that was carried out, with its answer: a repeat changes nothing."""

    key = models.CharField(max_length=120, primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE)
    topic = models.CharField(max_length=60)
    output = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.topic} · {self.key}"
