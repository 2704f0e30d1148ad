"""What a case keeps in flight, and who said that it may be paid."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handlers.refunds.states import POLICY, Basis, HoldState


class Hold(models.Model):
    """The amount of an open case: not money, but nobody else's to ask for either."""

    case_no = models.CharField(max_length=64, unique=True)
    order_no = models.CharField(max_length=64)
    tenant = models.CharField(max_length=32)
    region = models.CharField(max_length=16, blank=True)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    state = models.CharField(max_length=16, choices=HoldState.choices, default=HoldState.OPEN)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["order_no"], name="holds_of_order")]
        constraints = [
            models.CheckConstraint(name="hold_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="hold_ends_once",
                condition=Q(state__in=[HoldState.OPEN, HoldState.COMMITTED], ended_at__isnull=True)
                | Q(state__in=[HoldState.SETTLED, HoldState.RELEASED], ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_no} · {self.amount} {self.currency}"


class HoldLine(models.Model):
    """A line's share of the hold; an empty line number is shipping's."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="lines")
    line_no = models.CharField(max_length=32, blank=True)
    qty = models.IntegerField(null=True)
    """Null: money only, no unit is given up."""
    entitled = models.BigIntegerField(default=0)
    """What the units are worth, whatever is agreed on."""
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hold", "line_no"], name="hold_line_once"),
            models.CheckConstraint(name="hold_line_not_negative", condition=Q(amount__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.hold.case_no} · {self.line_no or 'shipping'}"


class HoldTender(models.Model):
    """A tender's share of the hold: where the money will go back to."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="tenders")
    tender_no = models.CharField(max_length=32)
    position = models.SmallIntegerField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hold", "tender_no"], name="hold_tender_once"),
            models.CheckConstraint(name="hold_tender_above_zero", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.hold.case_no} · {self.tender_no}"


class Authorisation(models.Model):
    """Somebody's word, or the policy's, that the amount shall be paid.

    The four-eyes rule stands in the constraints, so no diagram can forget it.
    """

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="authorisations")
    case_no = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    basis = models.CharField(max_length=16, choices=Basis.choices)
    first_approver = models.CharField(max_length=150, blank=True)
    second_approver = models.CharField(max_length=150, blank=True)
    four_eyes_above = models.BigIntegerField()
    """The limit in force when it was given."""
    granted_alone = models.BigIntegerField(default=0)
    """What policy or one person had granted on the same order by then: it is part of the limit,
    so that many small cases are no way around it."""
    given_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hold"],
                name="authorisation_one_in_force",
                condition=Q(superseded_at__isnull=True),
            ),
            # The refund order points here by both, so it cannot be of another amount.
            models.UniqueConstraint(fields=["id", "amount"], name="authorisation_id_amount"),
            models.CheckConstraint(name="authorisation_above_zero", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="authorisation_by_someone",
                condition=Q(basis__in=POLICY) | ~Q(first_approver=""),
            ),
            models.CheckConstraint(
                name="authorisation_four_eyes",
                condition=Q(basis__in=POLICY)
                | Q(four_eyes_above__gte=F("amount") + F("granted_alone"))
                | ~Q(second_approver=""),
            ),
            models.CheckConstraint(
                name="authorisation_two_people",
                condition=Q(second_approver="") | ~Q(second_approver=F("first_approver")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_no} · {self.amount} {self.currency} · {self.basis}"


class Grant(models.Model):
    """Money beside the price: return postage or goodwill, each with a cap of its own (M12)."""

    class Kind(models.TextChoices):
        FREIGHT = "freight"
        COMPENSATION = "compensation"

    grant_no = models.CharField(max_length=64, unique=True)
    case_no = models.CharField(max_length=64)
    order_no = models.CharField(max_length=64)
    tenant = models.CharField(max_length=32)
    region = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    granted_before = models.BigIntegerField()
    """Of this kind to this order, when this one was given."""
    cap = models.BigIntegerField()
    by = models.CharField(max_length=150)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            # Each grant starts where the last one ended: two at once collide here.
            models.UniqueConstraint(
                fields=["order_no", "kind", "granted_before"], name="grant_in_sequence"
            ),
            models.CheckConstraint(
                name="grant_under_its_cap",
                condition=Q(amount__gt=0, granted_before__gte=0)
                & Q(cap__gte=F("granted_before") + F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_no} · {self.kind} · {self.amount} {self.currency}"
