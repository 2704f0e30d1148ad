"""Two implementations of one standard: ours and bpmn.io's feelin, on the same expressions.

Where they differ, the standard says who is right; the table below says what it says. feelin
computes with binary floating point, so numbers are compared to nine digits.

Needs Node.js and the packages of `webapp/frontend` (`make assets` installs them).
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from processes.feel import (
    FeelError,
    FeelValue,
    Function,
    Range,
    Run,
    compile_expression,
)
from processes.feel.text import to_text
from processes.feel.values import UNBOUNDED
from tests.feel.evaluating import NOW
from tests.feel.test_functions import TABLES
from tests.feel.typed import VARIABLES, Made, Typed

SCRIPT = Path(__file__).parent / "feelin" / "evaluate.mjs"
MODULES = Path(__file__).parents[2] / "webapp" / "frontend" / "node_modules"
EXPRESSIONS = 3000

Answer = dict[str, Any]
"""`value` as plain JSON, or `error`."""


@dataclass(frozen=True)
class Reason:
    """Why the two differ, and for which forms of expression it may be the reason."""

    standard: str
    forms: frozenset[str]
    theirs: Callable[[Any], bool]
    """Which answers of feelin it explains; an error is its text."""


def _null(value: Any) -> bool:
    return value is None


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _any(_value: Any) -> bool:
    return True


def _reason(standard: str, theirs: Callable[[Any], bool], *forms: str) -> Reason:
    return Reason(standard, frozenset(forms), theirs)


REASONS = [
    _reason("a position outside of the list or the text is null (tables 73 and 74); feelin takes "
            "the nearest one, an empty list or the list itself", _any,
            "sublist({numbers}, {number})", "sublist({numbers}, {number}, {number})",
            "insert before({numbers}, {number}, {number})", "remove({numbers}, {number})",
            "list replace({numbers}, {number}, {number})", "substring({string}, {number})",
            "substring({string}, {number}, {number})", "substring", "sublist", "insert before"),
    _reason("a difference of months counts months and nothing else (table 73)", _any,
            "years and months duration({date}, {date})", "years and months duration"),
    _reason("a difference of moments counts days and seconds (10.3.2.3.7); feelin counts years "
            "and months too, and writes a sign before each part", _any,
            "{datetime} - {datetime}", "{date} - {date}"),
    _reason("the sign of a duration stands before its `P` (10.3.2.3.7)", _any,
            '@"-P2M"', '@"-PT90M"'),
    _reason("durations are multiplied, divided, negated, added up and have an absolute value "
            "(table 53)", _null,
            "({months}) * {number}", "({days}) * {number}", "-({days})", "abs({days})", "string",
            "({days}) / ({days})"),
    _reason("the parts of a duration are those of its normal form, P1Y2M for P14M", _any,
            "({months}).years", "({days}).hours"),
    _reason("a date and a duration of days give a date (10.3.2.3.5), not a date and time", _any,
            "{date} + ({days})"),
    _reason("functions of the standard, and of Camunda's FEEL, that feelin has not", _any,
            "trim({string})", "is defined({number})", "is defined", "get or else", "trim",
            "extract", "duplicate values", "partition", "last day of month", "get value", "sort",
            "overlaps before", "overlaps after", "range"),
    _reason("a scale must lie between -6111 and 6176 (table 75)", lambda value: value == 1,
            "round half up"),
    _reason("rounding to whole numbers needs no scale (DMN 1.4)", _null, "round half up"),
    _reason("ranges are compared by their ends, open ones too, and points with ranges (table 78)",
            _null,
            "coincides({range}, {range})", "finishes({number}, {range})",
            "starts({number}, {range})", "during({number}, {range})", "finishes", "finished by",
            "during", "starts", "started by", "coincides"),
    _reason("a number is a number and a text a text: feelin takes the scope of `instance of` "
            "for its value", lambda value: value is False,
            "{number} instance of number", "{string} instance of string"),
    _reason("lists of different length are not equal; feelin cannot say", _null,
            "{numbers} = {numbers}"),
    _reason("values of two types are not the same value: `is` says no", _null, "is"),
    _reason("`a between b and c` is `a >= b and a <= c`; feelin turns the ends around",
            lambda value: value is True, "{number} between {number} and {number}"),
    _reason("the modes are in ascending order (table 74), by number and not by text", _any,
            "mode({numbers})", "median({numbers})"),
    _reason("a text is the number that it looks like, or null: an empty one is not 0, and one "
            "character cannot be both separators", _any, "number({string})", "number"),
    _reason("a range as a text is written as it would be in an expression", _text, "string"),
    _reason("`\\w` and `\\d` are the letters and digits of all languages, and `_` is no letter "
            "(XPath 2.0); look-around is not XPath's", _any, "matches"),
    _reason("flag `q` makes a pattern literal; a pattern that matches nothing is an error "
            "(XPath 2.0, fn:replace, fn:tokenize)", _any, "replace", "split"),
    _reason("`max` is of anything that has an order, `sum` of durations too (table 74)", _null,
            "max", "string"),
    _reason("numbers have 34 digits (10.3.2.3.1), also where they are written", _text,
            "string({number})"),
    _reason("a time has an hour below 24, may have an offset, and its `Z` is a capital", _any,
            "time"),
    _reason("a duration is of years and months or of days and time, and has a part", _any,
            "duration"),
    _reason("the moment is given by the host: an act replayed must answer the same", _any,
            "now", "today"),
    _reason("a single value stands for the list of it (10.3.2.9.4)", _null,
            "for x in 5 return x"),
    _reason("numbers are decimal: 0.5 is 160 times 0.003125", _any, "modulo({number}, {number})"),
    _reason("nothing lies in a range whose end is before its start", lambda value: value is True,
            "{number} in {range}"),
    _reason("a date and time at midnight is still one, not a date", _any,
            "{datetime} - ({days})", "{datetime} + ({days})", "{datetime} + ({months})"),
    _reason("the quotient of two durations is a number, also as a position", _null,
            "({numbers})[{number}]"),
]  # fmt: skip
"""The standard's word, where feelin 6.1 answers something else. The first that fits counts."""

SLIP = "what does not fit is null (10.3.2.6); feelin counts it as text or number, or breaks"


def plain(value: FeelValue) -> Any:
    """A FEEL value as the script writes those of feelin."""
    kind = type(value)
    if value is None or kind in (bool, str):
        return value
    if kind is Decimal:
        return float(value)
    if kind is list:
        return [plain(item) for item in value]
    if kind is dict:
        return {key: plain(item) for key, item in value.items()}
    if kind is Range:
        ends = [None if end is UNBOUNDED else plain(end) for end in (value.start, value.end)]
        return {"range": [*ends, value.start_included, value.end_included]}
    return {"function": True} if kind is Function else {"@": to_text(value, Run({}, None, {}))}


def same(a: Any, b: Any) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return bool(a == b)


MORE = {
    "for x in 5 return x": "for x in 5 return x",
    "modulo(0.5, 0.003125)": "modulo({number}, {number})",
    "5 in [10..2]": "{number} in {range}",
    'date and time("2026-11-22T12:00:00Z") + @"PT12H"': "{datetime} + ({days})",
    '[5, 6][@"PT1H" / @"PT1H"]': "({numbers})[{number}]",
    "string(1 / 3)": "string({number})",
    "4 between 10 and 0.25": "{number} between {number} and {number}",
    "[] = [1]": "{numbers} = {numbers}",
}
"""Rare among random ones, and their forms."""


def _fixed() -> Iterator[Made]:
    for text, _ in TABLES:
        yield Made(text, text.partition("(")[0])
    yield from (Made(text, form) for text, form in MORE.items())


def _ours(text: str) -> Answer:
    try:
        return {"value": plain(compile_expression(text).evaluate(VARIABLES, now=NOW))}
    except FeelError as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _theirs(texts: list[str]) -> list[Answer]:
    node = shutil.which("node")
    if node is None or not (MODULES / "@bpmn-io" / "feelin").is_dir():
        pytest.fail("Expected Node.js and webapp/frontend/node_modules: run `make assets` first")
    done = subprocess.run(
        [node, SCRIPT], input=json.dumps([[text, VARIABLES] for text in texts]),
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return list(json.loads(done.stdout))


def _agree(ours: Answer, theirs: Answer) -> bool:
    return "value" in ours and "value" in theirs and same(ours["value"], theirs["value"])


class Comparison:
    """All expressions, and the smallest of those about which the two differ."""

    def __init__(self, made: list[Made]) -> None:
        self.made = {each.text: each for whole in made for each in whole.all()}
        theirs = _theirs(list(self.made))
        self.ours = {text: _ours(text) for text in self.made}
        self.theirs = dict(zip(self.made, theirs, strict=True))
        differ = {text for text in self.made if not _agree(self.ours[text], self.theirs[text])}
        self.roots = [
            self.made[text]
            for text in sorted(differ, key=len)
            if not any(part.text in differ for part in self.made[text].parts)
        ]

    def reason(self, made: Made) -> str | None:
        theirs = self.theirs[made.text]
        said = theirs["value"] if "value" in theirs else theirs["error"]
        for reason in REASONS:
            if made.form in reason.forms and reason.theirs(said):
                return reason.standard
        return SLIP if self._slipped(made) else None

    def _slipped(self, made: Made) -> bool:
        """Whether a part in it does not fit where it stands, or is null."""
        inner = [part for part in made.all() if part is not made]
        values = [self.ours[part.text].get("value") for part in inner]
        return made.slipped or any(part.slipped for part in inner) or None in values


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    typed = Typed(1)
    return Comparison([*_fixed(), *(typed.expression() for _ in range(EXPRESSIONS))])


def test_where_the_two_differ_the_standard_says_why(comparison: Comparison) -> None:
    used: Counter[str] = Counter()

    for made in comparison.roots:
        reason = comparison.reason(made)
        assert reason, (made.text, comparison.ours[made.text], comparison.theirs[made.text])
        used[reason] += 1

    assert used.keys() == {SLIP, *(reason.standard for reason in REASONS)}


def test_most_expressions_and_most_forms_agree(comparison: Comparison) -> None:
    differing = {made.form for made in comparison.roots}
    forms = {made.form for made in comparison.made.values()}

    assert len(comparison.made) > 4000
    assert len(comparison.roots) < len(comparison.made) / 5
    assert len(forms - differing) > 150


def test_ours_is_never_an_error_where_feelin_has_an_answer(comparison: Comparison) -> None:
    assert [text for text, ours in comparison.ours.items() if "error" in ours] == []
