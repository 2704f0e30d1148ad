"""Whatever is thrown at it, FEEL answers with a value or a FeelError, and soon."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from processes.feel import (
    BUILTIN_FUNCTIONS,
    FeelError,
    compile_expression,
    compile_unary_tests,
    to_json,
)
from processes.feel.expression import forget
from tests.feel.evaluating import NOW

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)
names = st.sampled_from(["a", "b", "item", "x", "?", "partial"])
literals = st.one_of(
    st.integers(-10**40, 10**40).map(str),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
    st.text(alphabet='ab\\"{}[]\n', max_size=5).map(json.dumps),
    st.sampled_from(
        ["true", "false", "null", "[]", "{}", '@"2026-02-28"', '@"10:00:00Z"', '@"P1M"', '@"-PT5H"',
         '@"2026-02-28T10:00:00@Europe/Paris"', "(< 5)", "[1..3)", "1e6000", "1e-6000"]
    ),
    names,
)  # fmt: skip
operators = st.sampled_from(
    ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", "..", ".",
     "between", "instance"]
)  # fmt: skip


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(inner, operators, inner).map(" ".join),
        two.map(lambda p: f"({p[0]}) + ({p[1]})"),
        two.map(lambda p: f"({p[0]})[{p[1]}]"),
        two.map(lambda p: f"[{p[0]}, {p[1]}]"),
        two.map(lambda p: f"{{a: {p[0]}, b: {p[1]}}}"),
        two.map(lambda p: f"({p[0]}) in ({p[1]})"),
        two.map(lambda p: f"for x in {p[0]} return {p[1]}"),
        two.map(lambda p: f"some x in {p[0]} satisfies {p[1]}"),
        two.map(lambda p: f"[{p[0]}..{p[1]}]"),
        two.map(lambda p: f"(function(x, item) {p[0]})({p[1]}, 1)"),
        two.map(lambda p: f"if {p[0]} then {p[1]} else {p[0]}"),
        st.tuples(inner, st.sampled_from(["a", "year", "days", "start"])).map(".".join),
        st.tuples(st.sampled_from(sorted(BUILTIN_FUNCTIONS)), st.lists(inner, max_size=3)).map(
            lambda call: f"{call[0]}({', '.join(call[1])})"
        ),
    )


programs = st.recursive(literals, _larger, max_leaves=12)


def _survives(text: str, variables: dict[str, Any]) -> None:
    try:
        value = compile_expression(text).evaluate(variables, now=NOW)
        json.dumps(to_json(value), allow_nan=False)
    except FeelError:
        pass
    try:
        answer = compile_unary_tests(text).matches(variables.get("a"), variables, now=NOW)
        assert answer in (True, False, None)
    except FeelError:
        pass


@given(programs, st.dictionaries(st.sampled_from("ab"), json_values))
@settings(max_examples=600, deadline=None)
def test_random_programs_raise_nothing_but_feel_errors(
    text: str, variables: dict[str, Any]
) -> None:
    _survives(text, variables)


@given(st.text(alphabet=st.sampled_from(list('abfnor ()[]{}<>=!.,:+-*/"@?\\019\n°')), max_size=40))
@settings(max_examples=600, deadline=None)
def test_random_characters_raise_nothing_but_feel_errors(text: str) -> None:
    _survives(text, {"a": 1})


@given(json_values)
@settings(max_examples=100, deadline=None)
def test_any_json_survives_the_way_in_and_out(value: Any) -> None:
    _survives("a", {"a": value})
    _survives("[a, a.b, a[1], a = b, string(a)]", {"a": value, "b": value})


@given(programs)
@settings(max_examples=150, deadline=None)
def test_the_same_expression_gives_the_same_answer_twice(text: str) -> None:
    try:
        first = repr(compile_expression(text).evaluate({"a": [1, "x"]}, now=NOW))
    except FeelError as error:
        first = repr(error)
    forget()
    try:
        second = repr(compile_expression(text).evaluate({"a": [1, "x"]}, now=NOW))
    except FeelError as error:
        second = repr(error)

    assert first.split(" at 0x")[0] == second.split(" at 0x")[0]
