"""Which lines of an order are in an after-sales case."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from handlers.orders import books
from handlers.orders.models import OrderLine


@transaction.atomic
def mark_aftersale(order_no: str, case_no: str, line_nos: Sequence[str]) -> None:
    """Mark the lines as in a case; asking twice changes nothing."""
    order = books.locked(order_no)
    for line in OrderLine.objects.filter(order=order, line_no__in=line_nos):
        if case_no not in line.open_cases:
            line.open_cases = [*line.open_cases, case_no]
            line.save(update_fields=["open_cases"])
    books.restate(order_no)


@transaction.atomic
def unmark_aftersale(order_no: str, case_no: str) -> None:
    """Take the case's marks off all lines; asking twice changes nothing."""
    order = books.locked(order_no)
    for line in OrderLine.objects.filter(order=order, open_cases__contains=[case_no]):
        line.open_cases = [other for other in line.open_cases if other != case_no]
        line.save(update_fields=["open_cases"])
    books.restate(order_no)
