"""What was ordered and paid, and the counters that no refund may push past it.

The `Order` row is the order's money row: whoever changes a counter locks it first. The
CHECK constraints and the triggers of the migrations are the last guard, not the first.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from handlers.orders.values import Mark, OrderStatus


def _named(names: type[OrderStatus] | type[Mark]) -> list[tuple[str, str]]:
    return [(name.value, name.value) for name in names]


class Order(models.Model):
    order_no = models.CharField(max_length=64, unique=True)
    tenant = models.CharField(max_length=32)
    region = models.CharField(max_length=16, blank=True)
    shard = models.SmallIntegerField()
    buyer = models.CharField(max_length=150)
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=16, choices=_named(OrderStatus))
    mark = models.CharField(max_length=16, choices=_named(Mark), blank=True)
    paid = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    in_flight = models.BigIntegerField(default=0)
    outside = models.BigIntegerField(default=0)
    excess = models.BigIntegerField(default=0)
    shipping_paid = models.BigIntegerField(default=0)
    shipping_refunded = models.BigIntegerField(default=0)
    shipping_in_flight = models.BigIntegerField(default=0)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    receipt_due_at = models.DateTimeField(null=True)
    receipt_remaining = models.DurationField(null=True)
    receipt_paused_by = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["buyer", "-placed_at"], name="orders_of_buyer"),
            models.Index(fields=["tenant", "-placed_at"], name="orders_of_tenant"),
            models.Index(
                fields=["receipt_due_at"],
                name="orders_receipt_due",
                condition=Q(receipt_due_at__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="order_never_above_paid",
                condition=Q(paid__gte=F("refunded") + F("in_flight") + F("outside")),
            ),
            models.CheckConstraint(
                name="order_counters_not_negative",
                condition=Q(refunded__gte=0, in_flight__gte=0, outside__gte=0),
            ),
            models.CheckConstraint(
                name="order_shipping_never_above_paid",
                condition=Q(shipping_paid__gte=F("shipping_refunded") + F("shipping_in_flight")),
            ),
            models.CheckConstraint(
                name="order_shipping_not_negative",
                condition=Q(shipping_refunded__gte=0, shipping_in_flight__gte=0),
            ),
            models.CheckConstraint(
                name="order_receipt_timer_runs_or_rests",
                condition=Q(receipt_due_at__isnull=True) | Q(receipt_remaining__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.order_no


class OrderLine(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    line_no = models.CharField(max_length=32)
    sku = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    product_class = models.CharField(max_length=32, default="general")
    ordered = models.IntegerField()
    list_price = models.BigIntegerField()
    line_discount = models.BigIntegerField(default=0)
    paid = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    in_flight = models.BigIntegerField(default=0)
    entitled = models.BigIntegerField(default=0)
    refunded_qty = models.IntegerField(default=0)
    in_case_qty = models.IntegerField(default=0)
    cancelled = models.IntegerField(default=0)
    shipped = models.IntegerField(default=0)
    received = models.IntegerField(default=0)
    returned = models.IntegerField(default=0)
    exchanged_out = models.IntegerField(default=0)
    exchanged_in = models.IntegerField(default=0)
    open_cases = ArrayField(models.CharField(max_length=64), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "line_no"], name="line_no_once_per_order"),
            models.CheckConstraint(name="line_has_a_number", condition=~Q(line_no="")),
            models.CheckConstraint(
                name="line_never_above_paid",
                condition=Q(paid__gte=F("refunded") + F("in_flight")),
            ),
            models.CheckConstraint(
                name="line_counters_not_negative",
                condition=Q(
                    refunded__gte=0,
                    in_flight__gte=0,
                    entitled__gte=0,
                    refunded_qty__gte=0,
                    in_case_qty__gte=0,
                    cancelled__gte=0,
                    shipped__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="line_units_refunded_once",
                condition=Q(ordered__gte=F("refunded_qty") + F("in_case_qty")),
            ),
            models.CheckConstraint(
                name="line_units_shipped_or_cancelled",
                condition=Q(ordered__gte=F("shipped") + F("cancelled")),
            ),
            models.CheckConstraint(
                name="line_entitled_never_above_paid", condition=Q(paid__gte=F("entitled"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.line_no}"


class Discount(models.Model):
    """A discount on the order, as it was granted; its shares say what each line got of it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="discounts")
    code = models.CharField(max_length=64)
    amount = models.BigIntegerField()
    funder = models.CharField(max_length=32, default="merchant")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "code"], name="discount_once_per_order")
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.code}"


class DiscountShare(models.Model):
    discount = models.ForeignKey(Discount, on_delete=models.CASCADE, related_name="shares")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="discount_shares")
    amount = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["discount", "line"], name="share_once_per_line")
        ]

    def __str__(self) -> str:
        return f"{self.discount} · {self.line.line_no}"


class Tender(models.Model):
    """One means of payment; `position` is the order in which tenders are refunded."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tenders")
    tender_no = models.CharField(max_length=32)
    position = models.SmallIntegerField()
    kind = models.CharField(max_length=16)
    provider = models.CharField(max_length=32, blank=True)
    payment_ref = models.CharField(max_length=64, blank=True)
    paid = models.BigIntegerField()
    refunded = models.BigIntegerField(default=0)
    in_flight = models.BigIntegerField(default=0)
    outside = models.BigIntegerField(default=0)
    excess = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "tender_no"], name="tender_no_once_per_order"),
            models.UniqueConstraint(
                fields=["provider", "payment_ref"],
                name="payment_ref_once_per_provider",
                condition=~Q(provider=""),
            ),
            models.CheckConstraint(
                name="tender_never_above_paid",
                condition=Q(paid__gte=F("refunded") + F("in_flight") + F("outside")),
            ),
            models.CheckConstraint(
                name="tender_counters_not_negative",
                condition=Q(refunded__gte=0, in_flight__gte=0, outside__gte=0),
            ),
            models.CheckConstraint(
                name="tender_of_a_provider_names_the_payment",
                condition=Q(provider="") | ~Q(payment_ref=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} · {self.tender_no}"
