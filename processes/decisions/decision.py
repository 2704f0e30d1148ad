"""A decision: its logic, what it requires, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from processes.decisions.box import Box, Parameter
from processes.decisions.errors import DecisionError
from processes.decisions.types import Kind
from processes.feel import FeelBudgetError, FeelValue, Function, Run, Scope
from processes.feel.results import check_size
from processes.feel.run import taken

Key = tuple[str, str]
"""The namespace of a file and the id of an element."""


@dataclass(frozen=True)
class Input:
    """A variable with a declared type."""

    name: str
    kind: Kind

    def taken(self, run: Run) -> FeelValue:
        value = taken(run.variables.get(self.name), run)
        value, fits = self.kind.fitted(value, run, read=True)
        if not fits:
            raise DecisionError(self.name, f"expected input {self.name!r} to be {self.kind.name}")
        return value


@dataclass(frozen=True)
class Need:
    """One thing that a decision requires, and the name under which its logic reads it."""

    imported: str
    """The name of the import it comes from; empty when it is of the same file."""
    name: str
    what: Decision | Input | Function


def bound(needs: Iterable[Need]) -> frozenset[str]:
    """The names that are read from what is required, not from the variables."""
    return frozenset(need.imported or need.name for need in needs)


@dataclass(frozen=True, kw_only=True)
class Decision:
    key: Key
    name: str
    variable: str
    """The name under which decisions that require this one read it."""
    kind: Kind | None
    logic: Box
    needs: tuple[Need, ...]

    @property
    def id(self) -> str:
        return self.key[1]

    @cached_property
    def required(self) -> tuple[Decision, ...]:
        """The decisions it requires itself."""
        return tuple(need.what for need in self.needs if isinstance(need.what, Decision))

    @cached_property
    def inputs(self) -> frozenset[str]:
        """The variables it reads, also through the decisions it requires."""
        typed = {need.what.name for need in self.needs if isinstance(need.what, Input)}
        return (self.logic.names | typed).union(*(each.inputs for each in self.required))

    @cached_property
    def functions(self) -> frozenset[str]:
        """The functions it calls, also through the decisions it requires."""
        return self.logic.functions.union(*(each.functions for each in self.required))

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> FeelValue:
        """The answer for these variables, which are plain JSON or FEEL values.

        One output gives its value, several give a context; None when no rule hits.

        Raises:
            DecisionError: the inputs or the rules contradict the table, or a value its type.
            FeelError: an expression exceeds its budget or calls an unknown function.
        """
        return _whole(lambda run: _Making(run, {}).value(self), context, now, functions)


@dataclass(frozen=True, kw_only=True)
class DecisionService:
    """Decisions that can be called as one function (DMN 1.3 §10.4)."""

    key: Key
    name: str
    outputs: tuple[Decision, ...]
    kind: Kind | None
    given: tuple[tuple[Decision | Key, Parameter], ...]
    """Its parameters in their order: variables, then decisions that it does not make itself."""

    @cached_property
    def function(self) -> Function:
        return Function(self.name, self._call, (tuple(p.name for _, p in self.given),))

    def evaluate(
        self,
        context: Mapping[str, Any],
        *,
        now: datetime | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> FeelValue:
        """As `Decision.evaluate`; all parameters must stand in `context`."""
        missing = [p.name for _, p in self.given if p.name not in context]
        if missing:
            raise DecisionError(self.name, f"expected {missing[0]!r} to be given")

        def call(run: Run) -> FeelValue:
            values = [taken(context[parameter.name], run) for _, parameter in self.given]
            return self._call(run, values, read=True)

        return _whole(call, context, now, functions)

    def _call(self, run: Run, arguments: list[FeelValue], *, read: bool = False) -> FeelValue:
        if len(arguments) != len(self.given):
            sentence = f"expected {len(self.given)} arguments, found {len(arguments)}"
            raise DecisionError(self.name, sentence)
        variables: dict[str, FeelValue] = {}
        made: dict[Key, FeelValue] = {}
        for (what, parameter), argument in zip(self.given, arguments, strict=True):
            value = self._fitted(parameter, argument, run, read)
            if isinstance(what, Decision):
                made[what.key] = value
            else:
                variables[parameter.name] = value
        inner = run.apart(variables)
        run.enter(5)
        run.hand_over(inner)
        making = _Making(inner, made)
        answers = {each.variable: making.value(each) for each in self.outputs}
        inner.hand_over(run)
        run.levels -= 5
        return self._typed(next(iter(answers.values())) if len(self.outputs) == 1 else answers, run)

    def _typed(self, answer: FeelValue, run: Run) -> FeelValue:
        if self.kind is None:
            return answer
        answer, fits = self.kind.fitted(answer, run)
        if not fits:
            raise DecisionError(self.name, f"expected its answer to be {self.kind.name}")
        return answer

    def _fitted(self, parameter: Parameter, value: FeelValue, run: Run, read: bool) -> FeelValue:
        if parameter.kind is None:
            return value
        value, fits = parameter.kind.fitted(value, run, read=read)
        if not fits:
            sentence = f"expected {parameter.name!r} to be {parameter.kind.name}"
            raise DecisionError(self.name, sentence)
        return value


class _Making:
    """Decisions while they are made: each once, before those that require it."""

    def __init__(self, run: Run, made: dict[Key, FeelValue]) -> None:
        self._run = run
        self._made = made

    def value(self, decision: Decision) -> FeelValue:
        if decision.key not in self._made:
            self._run.spend(decision.logic.weight)
            value = decision.logic.code(self._scope(decision))
            if decision.kind is not None:
                value, fits = decision.kind.fitted(value, self._run)
                if not fits:
                    sentence = f"expected its answer to be {decision.kind.name}"
                    raise DecisionError(decision.name, sentence)
            self._made[decision.key] = value
        return self._made[decision.key]

    def _scope(self, decision: Decision) -> Scope:
        names: dict[str, FeelValue] = {}
        for need in decision.needs:
            place = names.setdefault(need.imported, {}) if need.imported else names
            place[need.name] = self._needed(need.what)
        return Scope(names, None, self._run)

    def _needed(self, what: Decision | Input | Function) -> FeelValue:
        if isinstance(what, Decision):
            return self.value(what)
        return what.taken(self._run) if isinstance(what, Input) else what


def _whole(
    make: Callable[[Run], FeelValue],
    context: Mapping[str, Any],
    now: datetime | None,
    functions: Mapping[str, Callable[..., Any]] | None,
) -> FeelValue:
    try:
        value = make(Run(context, now, functions or {}))
    except RecursionError:
        raise FeelBudgetError("Expected functions to call one another less deeply") from None
    if type(value) in (list, dict):
        check_size(value)
    return value
