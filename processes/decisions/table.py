"""Decision tables: which rules hit, and what the hit policy makes of them (DMN 1.3 §8).

A rule hits when every cell answers true; a cell that cannot compare (null) does not hit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from processes.decisions.errors import DecisionError
from processes.decisions.types import Kind
from processes.feel import Expression, FeelValue, Run, Scope, UnaryTests
from processes.feel.builtins import BUILTINS
from processes.feel.values import equal

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
    check: Kind | None
    """Refuses values of another type, and reads dates from text."""
    allowed: UnaryTests | None
    type_ref: str
    """Its declared type as it is written."""


@dataclass(frozen=True, kw_only=True)
class Output:
    name: str
    """Empty when it is the only one."""
    check: Kind | None
    """Refuses values of another type."""
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
    cells: tuple[UnaryTests, ...]
    """All input cells, for those who compare rules."""
    outputs: tuple[Expression, ...]


@dataclass(frozen=True, kw_only=True)
class DecisionTable:
    id: str
    name: str
    policy: HitPolicy
    aggregation: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    names: frozenset[str]
    functions: frozenset[str]

    def __call__(self, scope: Scope) -> FeelValue:
        """The table's answer where it stands.

        Raises:
            DecisionError: an input is not of its type or not allowed, or the hits contradict
                the hit policy.
        """
        hits = self._hits(scope)
        if self.policy is HitPolicy.FIRST:
            first = next(hits, None)
            return self._result(first, scope) if first else self._default(scope)
        found = list(hits)
        return _POLICIES[self.policy](self, found, scope) if found else self._nothing(scope)

    def _hits(self, scope: Scope) -> Iterator[Rule]:
        values = [self._value(each, scope) for each in self.inputs]
        for rule in self.rules:
            for at, test in rule.tests:
                if test(scope, values[at]) is not True:
                    break
            else:
                yield rule

    def _value(self, wanted: Input, scope: Scope) -> FeelValue:
        value = wanted.expression.code(scope)
        if wanted.check is not None and value is not None:
            value, fits = wanted.check.fitted(value, scope.run, read=True)
            if not fits:
                raise self._error(f"expected input {wanted.label!r} to be {wanted.check.name}")
        if wanted.allowed is not None and not wanted.allowed.holds(value, scope):
            raise self._error(f"expected input {wanted.label!r} to be {wanted.allowed.text}")
        return value

    def _error(self, sentence: str) -> DecisionError:
        return DecisionError(self.name, sentence)

    def _result(self, rule: Rule, scope: Scope) -> FeelValue:
        return self._shaped([entry.code(scope) for entry in rule.outputs], scope)

    def _shaped(self, values: Sequence[FeelValue], scope: Scope) -> FeelValue:
        """The bare value of one output, or a context of several."""
        given = [
            value if value is None else self._given(output, value, scope)
            for output, value in zip(self.outputs, values, strict=True)
        ]
        if len(given) == 1:
            return given[0]
        names = [output.name for output in self.outputs]
        return dict(zip(names, given, strict=True))

    def _given(self, output: Output, value: FeelValue, scope: Scope) -> FeelValue:
        if output.check is not None and self.aggregation != "COUNT":  # there it is the count's
            value, fits = output.check.fitted(value, scope.run)
            if not fits:
                raise self._error(f"expected output {output.name!r} to be {output.check.name}")
        if output.allowed and not output.allowed.holds(value, scope):
            raise self._error(f"expected output {output.name!r} to be {output.allowed.text}")
        return value

    def _default(self, scope: Scope) -> FeelValue:
        defaults = [output.default for output in self.outputs]
        if not any(defaults):
            return None
        return self._shaped([entry.code(scope) if entry else None for entry in defaults], scope)

    def _nothing(self, scope: Scope) -> FeelValue:
        """The answer when no rule hits: the defaults, else nothing in the policy's shape."""
        if any(output.default for output in self.outputs):
            return self._default(scope)
        if self.policy in _LISTS and not self.aggregation:
            return []
        return self._aggregated([], scope) if self.aggregation == "COUNT" else None

    # One method for each hit policy; `hits` is never empty.

    def _unique(self, hits: list[Rule], scope: Scope) -> FeelValue:
        if len(hits) > 1:
            raise self._error(f"expected one rule to hit, but {_numbers(hits)} do")
        return self._result(hits[0], scope)

    def _any(self, hits: list[Rule], scope: Scope) -> FeelValue:
        first, *others = results = [self._result(rule, scope) for rule in hits]
        if any(equal(other, first, scope.run) is not True for other in others):
            raise self._error(f"expected {_numbers(hits)} to agree, but they do not")
        return results[0]

    def _priority(self, hits: list[Rule], scope: Scope) -> FeelValue:
        return self._output_order(hits, scope)[0]

    def _output_order(self, hits: list[Rule], scope: Scope) -> list[FeelValue]:
        ranks = [output.ranked for output in self.outputs]
        answers = [[entry.code(scope) for entry in rule.outputs] for rule in hits]
        answers.sort(
            key=lambda values: [
                _rank(value, ranked, scope.run) for value, ranked in zip(values, ranks, strict=True)
            ]
        )
        return [self._shaped(values, scope) for values in answers]

    def _collect(self, hits: list[Rule], scope: Scope) -> FeelValue:
        results = [self._result(rule, scope) for rule in hits]
        return self._aggregated(results, scope) if self.aggregation else results

    def _aggregated(self, results: list[FeelValue], scope: Scope) -> FeelValue:
        return BUILTINS[AGGREGATIONS[self.aggregation]].call(scope.run, [results])


def _numbers(rules: Sequence[Rule]) -> str:
    *most, last = [str(rule.number) for rule in rules]
    return f"rules {', '.join(most)} and {last}"


def _rank(value: FeelValue, ranked: tuple[FeelValue, ...], run: Run) -> int:
    """The place among the output values; what is not listed comes last."""
    run.spend(len(ranked))
    same = (at for at, other in enumerate(ranked) if equal(value, other, run) is True)
    return next(same, len(ranked))


_LISTS = frozenset((HitPolicy.COLLECT, HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER))
_Answer = Callable[[DecisionTable, list[Rule], Scope], Any]
_POLICIES: dict[HitPolicy, _Answer] = {
    HitPolicy.UNIQUE: DecisionTable._unique,
    HitPolicy.ANY: DecisionTable._any,
    HitPolicy.PRIORITY: DecisionTable._priority,
    HitPolicy.COLLECT: DecisionTable._collect,
    HitPolicy.RULE_ORDER: DecisionTable._collect,
    HitPolicy.OUTPUT_ORDER: DecisionTable._output_order,
}
