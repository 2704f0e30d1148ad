"""Rules of a table that overlap, are missing or dead: each told with an input that shows it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processes.decisions import DecisionError, parse_decisions
from processes.lint import Surroundings, check_tables, judge
from tests.decisions.drawing import decision, file, literal, table


def said(*tables: str) -> list[str]:
    return [f"{each.rule}: {each.sentence}" for each in check_tables(file(*map(decision, tables)))]


def rows(*cells: Sequence[str] | str) -> list[tuple[Sequence[str], Sequence[str]]]:
    return [([row] if isinstance(row, str) else row, [str(n)]) for n, row in enumerate(cells)]


NEVER = "dead-rule: Rule {} can never answer: rules before it always do, for example rule 1 for"
CLEAN = rows("< 0", "[0..10[", "[10..20]", "> 20")
SAID: list[tuple[str, list[str]]] = [
    (table(["n"], ["x"], CLEAN), []),
    (table(["n"], ["x"], rows("< 0", "[0..10]", "[10..20]", "> 20")),
     ["overlapping-rules: Rules 2 and 3 both hit for n = 10; only one may in a UNIQUE table"]),
    (table(["n"], ["x"], rows("< 0", "]0..10]", "> 10")),
     ["missing-rule: No rule hits for n = 0; draw one, or a default answer"]),
    (table(["n"], ["x"], rows("<= 4", ">= 5")),
     ["missing-rule: No rule hits for n = 4.5; draw one, or a default answer"]),
    (table(["n"], ["x"], rows("<= 4", ">= 5"), types=["integer"]), []),
    (table(["n"], ["x"], rows("<= 4", ">= 5"), defaults=["9"]), []),
    (table(["n"], ["x"], rows("<= 4"), allowed=["<= 4"]), []),
    (table(["n"], ["x"], rows("< 10", "[3..5]", "-", "-"), policy="FIRST"),
     [f"{NEVER.format(2)} n = 3",
      f"{NEVER.format(4)} n = 2"]),
    (table(["n"], ["x"], rows("[5..3]", "-")),
     ["dead-rule: Rule 1 can never hit: no input passes all of its cells"]),
    (table(["d"], ["x"], [(['> date("2026-02-30")'], ['duration("P1X")'])], policy="COLLECT"),
     ["bad-feel: Rule 1: expected a date, time or duration that exists, found '2026-02-30'",
      "bad-feel: Rule 1: expected a date, time or duration that exists, found 'P1X'"]),
    (table(["c"], ["x"], rows('"a"', '"b", "c"')),
     ['missing-rule: No rule hits for c = "something else"; draw one, or a default answer']),
    (table(["c"], ["x"], rows('"a"', '"b"', 'not("a")')),
     ['overlapping-rules: Rules 2 and 3 both hit for c = "b"; only one may in a UNIQUE table']),
    (table(["c"], ["x"], rows('"a"', '"b"'), allowed=['"a", "b"']), []),
    (table(["b"], ["x"], rows("true", "= false")), []),
    (table(["b"], ["x"], rows("true")),
     ["missing-rule: No rule hits for b = false; draw one, or a default answer"]),
    (table(["d"], ["x"], rows('< date("2026-03-01")', '>= @"2026-03-02"')),
     ["missing-rule: No rule hits for d = 2026-03-01; draw one, or a default answer"]),
    (table(["d"], ["x"], rows('<= date("2026-03-01")', '>= @"2026-03-02"')), []),
    (table(["a", "b"], ["x"], rows(["< 5", "true"], [">= 5", "-"])),
     ["missing-rule: No rule hits for a = 4, b = false; draw one, or a default answer"]),
    (table(["a", "b"], ["x"], rows(["< 5", "true"], [">= 3", "-"], ["-", "false"])),
     ["overlapping-rules: Rules 1 and 2 both hit for a = 3, b = true; only one may in a UNIQUE "
      "table",
      "overlapping-rules: Rules 2 and 3 both hit for a = 3, b = false; only one may in a UNIQUE "
      "table"]),
    (table(["n"], ["x"], [(["<= 5"], ["1"]), ([">= 5"], ["1"])], policy="ANY"), []),
    (table(["n"], ["x"], [(["<= 5"], ["1"]), ([">= 5"], ["2"])], policy="ANY"),
     ["overlapping-rules: Rules 1 and 2 both hit for n = 5; they must then agree in a ANY table"]),
    (table(["n"], ["x"], rows("<= 5", "<= 4"), policy="COLLECT"), []),
    # Not judged: variables, calls, other types, texts that are compared by order.
    (table(["n"], ["x"], rows("< limit", "> 3")), []),
    (table(["n"], ["x"], rows('contains(?, "x")')), []),
    (table(["n"], ["x"], rows('@"PT1H"')), []),
    (table(["n"], ["x"], rows('< "m"')), []),
    (table(["n", "m"], ["x"], rows(["1", "f(m)"], ["1", "-"], ["< 2", "-"])),
     ["overlapping-rules: Rules 2 and 3 both hit for n = 1; only one may in a UNIQUE table"]),
]  # fmt: skip


@pytest.mark.parametrize(("drawn", "sentences"), SAID)
def test_what_stands_out_is_said_with_an_example(drawn: str, sentences: list[str]) -> None:
    assert said(drawn) == sentences


def test_tables_inside_other_boxes_are_judged_too() -> None:
    inside = f"<list>{table(['n'], ['x'], rows('[5..3]', '-'))}{literal('1')}</list>"

    assert len(said(inside)) == 1


numbers = st.integers(0, 5).map(str)
ranges = st.tuples(st.sampled_from("[]"), numbers, numbers, st.sampled_from("[]")).map(
    lambda r: f"{r[0]}{r[1]}..{r[2]}{r[3]}"
)
cells = st.one_of(
    st.just("-"), numbers, ranges,
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "!="]), numbers).map(" ".join),
    st.tuples(numbers, numbers).map(", ".join), st.lists(numbers, min_size=1).map(
        lambda found: f"not({', '.join(found)})"
    ),
)  # fmt: skip
texts = st.sampled_from(["-", '"a"', '"b"', '"a", "b"', 'not("a")', '!= "b"'])
POINTS = [Decimal(n) / 2 for n in range(-2, 13)]
WORDS = ["a", "b", "c"]


@given(st.lists(st.tuples(cells, texts, cells), min_size=1, max_size=5))
@settings(max_examples=40, deadline=None)
def test_the_lint_agrees_with_the_table_at_every_point(drawn: list[tuple[str, ...]]) -> None:
    inputs = ["a", "b", "c"]
    unique = table(inputs, ["x"], rows(*drawn))
    first = table(inputs, ["x"], rows(*drawn), policy="FIRST")
    answers: set[Any] = set()
    makes = parse_decisions(file(decision(unique), decision(first, id="F")))
    for point in itertools.product(POINTS, WORDS, POINTS):
        variables = dict(zip(inputs, point, strict=True))
        try:
            makes["D"].evaluate(variables)
        except DecisionError:
            answers.add("several")
        answers.add(makes["F"].evaluate(variables))

    found = said(unique)
    assert any(each.startswith("missing") for each in found) >= (None in answers)
    assert any(each.startswith("overlapping") for each in found) == ("several" in answers)
    dead = {n for n in range(len(drawn)) if n not in answers}
    told = {int(each.split("Rule ")[1].split()[0]) - 1 for each in said(first) if "dead" in each}
    assert told <= dead


def test_a_large_table_is_judged_or_left_within_a_second() -> None:
    wide = [[f"[{(n * (c + 3)) % 90}..{(n * (c + 7)) % 90 + 9}]" for c in range(8)]
            for n in range(120)]  # fmt: skip
    drawn = file(decision(table([f"n{c}" for c in range(8)], ["x"], rows(*wide))))
    check_tables(drawn)  # the parser is made once
    begun = time.process_time()
    check_tables(drawn)

    assert time.process_time() - begun < 1


def test_warnings_name_the_file_and_leave_broken_ones_to_others() -> None:
    resources = {
        "b.dmn": file(decision(table(["n"], ["x"], rows("[5..3]", "-")))),
        "broken.dmn": b"<a/>",
        "p.bpmn": b"<b/>",
    }

    _, found = judge(resources, Surroundings(topics=(), forms={}))

    assert [each.said() for each in found if each.problem.element_id] == [
        "b.dmn:1: t: Rule 1 can never hit: no input passes all of its cells"
    ]
