"""Random expressions that mean something: each part is of a type that its place wants.

The same from the same seed. `generating.py` makes the ones that mean nothing.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

VARIABLES = {
    "amount": 150,
    "rate": 0.25,
    "status": "open",
    "note": "broken glass",
    "paid": True,
    "missing": None,
    "lines": [{"sku": "a", "qty": 2, "price": 10}, {"sku": "b", "qty": 1, "price": 5.5}],
    "scores": [3, 1, 2, 3],
    "tags": ["new", "gift", "new"],
    "buyer": {"name": "Lin", "trust": 80, "address": {"city": "Suzhou"}},
}

LEAVES = {
    "number": ["0", "1", "2", "3", "7", "-4", "0.5", "2.5", "10", "amount", "rate",
               "buyer.trust", "lines[1].price", "lines[-1].qty", "scores[2]", "count(tags)"],
    "string": ['""', '"a"', '"open"', '"glass"', '"Ab-c"', '"1.5"', '"a,b,,c"', "status", "note",
               "buyer.name", "buyer.address.city", "lines[1].sku", "tags[1]"],
    "boolean": ["true", "false", "paid"],
    "numbers": ["[]", "[1]", "[1, 2, 3]", "[5, -1, 2.5, 5]", "scores", "lines.price", "lines.qty"],
    "strings": ["[]", '["b", "a"]', "tags", "lines.sku"],
    "context": ["{a: 1}", '{a: 1, b: "x"}', "buyer", "lines[1]", "{}"],
    "date": ['date("2024-02-29")', '@"2026-11-22"', "date(2025, 1, 31)", '@"1999-12-31"'],
    "datetime": ['date and time("2024-02-29T10:30:00Z")', '@"2026-11-22T23:59:59Z"',
                 'date and time("2025-06-15T08:00:00+02:00")'],
    "days": ['duration("P1D")', '@"PT36H"', '@"-PT90M"', 'duration("P2DT3H4M5S")'],
    "months": ['duration("P1Y")', '@"P14M"', '@"-P2M"'],
    "entries": ["[]"],
    "range": ["[1..5]", "(1..5)", "[1..5)", "[2..10]", "(5..7]"],
}  # fmt: skip

FORMS = {
    "number": [
        "{number} + {number}", "{number} - {number}", "{number} * {number}", "{number} / {number}",
        "({number}) ** 2", "-({number})", "abs({number})", "floor({number})", "ceiling({number})",
        "modulo({number}, {number})", "decimal({number}, 1)", "round half up({number}, 1)",
        "round half down({number}, 1)", "round up({number}, 0)", "round down({number}, 0)",
        "sqrt({number})", "min({numbers})", "max({numbers})", "sum({numbers})", "mean({numbers})",
        "median({numbers})", "product({numbers})", "stddev({numbers})", "count({numbers})",
        "count({strings})", "string length({string})", "number({string})",
        "if {boolean} then {number} else {number}", "({numbers})[{number}]", "{date}.year",
        "{date}.month", "{datetime}.hour", "{date}.weekday", "({days}).hours", "({months}).years",
        "({range}).start", "({range}).end", "day of year({date})", "week of year({date})",
        "({days}) / ({days})", "({context}).a", "get value({context}, \"a\")",
    ],
    "string": [
        "{string} + {string}", "upper case({string})", "lower case({string})",
        "substring({string}, {number})", "substring({string}, {number}, {number})",
        "substring before({string}, {string})", "substring after({string}, {string})",
        'replace({string}, "[a-c]+", "x")', "string({number})", "string({boolean})",
        "string({date})", "string({days})", "string({months})", "string({strings})",
        "string join({strings})", 'string join({strings}, "-")', "trim({string})",
        "if {boolean} then {string} else {string}", "day of week({date})",
        "month of year({date})", "({strings})[1]", "string({string})", "string({context})",
    ],
    "boolean": [
        "{number} = {number}", "{number} != {number}", "{number} < {number}",
        "{number} >= {number}", "{string} = {string}", "{string} < {string}", "{date} < {date}",
        "{datetime} <= {datetime}", "({days}) > ({days})", "({months}) = ({months})",
        "{boolean} and {boolean}", "{boolean} or {boolean}", "not({boolean})",
        "{number} between {number} and {number}", "{number} in {range}",
        "{number} in ({number}, {number})", "{number} in (< {number})", "{number} in {numbers}",
        "{string} in {strings}", "some x in {numbers} satisfies x > {number}",
        "every x in {numbers} satisfies x > {number}", "contains({string}, {string})",
        "starts with({string}, {string})", "ends with({string}, {string})",
        'matches({string}, "^[a-o]+$")', "list contains({numbers}, {number})",
        "list contains({strings}, {string})", "all([{boolean}, {boolean}])",
        "any([{boolean}, {boolean}])", "{number} instance of number",
        "{string} instance of string", "{string} instance of number", "odd({number})",
        "even({number})", "{numbers} = {numbers}", "{context} = {context}",
        "is({number}, {number})", "before({number}, {range})", "after({range}, {number})",
        "meets({range}, {range})",
        "overlaps({range}, {range})", "includes({range}, {number})", "during({number}, {range})",
        "starts({number}, {range})", "finishes({number}, {range})", "coincides({range}, {range})",
        "({range}).start included", "is defined({number})", "{date} = {date}",
    ],
    "numbers": [
        "[{number}, {number}]", "{numbers}[item > {number}]", "append({numbers}, {number})",
        "concatenate({numbers}, {numbers})", "reverse({numbers})", "sublist({numbers}, {number})",
        "sublist({numbers}, {number}, {number})", "insert before({numbers}, {number}, {number})",
        "remove({numbers}, {number})", "distinct values({numbers})", "union({numbers}, {numbers})",
        "flatten([{numbers}, [{numbers}]])", "index of({numbers}, {number})", "mode({numbers})",
        "sort({numbers}, function(x, y) x < y)", "sort({numbers}, function(x, y) x > y)",
        "for x in {numbers} return x * {number}", "for x in 1..3 return x + {number}",
        "for x in {numbers}, y in [1, 2] return x + y", "lines[price > {number}].qty",
        "list replace({numbers}, {number}, {number})",
    ],
    "strings": [
        "[{string}, {string}]", '{strings}[item != "a"]', 'split({string}, ",")',
        "append({strings}, {string})", "reverse({strings})", "distinct values({strings})",
        "sort({strings}, function(x, y) x < y)", "for x in {strings} return upper case(x)",
    ],
    "context": [
        "{{a: {number}, b: {string}}}", "{{a: {number}, b: a + 1}}",
        'context put({context}, "c", {number})',
        "context merge([{context}, {context}])",
    ],
    "entries": ["get entries({context})"],
    "date": ["{date} + ({months})", "{date} - ({months})", "{date} + ({days})", "date({datetime})",
             "if {boolean} then {date} else {date}"],
    "datetime": ["{datetime} + ({days})", "{datetime} - ({days})", "{datetime} + ({months})"],
    "days": ["({days}) + ({days})", "({days}) * {number}", "{datetime} - {datetime}",
             "{date} - {date}", "-({days})", "abs({days})"],
    "months": ["({months}) + ({months})", "({months}) * {number}",
               "years and months duration({date}, {date})"],
    "range": ["[{number}..{number}]"],
}  # fmt: skip

KINDS = [*["number", "string", "boolean", "numbers"] * 3, *FORMS]
SLIPS = list(LEAVES)


@dataclass(frozen=True)
class Made:
    """An expression, what it is an example of, and the expressions in it: they stand alone too."""

    text: str
    form: str
    parts: tuple[Made, ...] = ()
    slipped: bool = False
    """Whether one of the parts is of a type that does not fit there."""

    def all(self) -> Iterator[Made]:
        """It and all in it, the inner ones first."""
        for part in self.parts:
            yield from part.all()
        yield self


class Typed:
    def __init__(self, seed: int) -> None:
        self._pick: Callable[[list[str]], str] = random.Random(seed).choice
        self._chance = random.Random(seed + 1).random

    def expression(self) -> Made:
        return self._of(self._pick(KINDS), 0)

    def _of(self, kind: str, depth: int) -> Made:
        if self._chance() < 0.01:
            return Made("null", "null")
        if depth > 2 or self._chance() < 0.15 + 0.25 * depth:
            leaf = self._pick(LEAVES[kind])
            return Made(leaf, leaf)
        form = self._pick(FORMS[kind])
        parts: list[Made] = []
        slipped = False

        def part(found: re.Match[str]) -> str:
            nonlocal slipped
            wanted = found.group(1)
            if wanted is None:
                return found.group()[0]  # a doubled brace
            slips = self._chance() < 0.02
            slipped = slipped or slips
            made = self._of(self._pick(SLIPS) if slips else wanted, depth + 1)
            parts.append(made)
            return f"({made.text})" if made.parts else made.text

        return Made(_HOLE.sub(part, form), form, tuple(parts), slipped)


_HOLE = re.compile(r"\{(\w+)\}|\{\{|\}\}")
