"""Decision tables: which rules hit, and what the hit policy makes of them (DMN 1.3 §8).

A rule hits when every cell answers true; a cell that cannot compare (null) does not hit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from processes.decisions.errors import DecisionError
from processes.decisions.types import Check
from processes.feel import Expression, FeelValue, Run, Scope, UnaryTests
from processes.feel.builtins import BUILTINS

_Test = Callable[[Scope, FeelValue], bool | None]


class HitPolicy(StrEnum):
    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    COLLECT = "COLLECT"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"


AGGREGATIONS = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}
"""Aggregation of COLLECT, and the FEEL function that does it."""


@dataclass(frozen=True, kw_only=True)
class Input:
    label: str
    expression: Expression
    check: Check | None
    """Refuses values of another type, and reads dates from text."""
    allowed: UnaryTests | None


@dataclass(frozen=True, kw_only=True)
class Output:
    name: str
    """Empty when it is the only one."""
    default: Expression | None
    ranked: tuple[FeelValue, ...]
    """The values it may have, the most important first; empty when all are equal."""
    allowed: UnaryTests | None


@dataclass(frozen=True, kw_only=True)
class Rule:
    number: int
    """As the modeller shows it, from 1."""
    tests: tuple[tuple[int, _Test], ...]
    """Which input, and its test; cells with `-` are left out."""
    outputs: tuple[Expression, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionTable:
    name: str
    policy: HitPolicy
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    names: frozenset[str]
    functions: frozenset[str]

    def __call__(self, run: Run) -> FeelValue:
        """The table's answer for the variables of `run`.

        Raises:
            DecisionError: an input is not of its type or not allowed, or the hits contradict
                the hit policy.
        """
        hits = self._hits(run)
        if self.policy is HitPolicy.FIRST:
            first = next(hits, None)
            return self._result(first, run) if first else self._default(run)
        found = list(hits)
        return _POLICIES[self.policy](self, found, run) if found else self._nothing(run)

    def _hits(self, run: Run) -> Iterator[Rule]:
        scope = Scope({}, None, run)
        values = [self._value(each, run) for each in self.inputs]
        for rule in self.rules:
            for at, test in rule.tests:
                if test(scope, values[at]) is not True:
                    break
            else:
                yield rule

    def _value(self, wanted: Input, run: Run) -> FeelValue:
        value = wanted.expression.within(run)
        if wanted.check is not None and value is not None:
            value, fits = wanted.check.fitted(value)
            if not fits:
                raise self._error(f"expected input {wanted.label!r} to be {wanted.check.name}")
        if wanted.allowed is not None and not wanted.allowed.within(value, run):
            raise self._error(f"expected input {wanted.label!r} to be {wanted.allowed.text}")
        return value

    def _error(self, sentence: str) -> DecisionError:
        return DecisionError(self.name, sentence)

    def _result(self, rule: Rule, run: Run) -> FeelValue:
        return self._shaped([entry.within(run) for entry in rule.outputs], run)

    def _shaped(self, values: Sequence[FeelValue], run: Run) -> FeelValue:
        """The bare value of one output, or a context of several."""
        for output, value in zip(self.outputs, values, strict=True):
            if output.allowed and value is not None and not output.allowed.within(value, run):
                raise self._error(f"expected output {output.name!r} to be {output.allowed.text}")
        if len(values) == 1:
            return values[0]
        names = [output.name for output in self.outputs]
        return dict(zip(names, values, strict=True))

    def _default(self, run: Run) -> FeelValue:
        defaults = [output.default for output in self.outputs]
        if not any(defaults):
            return None
        return self._shaped([entry.within(run) if entry else None for entry in defaults], run)

    def _nothing(self, run: Run) -> FeelValue:
        """The answer when no rule hits: the defaults, else nothing in the policy's shape."""
        if any(output.default for output in self.outputs):
            return self._default(run)
        if self.policy in _LISTS and not self.aggregation:
            return []
        return self._aggregated([], run) if self.aggregation == "COUNT" else None

    # One method for each hit policy; `hits` is never empty.

    def _unique(self, hits: list[Rule], run: Run) -> FeelValue:
        if len(hits) > 1:
            raise self._error(f"expected one rule to hit, but {_numbers(hits)} do")
        return self._result(hits[0], run)

    def _any(self, hits: list[Rule], run: Run) -> FeelValue:
        first, *others = results = [self._result(rule, run) for rule in hits]
        if any(other != first for other in others):
            raise self._error(f"expected {_numbers(hits)} to agree, but they do not")
        return results[0]

    def _priority(self, hits: list[Rule], run: Run) -> FeelValue:
        return self._output_order(hits, run)[0]

    def _output_order(self, hits: list[Rule], run: Run) -> list[FeelValue]:
        ranks = [output.ranked for output in self.outputs]
        answers = [[entry.within(run) for entry in rule.outputs] for rule in hits]
        answers.sort(key=lambda values: [_rank(*pair) for pair in zip(values, ranks, strict=True)])
        return [self._shaped(values, run) for values in answers]

    def _collect(self, hits: list[Rule], run: Run) -> FeelValue:
        results = [self._result(rule, run) for rule in hits]
        return self._aggregated(results, run) if self.aggregation else results

    def _aggregated(self, results: list[FeelValue], run: Run) -> FeelValue:
        return BUILTINS[AGGREGATIONS[self.aggregation]].call(run, [results])


def _numbers(rules: Sequence[Rule]) -> str:
    *most, last = [str(rule.number) for rule in rules]
    return f"rules {', '.join(most)} and {last}"


def _rank(value: FeelValue, ranked: tuple[FeelValue, ...]) -> int:
    """The place among the output values; what is not listed comes last."""
    return ranked.index(value) if value in ranked else len(ranked)


_LISTS = frozenset((HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER))
_Answer = Callable[[DecisionTable, list[Rule], Run], Any]
_POLICIES: dict[HitPolicy, _Answer] = {
    HitPolicy.UNIQUE: DecisionTable._unique,
    HitPolicy.ANY: DecisionTable._any,
    HitPolicy.PRIORITY: DecisionTable._priority,
    HitPolicy.COLLECT: DecisionTable._collect,
    HitPolicy.RULE_ORDER: DecisionTable._collect,
    HitPolicy.OUTPUT_ORDER: DecisionTable._output_order,
}
