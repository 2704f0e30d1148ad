"""What is not FEEL is refused with a sentence and a position."""

from __future__ import annotations

import pytest

from processes.feel import (
    FeelError,
    FeelSyntaxError,
    HostFunctionFailed,
    NoFeelValue,
    NotJson,
    UnknownFunction,
    compile_expression,
    compile_unary_tests,
    to_json,
)
from tests.feel.evaluating import NOW, evaluate

SENTENCES = [
    ("", 0, "Expected a value, found the end"),
    ("1 +", 3, "Expected a value, found the end"),
    ("1 + * 2", 4, "Expected a value, found '*'"),
    ("status open", 7, "Expected an operator, found 'open'"),
    ("(1 + 2", 0, "'(' is never closed"),
    ("1 < 5 < 9", 6, "Expected two comparisons joined by 'and', found '<' after another"),
    ("9 >= (1 = 1)", 2, "Expected two comparisons joined by 'and', found '>=' after another"),
    ("[1, 2", 0, "'[' is never closed"),
    ("1 + 2)", 5, "')' closes nothing"),
    ("[1, 2)", 5, "')' closes nothing"),
    ('"abc', 0, "The text in quotes is never closed"),
    ("amount > 5 €", 11, "'€' means nothing in FEEL"),
    ("if a then b", 11, "Expected 'else', found the end"),
    ("for x in [1] x", 13, "Expected an operator or 'return', found 'x'"),
    ("some x satisfies y", 7, "Expected 'in', found 'satisfies'"),
    ("{a 1}", 1, "Expected a key or '}', found 'a'"),
    ('@"2026-13-01"', 0, "Expected a date, a time or a duration, found '2026-13-01'"),
    ("@now", 0, "Expected a text in quotes after '@'"),
    ("1 instance of money", 14, "Expected a type of FEEL, found 'money'"),
    ("a = = b", 4, "Expected a value, found '='"),
    ("0 .. (0)[0]", 2, "Expected the end, found '..'"),
    ("abs instance of function", 24, "Expected '<', found the end"),
    ("1 instance of list<number", 25, "Expected ':' or '<' or '>', found the end"),
    ("{a: 0 .. 1[0]}", 6, "Expected '}', found '..'"),
    ("a && b", 2, "'&' means nothing in FEEL"),
    ("not", None, None),
]


@pytest.mark.parametrize(("text", "position", "sentence"), SENTENCES)
def test_a_mistake_is_named_where_it_stands(
    text: str, position: int | None, sentence: str | None
) -> None:
    if sentence is None:
        compile_expression(text)
        return

    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)

    assert (caught.value.position, caught.value.sentence) == (position, sentence)


def test_a_position_is_also_given_as_line_and_column() -> None:
    with pytest.raises(FeelSyntaxError, match=r"found '\*' \(line 3, column 3\)") as caught:
        compile_expression("1 +\n  2 +\n  * 3")

    assert (caught.value.line, caught.value.column) == (3, 3)


def test_a_cell_is_refused_like_an_expression() -> None:
    with pytest.raises(FeelSyntaxError, match="Expected a value"):
        compile_unary_tests("< 5,")


def test_an_unknown_function_is_no_null() -> None:
    with pytest.raises(UnknownFunction, match="named 'deadlin', found none"):
        evaluate("deadlin(policy)")


def test_an_expression_says_which_names_it_reads_and_functions_it_calls() -> None:
    expression = compile_expression(
        "for l in order.lines return {p: l.price, r: round(p * rate)}.r + max(a, now())"
    )

    assert expression.names == {"order", "rate", "a"}
    assert expression.functions == {"round", "max", "now"}


def test_host_functions_take_feel_values_and_the_moment() -> None:
    from datetime import datetime, timedelta
    from decimal import Decimal

    def deadline(policy: dict[str, Decimal], code: str, *, now: datetime) -> datetime:
        return now + timedelta(hours=int(policy[code]))

    answer = compile_expression('deadline(policy, "T")').evaluate(
        {"policy": {"T": 48}}, now=NOW, functions={"deadline": deadline}
    )

    assert answer == NOW + timedelta(hours=48)


def test_host_functions_give_plain_data_that_becomes_feel_values() -> None:
    functions = {"rates": lambda: {"a": [1, 2.5]}, "odd one": object}
    rates, odd = (
        compile_expression(text, names=frozenset(functions))
        for text in ("{r: rates().a[2] + 1}", "{o: odd one()}")
    )

    assert to_json(rates.evaluate({}, functions=functions)) == {"r": 3.5}
    with pytest.raises(NoFeelValue, match="found object"):
        odd.evaluate({}, functions=functions)


def test_a_host_function_that_fails_is_a_feel_error() -> None:
    def broken() -> None:
        raise KeyError("secret")

    with pytest.raises(HostFunctionFailed, match="'broken' failed with KeyError") as caught:
        compile_expression("broken()").evaluate({}, functions={"broken": broken})

    assert "secret" not in str(caught.value)
    assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.parametrize("text", ["abs", "function(x) x", "[abs]", "10 ** 400"])
def test_what_json_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(NotJson):
        to_json(evaluate(text))


def test_all_errors_are_of_one_family() -> None:
    for error in (FeelSyntaxError, UnknownFunction, HostFunctionFailed, NotJson):
        assert issubclass(error, FeelError)
