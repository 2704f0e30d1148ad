"""Two levels: the refund order is what was decided, an attempt is one provider key."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from handlers.refunds.models.holds import Authorisation, Hold
from handlers.refunds.states import AttemptState, PartState, Proof, RefundState


class RefundOrder(models.Model):
    refund_no = models.CharField(max_length=40, unique=True)
    case_no = models.CharField(max_length=64, unique=True)
    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="refund")
    authorisation = models.OneToOneField(
        Authorisation, on_delete=models.PROTECT, related_name="refund"
    )
    order_no = models.CharField(max_length=64)
    tenant = models.CharField(max_length=32)
    region = models.CharField(max_length=16, blank=True)
    shard = models.SmallIntegerField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        max_length=16, choices=RefundState.choices, default=RefundState.CREATED
    )
    waiting_key = models.CharField(max_length=64)
    """The provider key with which the case waits for `refund.result`."""
    messages = models.PositiveIntegerField(default=0)
    """How often the case was told; numbers the messages."""
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["order_no"], name="refunds_of_order"),
            models.Index(fields=["tenant", "-created_at"], name="refunds_of_tenant"),
        ]
        constraints = [
            models.CheckConstraint(name="refund_above_zero", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return self.refund_no


class OfflinePayment(models.Model):
    """Money that went another way: two persons, a proof, a bank reference used once."""

    refund = models.ForeignKey(
        RefundOrder, on_delete=models.PROTECT, related_name="offline_payments"
    )
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    bank_reference = models.CharField(max_length=64, unique=True)
    proof = models.CharField(max_length=2000)
    """Evidence id, or what the document is."""
    paid_by = models.CharField(max_length=150)
    confirmed_by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offline_two_people",
                condition=~Q(paid_by="") & ~Q(confirmed_by="") & ~Q(paid_by=F("confirmed_by")),
            ),
            models.CheckConstraint(
                name="offline_proven",
                condition=~Q(bank_reference="") & ~Q(proof="") & Q(amount__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund} · {self.bank_reference}"


class RefundPart(models.Model):
    """What one tender gives back; parts are executed in their order, none is rolled back."""

    refund = models.ForeignKey(RefundOrder, on_delete=models.CASCADE, related_name="parts")
    position = models.SmallIntegerField()
    tender_no = models.CharField(max_length=32)
    kind = models.CharField(max_length=16)
    provider = models.CharField(max_length=32, blank=True)
    payment_ref = models.CharField(max_length=64, blank=True)
    amount = models.BigIntegerField()
    total = models.BigIntegerField()
    """What the tender paid in all; the provider wants to hear it."""
    state = models.CharField(max_length=16, choices=PartState.choices, default=PartState.PENDING)
    offline = models.ForeignKey(
        OfflinePayment, on_delete=models.PROTECT, null=True, related_name="parts"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "position"], name="part_position_once"),
            models.UniqueConstraint(fields=["refund", "tender_no"], name="part_tender_once"),
            models.CheckConstraint(
                name="part_within_payment", condition=Q(amount__gt=0, total__gte=F("amount"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.refund.refund_no} · {self.tender_no}"


class RefundAttempt(models.Model):
    """One provider key: the same on every retry, and never two at work for one part."""

    part = models.ForeignKey(RefundPart, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    provider_key = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=16, choices=AttemptState.choices, default=AttemptState.CREATED
    )
    sends = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    """Real time of the last call, stored before it was made."""
    created_at = models.DateTimeField()
    provider_ref = models.CharField(max_length=64, blank=True)
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=400, blank=True)
    fact_at = models.DateTimeField(null=True)
    """The provider's own time of the newest fact we know: older ones change nothing."""
    proof = models.CharField(max_length=16, choices=Proof.choices, blank=True)
    proof_digest = models.CharField(max_length=64, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["sent_at"],
                name="attempts_at_work",
                condition=Q(state__in=["sent", "unknown", "processing", "abnormal"]),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["part", "number"], name="attempt_number_once"),
            models.UniqueConstraint(
                fields=["part"],
                name="attempt_one_at_work_or_paid",
                condition=Q(
                    state__in=["created", "sent", "processing", "unknown", "abnormal", "succeeded"]
                ),
            ),
            models.CheckConstraint(
                name="attempt_success_is_proven",
                condition=~Q(state__in=[AttemptState.SUCCEEDED, AttemptState.REVERSED])
                | (~Q(proof="") & ~Q(proof_digest="") & Q(settled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="attempt_sent_with_time", condition=Q(sends=0) | Q(sent_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.provider_key


class Statement(models.Model):
    """What one person found out about a key whose outcome is unknown; a second one decides."""

    attempt = models.ForeignKey(RefundAttempt, on_delete=models.PROTECT, related_name="statements")
    paid = models.BooleanField()
    proof = models.CharField(max_length=400)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    answered_by = models.CharField(max_length=150, blank=True)
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["attempt"],
                name="statement_one_open",
                condition=Q(answered_at__isnull=True),
            ),
            models.CheckConstraint(
                name="statement_two_people",
                condition=~Q(by="") & ~Q(proof="") & (~Q(agreed=True) | ~Q(answered_by=F("by"))),
            ),
            models.CheckConstraint(
                name="statement_answered_by_someone",
                condition=Q(answered_at__isnull=True, agreed__isnull=True, answered_by="")
                | Q(answered_at__isnull=False, agreed__isnull=False) & ~Q(answered_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt} · {'paid' if self.paid else 'not paid'} · {self.by}"
