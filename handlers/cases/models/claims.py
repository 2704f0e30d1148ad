"""What a case takes of its order: units while it is open, and one of a line's applications."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from handlers.cases.models.case import MAX_ROUNDS, Case


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
