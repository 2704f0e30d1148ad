"""Which units of an order line an open case claims, and how often a line was applied for (P6).

The unique keys decide; what is read here first only finds the right sentence. Callers hold
the order's lock, so that nobody claims in between.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count

from handlers.cases.errors import LineTaken, RoundsSpent
from handlers.cases.models import MAX_ROUNDS, Case, CaseLine, LineApplication, OpenUnit


def free_units(order_no: str, *, line_no: str, ordered: int) -> list[int]:
    """Units of the line that no open case claims; some of them may be refunded already."""
    taken = set(
        OpenUnit.objects.filter(order_no=order_no, line_no=line_no).values_list("unit", flat=True)
    )
    return [unit for unit in range(1, ordered + 1) if unit not in taken]


def units_for(
    order_no: str, *, line_no: str, ordered: int, refunded: int, qty: int | None
) -> list[int]:
    """The units that a new case would claim; money without goods (`qty` None) claims all.

    Raises:
        LineTaken: there are not that many that are neither refunded nor claimed.
    """
    free = free_units(order_no, line_no=line_no, ordered=ordered)
    if qty is None:
        if len(free) < ordered:
            raise LineTaken(line_no)
        return free
    if len(free) - refunded < qty:
        raise LineTaken(line_no)
    return free[:qty]


def claim(case: Case, *, line_no: str, units: Iterable[int]) -> None:
    """Claim the units until the case ends."""
    OpenUnit.objects.bulk_create(
        OpenUnit(case=case, order_no=case.order_no, line_no=line_no, unit=unit) for unit in units
    )


def let_go(case: Case) -> None:
    """The case has ended: others may claim its units."""
    OpenUnit.objects.filter(case=case).delete()


def applications(order_no: str, line_nos: Iterable[str]) -> dict[str, int]:
    """How often each line was applied for so far, all cases and rounds counted."""
    rows = LineApplication.objects.filter(order_no=order_no, line_no__in=line_nos)
    return dict(rows.values_list("line_no").annotate(count=Count("pk")))


def count_round(case: Case, *, limit: int) -> None:
    """Count the case's current round against each of its lines.

    Raises:
        RoundsSpent: one of them was applied for as often as it may be.
    """
    line_nos = list(CaseLine.objects.filter(case=case).values_list("line_no", flat=True))
    sofar = applications(case.order_no, line_nos)
    limit = min(limit, MAX_ROUNDS)
    if any(sofar.get(line_no, 0) >= limit for line_no in line_nos):
        raise RoundsSpent(limit)
    LineApplication.objects.bulk_create(
        LineApplication(
            case=case,
            round=case.round,
            order_no=case.order_no,
            line_no=line_no,
            number=sofar.get(line_no, 0) + 1,
        )
        for line_no in line_nos
    )
