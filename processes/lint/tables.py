"""Decision tables whose rules overlap, leave gaps, or can never answer; with an example each.

Judged are columns of numbers, texts, dates, or yes and no, whose cells hold literals. A
rule with any other cell is passed over, and a table that holds one is not searched for gaps.

Each column is cut where its cells begin and end. Between two cuts all values are alike, so
that one value stands for all, and what a cell accepts is a set of bits. Null is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import combinations

from processes.decisions import DecisionTable, HitPolicy, parse_file
from processes.engine.errors import Problem
from processes.feel import FeelValue, Run
from processes.feel.accepted import Accepted, accepted
from processes.feel.text import to_text
from processes.sentences import say

from .columns import cut, is_any
from .gaps import Box, both, lowest, uncovered
from .problems import problem

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


class _Judged:
    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        cells = [[accepted(cell.text) for cell in rule.cells] for rule in table.rules]
        self._columns = [
            cut(each.label, each.type_ref, [row[at] for row in cells],
                    accepted(each.allowed.text) if each.allowed else None)
            for at, each in enumerate(table.inputs)
        ]  # fmt: skip
        self.boxes = [self._box(row) for row in cells]
        """For each rule what it accepts; None where a cell is not judged."""

    def _box(self, row: Sequence[Accepted | None]) -> Box | None:
        bits = []
        for column, cell in zip(self._columns, row, strict=True):
            if cell is None or (column is None and not is_any(cell)):
                return None
            bits.append(1 if column is None else column.bits(cell))
        return tuple(bits)

    @cached_property
    def whole(self) -> Box:
        return tuple(1 if column is None else column.allowed for column in self._columns)

    def example(self, box: Box) -> str:
        """Values from inside `box`; columns that are not judged are left out."""
        said = [
            f"{column.label} = {_written(column.values[lowest(bits)])}"
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
        if not all(box):
            yield problem(
                "dead-rule",
                judged.table.id,
                "Rule {number} can never hit: no input passes all of its cells",
                number=judged.table.rules[at].number,
            )
        elif judged.table.policy is HitPolicy.FIRST:
            yield from _never_first(judged, at, box)


def _never_first(judged: _Judged, at: int, box: Box) -> Iterator[Problem]:
    earlier = [(n, each) for n, each in enumerate(judged.boxes[:at]) if each is not None]
    if uncovered(box, [each for _, each in earlier]) is not None:
        return
    point = tuple(1 << lowest(bits) for bits in box)
    first = next(n for n, each in earlier if all(both(point, each)))
    yield problem(
        "dead-rule",
        judged.table.id,
        "Rule {number} can never answer: rules before it always do, for example rule "
        "{first} for {example}",
        number=judged.table.rules[at].number,
        first=judged.table.rules[first].number,
        example=judged.example(point),
    )


def _overlapping(judged: _Judged) -> Iterator[Problem]:
    policy = judged.table.policy
    if policy not in (HitPolicy.UNIQUE, HitPolicy.ANY):
        return
    rules = zip(judged.table.rules, judged.boxes, strict=True)
    for (one, a), (other, b) in combinations(rules, 2):
        if a is None or b is None or not all(shared := both(a, b)):
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
    gap = uncovered(judged.whole, boxes)
    if gap is not None:
        yield problem(
            "missing-rule",
            table.id,
            "No rule hits for {example}; draw one, or a default answer",
            example=judged.example(gap),
        )


def _written(value: FeelValue) -> str:
    return f'"{value}"' if type(value) is str else to_text(value, Run({}, None, {}))
