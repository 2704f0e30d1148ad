"""Decision tables whose rules overlap, leave gaps, or can never answer; with an example each.

Judged are columns of numbers, texts, dates, or yes and no, whose cells hold literals. A
rule with any other cell is passed over, and a table that holds one is not searched for gaps.

Each column is cut where its cells begin and end. Between two cuts all values are alike, so
that one value stands for all, and what a cell accepts is a set of bits. Null is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cached_property
from itertools import combinations, pairwise
from typing import Any

from processes.decisions import DecisionTable, HitPolicy, parse_file
from processes.engine.errors import Problem
from processes.feel import FeelValue, Range, Run
from processes.feel.accepted import Accepted, accepted
from processes.feel.text import to_text
from processes.feel.values import UNBOUNDED, within
from processes.sentences import say

from .problems import problem

MAX_STEPS = 20_000
"""Of a search for gaps: a table that takes more is not judged in this."""
MAX_TOLD = 20
"""Problems of one kind in one table."""
_ONE = frozenset((HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST, HitPolicy.PRIORITY))
"""Policies that promise an answer."""


def check_tables(xml: bytes, others: Sequence[bytes] = ()) -> list[Problem]:
    """What stands out in the tables of a file; `others` are the files it may import.

    Raises:
        InvalidDecision: the file cannot be used at all.
    """
    return [problem for table in parse_file(xml, others).tables for problem in check_table(table)]


def check_table(table: DecisionTable) -> list[Problem]:
    """The problems of one table: what no one can read, dead rules, then the others."""
    judged = _Judged(table)
    problems = [*_unreadable(table)][:MAX_TOLD]
    problems += [*_dead(judged)][:MAX_TOLD]
    problems += [*_overlapping(judged)][:MAX_TOLD]
    return [*problems, *_missing(judged)]


Box = tuple[int, ...]
"""For each column the pieces that are accepted, as bits."""


@dataclass(frozen=True)
class _Column:
    """An input, cut into pieces; a value of each stands for all its values."""

    label: str
    values: tuple[FeelValue, ...]
    allowed: int

    def bits(self, cell: Accepted) -> int:
        found = sum(1 << at for at, value in enumerate(self.values) if _holds(cell, value))
        return found & self.allowed


class _TooLong(Exception):
    """A search takes more steps than it may."""


class _Judged:
    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        cells = [[accepted(cell.text) for cell in rule.cells] for rule in table.rules]
        self._columns = [
            _column(each.label, each.type_ref, [row[at] for row in cells],
                    accepted(each.allowed.text) if each.allowed else None)
            for at, each in enumerate(table.inputs)
        ]  # fmt: skip
        self.boxes = [self._box(row) for row in cells]
        """For each rule what it accepts; None where a cell is not judged."""

    def _box(self, row: Sequence[Accepted | None]) -> Box | None:
        bits = []
        for column, cell in zip(self._columns, row, strict=True):
            if cell is None or (column is None and not _is_any(cell)):
                return None
            bits.append(1 if column is None else column.bits(cell))
        return tuple(bits)

    @cached_property
    def whole(self) -> Box:
        return tuple(1 if column is None else column.allowed for column in self._columns)

    def example(self, box: Box) -> str:
        """Values from inside `box`; columns that are not judged are left out."""
        said = [
            f"{column.label} = {_written(column.values[_lowest(bits)])}"
            for column, bits in zip(self._columns, box, strict=True)
            if column is not None
        ]
        return ", ".join(said) or say("any input")


def _unreadable(table: DecisionTable) -> Iterator[Problem]:
    for rule in table.rules:
        cells = [cell.unreadable for cell in rule.cells]
        answers = [output.unreadable for output in rule.outputs]
        for found in sorted(frozenset().union(*cells, *answers)):
            yield problem(
                "bad-feel",
                table.id,
                "Rule {number}: expected a date, time or duration that exists, found {found!r:.60}",
                number=rule.number,
                found=found,
            )


def _dead(judged: _Judged) -> Iterator[Problem]:
    for at, box in enumerate(judged.boxes):
        if box is None:
            continue
        number = judged.table.rules[at].number
        if not all(box):
            yield problem(
                "dead-rule",
                judged.table.id,
                "Rule {number} can never hit: no input passes all of its cells",
                number=number,
            )
        elif judged.table.policy is HitPolicy.FIRST:
            earlier = [(n, each) for n, each in enumerate(judged.boxes[:at]) if each is not None]
            if _uncovered(box, [each for _, each in earlier]) is not None:
                continue
            point = tuple(1 << _lowest(bits) for bits in box)
            first = next(n for n, each in earlier if all(_both(point, each)))
            yield problem(
                "dead-rule",
                judged.table.id,
                "Rule {number} can never answer: rules before it always do, for example rule "
                "{first} for {example}",
                number=number,
                first=judged.table.rules[first].number,
                example=judged.example(point),
            )


def _overlapping(judged: _Judged) -> Iterator[Problem]:
    policy = judged.table.policy
    if policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    rules = zip(judged.table.rules, judged.boxes, strict=True)
    for (one, a), (other, b) in combinations(rules, 2):
        if a is None or b is None or not all(shared := _both(a, b)):
            continue
        texts = [[entry.text for entry in rule.outputs] for rule in (one, other)]
        if policy is HitPolicy.ANY and texts[0] == texts[1]:
            continue
        unique = policy is HitPolicy.UNIQUE
        yield problem(
            "overlapping-rules",
            judged.table.id,
            "Rules {one} and {other} both hit for {example}; {wanted} in a {policy} table",
            one=one.number,
            other=other.number,
            example=judged.example(shared),
            wanted=say("only one may") if unique else say("they must then agree"),
            policy=policy.value,
        )


def _missing(judged: _Judged) -> Iterator[Problem]:
    table = judged.table
    boxes = [box for box in judged.boxes if box is not None]
    has_default = any(output.default for output in table.outputs)
    if table.policy not in _ONE or has_default or len(boxes) < len(judged.boxes):
        return
    gap = _uncovered(judged.whole, boxes)
    if gap is not None:
        yield problem(
            "missing-rule",
            table.id,
            "No rule hits for {example}; draw one, or a default answer",
            example=judged.example(gap),
        )


# Boxes


def _both(a: Box, b: Box) -> Box:
    return tuple(x & y for x, y in zip(a, b, strict=True))


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _uncovered(space: Box, boxes: Sequence[Box]) -> Box | None:
    """A part of `space` that lies in none of the boxes; None also when it takes too long."""
    if not all(space):
        return None
    try:
        return _Search().gap(space, [box for box in boxes if all(_both(space, box))], 0)
    except _TooLong:
        return None


class _Search:
    def __init__(self) -> None:
        self._steps = 0

    def gap(self, space: Box, boxes: Sequence[Box], at: int) -> Box | None:
        """Column by column: pieces that meet the same boxes are looked at once."""
        self._steps += 1 + len(boxes)
        if self._steps > MAX_STEPS:
            raise _TooLong
        if not boxes:
            return space
        if at == len(space):
            return None
        rest = range(at, len(space))
        if any(all(space[c] & ~box[c] == 0 for c in rest) for box in boxes):
            return None
        alike: dict[tuple[int, ...], int] = {}
        for piece in _pieces(space[at]):
            met = tuple(n for n, box in enumerate(boxes) if box[at] & piece)
            alike[met] = alike.get(met, 0) | piece
        for met, bits in alike.items():
            inner = (*space[:at], bits, *space[at + 1 :])
            found = self.gap(inner, [boxes[n] for n in met], at + 1)
            if found is not None:
                return found
        return None


def _pieces(bits: int) -> Iterator[int]:
    while bits:
        piece = bits & -bits
        yield piece
        bits ^= piece


# Columns


def _column(
    label: str, type_ref: str, cells: Sequence[Accepted | None], allowed: Accepted | None
) -> _Column | None:
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
    column = _Column(label, tuple(values), everything)
    if allowed is None:
        return column
    return _Column(label, column.values, column.bits(allowed))


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


def _is_any(cell: Accepted) -> bool:
    return cell.negated and not cell.spans


def _holds(cell: Accepted, value: FeelValue) -> bool:
    return any(_in(value, span) for span in cell.spans) is not cell.negated


def _in(value: FeelValue, span: Range) -> bool:
    if type(value) is bool:
        return span.start is value or span.end is value
    return within(value, span, Run({}, None, {})) is True


def _written(value: FeelValue) -> str:
    return f'"{value}"' if type(value) is str else to_text(value, Run({}, None, {}))
