"""Which units of an order line an open case claims, and how often a line was applied for (P6).

The unique keys decide; what is read here first only finds the right sentence. Callers hold
the order's lock, so that nobody claims in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Count

from handlers.cases.errors import LineTaken, RoundsSpent
from handlers.cases.models import MAX_ROUNDS, Case, CaseLine, LineApplication, OpenUnit
from handlers.orders.api import LineMoney


def claimed_units(order_no: str) -> Mapping[str, set[int]]:
    """The units that open cases claim, by line."""
    claimed: dict[str, set[int]] = defaultdict(set)
    rows = OpenUnit.objects.filter(order_no=order_no).values_list("line_no", "unit")
    for line_no, unit in rows:
        claimed[line_no].add(unit)
    return claimed


def units_for(line: LineMoney, *, qty: int | None, claimed: Mapping[str, set[int]]) -> list[int]:
    """The units that a new case would claim; money without goods (`qty` None) claims all.

    Raises:
        LineTaken: there are not that many that are neither refunded nor claimed.
    """
    free = _free(line, claimed)
    if qty is None:
        if len(free) < line.ordered:
            raise LineTaken(line.line_no)
        return free
    if free_count(line, claimed) < qty:
        raise LineTaken(line.line_no)
    return free[:qty]


def free_count(line: LineMoney, claimed: Mapping[str, set[int]]) -> int:
    """How many units are neither refunded nor claimed.

    Between the refund and the end of its case a unit counts as both: too few, never too many.
    """
    return max(len(_free(line, claimed)) - line.refunded_qty, 0)


def is_untouched(line: LineMoney, claimed: Mapping[str, set[int]]) -> bool:
    """Whether no open case claims any unit of the line."""
    return not claimed.get(line.line_no)


def _free(line: LineMoney, claimed: Mapping[str, set[int]]) -> list[int]:
    taken = claimed.get(line.line_no, set())
    return [unit for unit in range(1, line.ordered + 1) if unit not in taken]


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
