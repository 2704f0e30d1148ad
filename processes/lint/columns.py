"""A table's input cut where its cells begin and end: between two cuts all values are alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Any

from processes.feel import FeelValue, Range, Run
from processes.feel.accepted import Accepted
from processes.feel.values import UNBOUNDED, within


@dataclass(frozen=True)
class Column:
    """An input, cut into pieces; a value of each stands for all its values."""

    label: str
    values: tuple[FeelValue, ...]
    allowed: int

    def bits(self, cell: Accepted) -> int:
        """The pieces that the cell accepts."""
        found = sum(1 << at for at, value in enumerate(self.values) if _holds(cell, value))
        return found & self.allowed


def cut(
    label: str, type_ref: str, cells: Sequence[Accepted | None], allowed: Accepted | None
) -> Column | None:
    """The column cut into pieces; None when its cells are not of one judged type."""
    known = [cell for cell in (*cells, allowed) if cell is not None]
    ends = [end for cell in known for span in cell.spans for end in (span.start, span.end)]
    points = [end for end in ends if end is not UNBOUNDED]
    kinds = {type(end) for end in points}
    if len(kinds) != 1:
        return None
    values = _values(kinds.pop(), points, type_ref, known)
    if values is None:
        return None
    everything = (1 << len(values)) - 1
    column = Column(label, tuple(values), everything)
    if allowed is None:
        return column
    return Column(label, column.values, column.bits(allowed))


def is_any(cell: Accepted) -> bool:
    """Whether the cell is `-`."""
    return cell.negated and not cell.spans


def _values(
    kind: type, points: Sequence[Any], type_ref: str, cells: Sequence[Accepted]
) -> list[FeelValue] | None:
    """One value of each piece."""
    if kind in (bool, str):
        # Texts have no next one: only equality is judged.
        if any(span.start != span.end for cell in cells for span in cell.spans):
            return None
        if kind is bool:
            return [False, True]
        return [*sorted(set(points)), _other_text(points)]
    whole = type_ref.rpartition(":")[2] in ("integer", "long")
    if kind is Decimal:
        return _around(sorted(set(points)), Decimal(1), whole)
    if kind is date:
        return _around(sorted(set(points)), timedelta(days=1), True)
    return None


def _other_text(points: Sequence[str]) -> str:
    text = "something else"
    while text in points:
        text += "!"
    return text


def _around(points: list[Any], step: Any, whole: bool) -> list[FeelValue]:
    """The points, a value between each two, and one before and after all."""
    try:
        found = [points[0] - step, *points, points[-1] + step]
    except OverflowError:  # the first or last of all days
        found = list(points)
    for low, high in pairwise(points):
        middle = low + step if whole else _between(low, high)
        if whole and isinstance(low, Decimal):
            middle = (low + 1).to_integral_value(ROUND_FLOOR)
        if low < middle < high:
            found.append(middle)
    return sorted(found)


def _between(low: Decimal, high: Decimal) -> Decimal:
    """A number between the two, a whole one where there is one."""
    whole = (low + 1).to_integral_value(ROUND_FLOOR)
    return whole if whole < high else (low + high) / 2


def _holds(cell: Accepted, value: FeelValue) -> bool:
    return any(_in(value, span) for span in cell.spans) is not cell.negated


def _in(value: FeelValue, span: Range) -> bool:
    if type(value) is bool:
        return span.start is value or span.end is value
    return within(value, span, Run({}, None, {})) is True
