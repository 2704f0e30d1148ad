"""Literals, names, operators and loops: what each kind of expression gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum, IntEnum

import pytest

from processes.feel import FeelSyntaxError, NoFeelValue, Range, YearsMonths, from_json
from tests.feel.evaluating import as_json, evaluate, passes

ORDER = {
    "amount": 12.5,
    "paid": 10**20,
    "lines": [{"sku": "A", "price": 3}, {"sku": "B", "price": 5, "item": "x"}],
    "buyer": {"name": "Lin", "tags": ["new"]},
}

EXPRESSIONS = [
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 2 - 3", 5),
    ("12 / 2 / 3", 2),
    ("2 ** 3 ** 2", 64),
    ("-2 ** 2", 4),
    ("- - 2", 2),
    ("0 ** 0", 1),
    ("-1 instance of number", True),
    ("1 -1 instance of number", None),
    ("0.1 + 0.2", 0.3),
    (".5 + 1e2", 100.5),
    ("1 / 0", None),
    ("10 ** 7000", None),
    ('"a" + "b"', "ab"),
    ('"a" + 1', None),
    ("null + 1", None),
    ('"tab\\t\\u00e9\\U01F600\\"\\\\"', 'tab\té😀"\\'),
    ("amount", 12.5),
    ("order.buyer.name", None),
    ("buyer.name", "Lin"),
    ("buyer.name.first", None),
    ("lines.sku", ["A", "B"]),
    ("lines[1].sku", "A"),
    ("lines[-1].sku", "B"),
    ("lines[0]", None),
    ("lines[3]", None),
    ("lines[price > 3].sku", ["B"]),
    ('lines[item = "x"].sku', ["B"]),
    ("[1, 2, 3][item >= 2]", [2, 3]),
    ("buyer.tags[1]", "new"),
    ("buyer.name[1]", "Lin"),
    ("missing[1]", None),
    ("[1, 2, 3][item > 9]", []),
    ("if amount > 10 then 1 else 2", 1),
    ("if null then 1 else 2", 2),
    ("for x in [1, 2] return x * x", [1, 4]),
    ("for x in 1..3, y in [x, 10] return x * y", [1, 10, 4, 20, 9, 30]),
    ("for x in 3..1 return x", [3, 2, 1]),
    ("for x in [3..1] return x", None),
    ("for x in 1..4 return sum(partial) + 1", [None, None, None, None]),
    ("for x in 1..3 return partial", [[], [[]], [[], [[]]]]),
    ("(for x in 1..3 return {n: count(partial), p: partial})[2].p.n", [0]),
    ("for x in 1..4 return if x = 1 then 1 else x * partial[-1]", [1, 2, 6, 24]),
    ("for x in [1..3) return x", [1, 2]),
    ("for x in 5 return x", [5]),
    ("for x in missing return x", None),
    ('for d in @"2026-01-30"..@"2026-02-01" return day of week(d)',
     ["Friday", "Saturday", "Sunday"]),
    ("some x in [1, 2] satisfies x > 1", True),
    ("some x in [] satisfies x > 1", False),
    ("every x in [1, 2], y in [3] satisfies x < y", True),
    ("every x in [1, null] satisfies x < 2", None),
    ('amount = 12.5 and some l in lines satisfies l.sku = "B"', True),
    ("5 between 1 and 5 and true", True),
    ('5 between "a" and 6', None),
    ("5 in [1..5]", True),
    ("5 in ]1..5[", False),
    ("1 in ]0..5[", True),
    ("5 in (1, 2, >= 5)", True),
    ("5 in (< 5)", False),
    ("5 in (!= 5)", False),
    ("5 in [1, 5]", True),
    ("5 in [[1..2], [4..6]]", True),
    ('"b" in ["a".."c"]', True),
    ("5 in null", False),
    ("5 in [null..9]", None),
    ("[1..5].end", 5),
    ("(> 5).start included", False),
    ("{a: 1, b: a + 1}.b", 2),
    ('{"a b": 1, a-c: 2}', {"a b": 1, "a-c": 2}),
    ("{full name: 1, twice: full name + full name}.twice", 2),
    ("{a: 1, a: 2}", None),
    ("{sum: function(a, b) a + b, r: sum(1, 2)}.r", 3),
    ("{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(20)}.r", 2432902008176640000),
    ("(function(x: number) x)(\"a\")", None),
    ("for f in [abs, floor] return f(-1.5)", [1.5, -2]),
    ("1 instance of number", True),
    ('@"P1D" instance of days and time duration', True),
    ("[1, 2] instance of list<number>", True),
    ('[1, "a"] instance of list<number>', False),
    ('{a: 1} instance of context<a: number>', True),
    ("null instance of Any", False),
    ("(function(a) a) instance of function<Any> -> Any", True),
    ("(function(a: number) a) instance of function<Any> -> Any", False),
    ("(function() 1) instance of function<Any> -> Any", False),
    ("(function() 1) instance of function<> -> Any", True),
    ("1 instance of function<> -> Any", False),
    ("1 // a comment\n + /* another */ 1", 2),
    ("[1, 2] = [1, 2.0]", True),
    ("{a: 1} = {a: 2}", False),
    ('1 = "1"', None),
    ("null = null", True),
    ("1 = null", False),
    ("1 != null", True),
    ("null < 1", None),
    ('"a" < "b"', True),
    ("true < false", None),
    ("date and time\n  (\"2026-01-01T00:00:00\").year", 2026),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS)
def test_an_expression_gives_what_the_standard_says(text: str, expected: object) -> None:
    answer = as_json(text, **ORDER)

    assert answer == expected
    assert isinstance(answer, bool) is isinstance(expected, bool)


def test_numbers_are_decimals_of_34_digits() -> None:
    assert evaluate("1 / 3") == Decimal("0." + "3" * 34)
    assert evaluate("x + 0.2", x=0.1) == Decimal("0.3")
    assert evaluate("x", x=10**40 + 1) == Decimal(10**40)
    assert evaluate("x", x=float("nan")) is None
    assert evaluate("x", x=1 << 30_000) is None


def test_each_kind_of_value_has_its_own_python_type() -> None:
    assert evaluate('@"2026-01-31"') == date(2026, 1, 31)
    assert evaluate('@"2026-01-31T10:00:00Z"') == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert evaluate('@"PT48H"') == timedelta(hours=48)
    assert evaluate('@"P1Y2M"') == YearsMonths(14)
    assert evaluate("[1..3)") == Range(Decimal(1), Decimal(3), True, False)
    assert evaluate("true") is True


def test_what_is_taken_out_of_the_variables_is_a_copy() -> None:
    variables = {"list": [1, {"a": 2}]}

    taken = evaluate("list", **variables)
    taken[1]["a"] = 3

    assert variables == {"list": [1, {"a": 2}]}


def test_names_of_several_words_are_read_when_they_are_declared() -> None:
    from processes.feel import compile_expression

    names = frozenset(("Monthly Fee", "tax-rate"))

    total = compile_expression("Monthly  Fee * (1 + tax-rate)", names=names)

    assert total.evaluate({"Monthly Fee": 100, "tax-rate": 0.1}) == Decimal(110)
    assert total.names == names


def test_words_behind_a_dot_belong_to_one_name() -> None:
    assert as_json("loan.Monthly Payment > 5", loan={"Monthly Payment": 6}) is True


def test_json_becomes_values_and_back() -> None:
    plain = {"a": [1, 2.5, None, True, "x"], "b": {"c": -0.001}}

    assert as_json("plain", plain=plain) == plain
    assert from_json(plain)["a"][1] == Decimal("2.5")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 in [lines[-1].qty..lines[1].qty]", True),
        ("2 in [lines[1].qty..lines[item.qty > 4].qty[1]]", False),
        ("3 in ]1..3[", False),
        ("3 in ]1..4[ and true", True),
        ("]1..3[.end", 3),
        ("count([2, ]1..3[])", 2),
    ],
)
def test_a_bracket_after_the_end_of_a_range_is_a_filter_when_something_stands_in_it(
    text: str, expected: object
) -> None:
    assert as_json(text, lines=[{"qty": 5}, {"qty": 2}]) == expected


def test_the_types_of_a_function_cannot_be_asked_for() -> None:
    with pytest.raises(FeelSyntaxError, match="a function's own types cannot be asked for"):
        evaluate("(function(a: string) a) instance of function<number> -> number")


class Reason(str, Enum):  # noqa: UP042 — its text is not its value
    DAMAGED = "damaged"


class Level(IntEnum):
    HIGH = 3


def test_what_is_made_of_a_plain_value_is_that_value() -> None:
    assert evaluate('x = "damaged" and [x][1] = "damaged"', x=Reason.DAMAGED) is True
    assert evaluate("x + 1", x=Level.HIGH) == 4
    assert passes('"damaged", "lost"', Reason.DAMAGED) is True
    assert as_json("{a: x}", x=Reason.DAMAGED) == {"a": "damaged"}


@pytest.mark.parametrize("value", [object(), b"x", {1}, [object()]])
def test_what_feel_has_no_type_for_is_refused_and_never_null(value: object) -> None:
    with pytest.raises(NoFeelValue):
        evaluate("x = null", x=value)
