"""Random programs of FEEL, made fast; the same from the same number."""

from __future__ import annotations

import json
import random

from processes.feel import BUILTIN_FUNCTIONS

ATOMS = [
    "a", "b", "item", "x", "?", "partial", "true", "false", "null", "[]", "{}", '@"2026-02-28"',
    '@"10:00:00Z"', '@"P1M"', '@"-PT5H"', '@"2026-02-28T10:00:00@Europe/Paris"', "(< 5)", "[1..3)",
    "1e6000", "1e-6000", "0", "1", "-3", "2.5", '"text"', '"(a+)+$"', "99999999999999999999",
]  # fmt: skip
OPERATORS = ["+", "-", "*", "/", "**", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", "..",
             ".", "between", "instance of"]  # fmt: skip
SHAPES = [
    "{0} {op} {1}", "({0}) {op} ({1})", "({0})[{1}]", "[{0}, {1}]", "{{a: {0}, b: {1}}}",
    "({0}) in ({1})", "for x in {0} return {1}", "some x in {0} satisfies {1}",
    "every x in {0}, item in {1} satisfies {0}", "[{0}..{1}]", "(function(x, item) {0})({1}, 1)",
    "if {0} then {1} else {0}", "({0}).{key}", "({0}) between ({1}) and ({0})",
    "({0}) instance of {type}", "not({0})", "{call}({0})", "{call}({0}, {1})",
    "{call}({0}, {1}, {0})", "for x in 1..{n} return {0}",
    "string join(for x in 1..{n} return {0})",
    "(function(f) f(f))(function(f) {0})", "sort({0}, function(x, y) {1})",
]  # fmt: skip
COUNTS = ["2", "3", "9"] * 30 + ["50", "5000", "1000000000"]
KEYS = ["a", "year", "days", "start", "time offset", "end included"]
TYPES = ["number", "list<string>", "context<a: number>", "range<date>", "Any", "function<x>->y"]
CALLS = sorted(BUILTIN_FUNCTIONS)
CHARACTERS = list('abfnor ()[]{}<>=!.,:+-*/"@?\\019\n°')


class Programs:
    def __init__(self, number: int) -> None:
        self._random = random.Random(number)

    def program(self, depth: int = 0) -> str:
        """Now and then with a slip of the pen."""
        text = self._built(depth)
        if self._random.random() < 0.1:
            at = self._random.randrange(len(text) + 1)
            text = text[:at] + self._random.choice(CHARACTERS) + text[at + 1 :]
        return text

    def _built(self, depth: int) -> str:
        pick = self._random.choice
        if depth > 3 or self._random.random() < 0.15 + depth * 0.15:
            return pick(ATOMS)
        return pick(SHAPES).format(
            self._built(depth + 1), self._built(depth + 1), op=pick(OPERATORS), key=pick(KEYS),
            type=pick(TYPES), call=pick(CALLS), n=pick(COUNTS),
        )  # fmt: skip

    def variables(self) -> dict[str, object]:
        pick = self._random.choice
        values = [None, True, 5, 1.5, "x", [1, 2, 3], {"a": [1]}, [{"a": 1}, {"a": "x"}],
                  "2026-01-01",
                  json.loads("1e308"), list(range(300)), "word " * 300]  # fmt: skip
        return {"a": pick(values), "b": pick(values)}
