"""Every built-in function, with the examples of the standard (DMN 1.4 §10.3.4) and its edges."""

from __future__ import annotations

import pytest

from processes.feel import BUILTIN_FUNCTIONS, FeelBudgetError, UnsupportedPattern
from tests.feel.evaluating import as_json, evaluate

CONVERSION = [
    ('number("1 000,0", " ", ",")', 1000),
    ('number("1,000.0", ",", ".")', 1000),
    ('number("1.5")', 1.5),
    ('number("1.5", ".", ".")', None),
    ('number("one")', None),
    ("string(1.10)", "1.1"),
    ('string("a")', "a"),
    ("string(null)", None),
    ("string(true)", "true"),
    ('string([1, "a", {b: null}])', '[1, "a", {b: null}]'),
    ("string([1..3))", "[1..3)"),
    ("string((< 5))", "(< 5)"),
    ('string(duration("P1DT2H"))', "P1DT2H"),
    ("not(true)", False),
    ("not(1)", None),
    ("is(1, 1.0)", True),
    ('is(1, "1")', False),
    ('is(time("10:00:00Z"), time("10:00:00"))', False),
    ("is defined(missing)", False),
    ("get or else(missing, 3)", 3),
]
STRINGS = [
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", 3, 3)', "oba"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring("foobar", 0)', None),
    ('substring("foobar", 9)', None),
    ('substring("\\U01F40Eab", 2)', "ab"),
    ('string length("foo")', 3),
    ('string length("\\U01F40Eab")', 3),
    ('upper case("aBc4")', "ABC4"),
    ('lower case("aBc4")', "abc4"),
    ('trim("  a b ")', "a b"),
    ('substring before("foobar", "bar")', "foo"),
    ('substring before("foobar", "xyz")', ""),
    ('substring after("foobar", "ob")', "ar"),
    ('substring after("", "a")', ""),
    ('contains("foobar", "of")', False),
    ('starts with("foobar", "fo")', True),
    ('ends with("foobar", "r")', True),
    ('matches("foobar", "^fo*bar")', True),
    ('matches("FOO", "foo", "i")', True),
    ('matches("a b", "a\\sb")', True),
    (r'matches("王小明", "^\\w+$")', True),
    (r'matches("a_b", "^\\w+$")', False),
    (r'matches("王_b", "^\\w+$")', False),
    (r'matches("٣", "^\\d$")', True),
    (r'split("a，b", "\\W")', ["a", "b"]),
    (r'matches("王-", "^[\\w-]+$")', True),
    (r'matches("电话13800138000", "1\\d{10}$")', True),
    ('matches("abc", "(?=a)")', None),
    ('matches("abc", "[")', None),
    ('replace("banana", "a", "o")', "bonono"),
    ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
    ('replace("a.b", ".", "-", "q")', "a-b"),
    ('replace("abc", "x*", "-")', None),
    ('split("John Doe", "\\s")', ["John", "Doe"]),
    ('split("abc", "x*")', None),
    ('split("a;b;c;;", ";")', ["a", "b", "c", "", ""]),
    ('extract("a1b22", "[0-9]+")', ["1", "22"]),
    ('string join(["a", "b", "c"], "_and_")', "a_and_b_and_c"),
    ('string join(["a", null, "c"])', "ac"),
    ("string join([])", ""),
]
NUMBERS = [
    ("decimal(1/3, 2)", 0.33),
    ("decimal(1.5, 0)", 2),
    ("decimal(2.5, 0)", 2),
    ("floor(1.5)", 1),
    ("floor(-1.56, 1)", -1.6),
    ("ceiling(1.5)", 2),
    ("ceiling(-1.56, 1)", -1.5),
    ("round up(-5.5, 0)", -6),
    ("round up(1.121, 2)", 1.13),
    ("round down(-5.5, 0)", -5),
    ("round down(1.126, 2)", 1.12),
    ("round half up(5.5, 0)", 6),
    ("round half up(-1.126, 2)", -1.13),
    ("round half down(5.5, 0)", 5),
    ("round half down(-1.126, 2)", -1.13),
    ("round half up(12.345 * 100)", 1235),
    ("round half up(1, 99999)", None),
    ("abs(-10)", 10),
    ('string(abs(@"-PT5H"))', "PT5H"),
    ('string(abs(@"-P1Y"))', "P1Y"),
    ("modulo(12, 5)", 2),
    ("modulo(-12, 5)", 3),
    ("modulo(12, -5)", -3),
    ("modulo(10.1, 4.5)", 1.1),
    ("modulo(1, 0)", None),
    ("sqrt(16)", 4),
    ("sqrt(-3)", None),
    ("decimal(log(10), 8)", 2.30258509),
    ("log(0)", None),
    ("decimal(exp(5), 8)", 148.4131591),
    ("odd(5)", True),
    ("odd(2.5)", False),
    ("even(2)", True),
]
LISTS = [
    ("list contains([1, 2, 3], 2)", True),
    ("list contains([1, null], null)", True),
    ("list replace([2, 4, 7, 8], 3, 6)", [2, 4, 6, 8]),
    ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", [5, 5, 7, 8]),
    ("count([1, 2, 3])", 3),
    ("count([])", 0),
    ("min([1, 2, 3])", 1),
    ("min(3, 1, 2)", 1),
    ('max(["b", "a"])', "b"),
    ("max([])", None),
    ('max([1, "a"])', None),
    ("sum([1, 2, 3])", 6),
    ("sum(1, 2)", 3),
    ("sum([])", None),
    ('string(sum([duration("PT1H"), duration("PT30M")]))', "PT1H30M"),
    ("mean([1, 2, 3])", 2),
    ("all([true, null, false])", False),
    ("all([true, null])", None),
    ("all([])", True),
    ("any([false, null, true])", True),
    ("any([false, null])", None),
    ("any([])", False),
    ("sublist([4, 5, 6], 1, 2)", [4, 5]),
    ("sublist([4, 5, 6], -1)", [6]),
    ("sublist([4, 5, 6], 2, 9)", None),
    ("append([1], 2, 3)", [1, 2, 3]),
    ("concatenate([1, 2], [3])", [1, 2, 3]),
    ("insert before([1, 3], 1, 2)", [2, 1, 3]),
    ("insert before([1, 3], 5, 2)", None),
    ("remove([1, 2, 3], 2)", [1, 3]),
    ("reverse([1, 2, 3])", [3, 2, 1]),
    ("index of([1, 2, 3, 2], 2)", [2, 4]),
    ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("distinct values([1, 2, 3, 2, 1])", [1, 2, 3]),
    ("duplicate values([1, 2, 3, 2, 1])", [1, 2]),
    ("flatten([[1, 2], [[3]], 4])", [1, 2, 3, 4]),
    ("product([2, 3, 4])", 24),
    ("median(8, 2, 5, 3, 4)", 4),
    ("median([6, 1, 2, 3])", 2.5),
    ("decimal(stddev([2, 4, 7, 5]), 8)", 2.081666),
    ("stddev([47])", None),
    ("mode([6, 1, 9, 6, 1])", [1, 6]),
    ("mode([])", []),
    ("partition([1, 2, 3], 2)", [[1, 2], [3]]),
    ("sort([3, 1, 4, 5, 2], function(x, y) x < y)", [1, 2, 3, 4, 5]),
    ("sort([3, 1, 2])", [1, 2, 3]),
    ('sort([1, "a"])', None),
]
CONTEXTS = [
    ('get value({key1: "value1"}, "key1")', "value1"),
    ('get value({a: {b: 1}}, ["a", "b"])', 1),
    ('get value({key1: "value1"}, "unexistent-key")', None),
    ('get entries({key1: "value1"})', [{"key": "key1", "value": "value1"}]),
    ('context([{key: "a", value: 1}, {key: "b", value: 2}])', {"a": 1, "b": 2}),
    ('context([{key: "a", value: 1}, {key: "a", value: 2}])', None),
    ('context put({x: 1}, "y", 2)', {"x": 1, "y": 2}),
    ('context put({x: 1, y: {a: 0}}, ["y", "a"], 2)', {"x": 1, "y": {"a": 2}}),
    ('context put({x: 1}, ["y", "a"], 2)', None),
    ("context merge([{x: 1}, {x: 2, y: 3}])", {"x": 2, "y": 3}),
]
TEMPORAL = [
    ('date("2012-12-25") - date("2012-12-24")', "P1D"),
    ('date("2012-02-30")', None),
    ("date(2012, 12, 25)", "2012-12-25"),
    ('date(date and time("2012-12-25T11:00:00Z"))', "2012-12-25"),
    ('time("23:59:00z")', None),
    ('time("23:59:00Z")', "23:59:00Z"),
    ('time(23, 59, 0, duration("PT8H"))', "23:59:00+08:00"),
    ('time("14:00:00@Asia/Shanghai")', "14:00:00@Asia/Shanghai"),
    ("time(25, 0, 0)", None),
    ('time(date and time("2012-12-25T11:22:33"))', "11:22:33"),
    ('date and time("2012-12-24T23:59:00")', "2012-12-24T23:59:00"),
    ('date and time(date("2012-12-24"), time("23:59:00+08:00"))', "2012-12-24T23:59:00+08:00"),
    ('date and time("2012-12-24T24:00:00")', "2012-12-25T00:00:00"),
    ('duration("P3DT4H5M")', "P3DT4H5M"),
    ('duration("P26M")', "P2Y2M"),
    ('duration("P1Y1D")', None),
    ('duration("P")', None),
    ('years and months duration(date("2011-12-22"), date("2013-08-24"))', "P1Y8M"),
    ('years and months duration(date("2013-08-24"), date("2011-12-22"))', "-P1Y8M"),
    ('day of year(date("2019-09-17"))', 260),
    ('day of week(date("2019-09-17"))', "Tuesday"),
    ('month of year(date("2019-09-17"))', "September"),
    ('week of year(date("2005-01-01"))', 53),
    ('last day of month(date("2024-02-01"))', 29),
    ("now()", "2026-11-22T10:30:00Z"),
    ("today()", "2026-11-22"),
]
RANGES = [
    ("before(1, 10)", True),
    ("before([1..10), [10..20])", True),
    ("before([1..10], [10..20])", False),
    ("after([11..20], 10)", True),
    ("meets([1..5], [5..10])", True),
    ("meets([1..5), [5..10])", False),
    ("met by([5..10], [1..5])", True),
    ("overlaps([1..5], [3..8])", True),
    ("overlaps([1..5), [5..8])", False),
    ("overlaps before([1..5], [3..8])", True),
    ("overlaps before([3..8], [1..5])", False),
    ("overlaps after([3..8], [1..5])", True),
    ("finishes(10, [1..10])", True),
    ("finishes([5..10], [1..10])", True),
    ("finished by([1..10], 10)", True),
    ("includes([1..10], 5)", True),
    ("includes([1..10), [4..10])", False),
    ("during([4..6], [1..10])", True),
    ("starts(1, [1..10])", True),
    ("starts([1..5], [1..10])", True),
    ("started by([1..10], [1..5])", True),
    ("coincides([1..5], [1..5])", True),
    ("coincides([1..5], [1..5))", False),
    ('range("[1..3)").end', 3),
    ('range("[3..1]")', None),
    ('range("[now()..1]")', None),
]
TABLES = [*CONVERSION, *STRINGS, *NUMBERS, *LISTS, *CONTEXTS, *TEMPORAL, *RANGES]


@pytest.mark.parametrize(("text", "expected"), TABLES)
def test_a_function_gives_what_the_standard_says(text: str, expected: object) -> None:
    answer = as_json(text)

    assert answer == expected
    assert type(answer) is type(expected) or isinstance(answer, (int, float))


def test_every_function_has_a_row() -> None:
    shown = " ".join(text for text, _ in TABLES)

    assert {name for name in BUILTIN_FUNCTIONS if f"{name}(" not in shown} == set()


@pytest.mark.parametrize("name", sorted(BUILTIN_FUNCTIONS - {"string", "is defined"}))
def test_a_function_answers_null_to_too_many_arguments_or_takes_them(name: str) -> None:
    evaluate(f"{name}(null, null, null, null, null, null)")


def test_parameters_may_be_named_in_any_order() -> None:
    assert as_json('substring(start position: 3, string: "foobar")') == "obar"
    assert as_json('substring(length: 1, string: "foobar", start position: 3)') == "o"
    assert as_json("any(list: [true])") is True
    assert as_json('substring(text: "foobar", start position: 3)') is None


def test_a_list_of_one_stands_for_its_item_and_an_item_for_a_list() -> None:
    assert as_json('contains(["foobar"], "oo")') is True
    assert as_json("count(5)") == 1


@pytest.mark.parametrize(
    "pattern", [r"(a)\\1", "[a-z-[aeiou]]", r"\\p{IsGreek}", r"[\\W]", r"\\p{ IsBasicLatin}"]
)
def test_a_pattern_that_cannot_be_matched_in_linear_time_is_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedPattern, match="which is not supported"):
        evaluate(f'matches("abc", "{pattern}")')


def test_a_pattern_that_is_too_large_for_its_memory_is_refused() -> None:
    with pytest.raises(FeelBudgetError, match="a smaller pattern"):
        evaluate(r'matches("ä", "\\p{L}{100}")')


def test_halves_of_characters_in_a_text_do_no_harm() -> None:
    assert evaluate('matches(a, "x")', a="\ud800x") is True
    assert evaluate('split(a, "x")', a="\ud800x") == ["\ufffd", ""]
    assert evaluate('replace("x", a, a)', a="\ud800") == "x"
