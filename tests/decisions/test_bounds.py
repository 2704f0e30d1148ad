"""What decisions may take of time and memory, however they are drawn."""

from __future__ import annotations

import contextlib
import gc
import time
import tracemalloc

import pytest

from processes.decisions import InvalidDecision, parse_decisions
from processes.feel import FeelBudgetError
from tests.decisions.boxes import (
    INSIDE,
    SERVICE,
    decide,
    function,
    needs_function,
)
from tests.decisions.drawing import decision, file, literal, table


def test_a_long_chain_of_decisions_is_made_or_refused_in_words() -> None:
    chain = [
        decision(literal(f"D{n + 1} + 1" if n < 999 else "1"), id=f"D{n}",
                 needs=[f"D{n + 1}"] if n < 999 else [])
        for n in range(1000)
    ]  # fmt: skip
    try:
        found = parse_decisions(file(*chain))
        found["D0"].evaluate({})
    except (InvalidDecision, FeelBudgetError):
        pass


def test_functions_of_boxes_are_paid_for() -> None:
    doubled = function("f", "x", f"<list>{literal('x')}{literal('x')}</list>")
    deep = "f(" * 40 + "1" + ")" * 40
    with pytest.raises(FeelBudgetError):
        decide(needs_function(literal(deep), "f"), doubled)
    busy = needs_function(literal("count(for i in 1..90000 return f(i))"), "f")
    with pytest.raises(FeelBudgetError):
        decide(busy, doubled)


def rows_of(count: int) -> list[tuple[list[str], list[str]]]:
    return [([f"< {n}"], [str(n)]) for n in range(-count, 0)]


def chained(count: int, text: str, last: str) -> list[str]:
    """Decisions of which each reads the next one as `x` twice over."""
    return [
        decision(
            literal(text.replace("x", f"D{n + 1}") if n < count else last),
            id=f"D{n}",
            needs=[f"D{n + 1}"] if n < count else [],
        )
        for n in range(count + 1)
    ]


HOSTILE: list[tuple[str, list[str], str]] = [
    ("lists that double", chained(60, "[x, x]", "[1]"), "D0"),
    ("texts that double", chained(60, "x + x", '"word"'), "D0"),
    ("lists that grow", chained(60, "concatenate(x, x)", "[1]"), "D0"),
    ("powers", chained(60, "x ** x", "9"), "D0"),
    ("a service in a loop",
     [SERVICE, *INSIDE, needs_function(literal("for i in 1..99999 return S(i, i)"), "S")], "D"),
    ("a table in a loop",
     [function("f", "n", table(["n"], ["x"], rows_of(300))),
      needs_function(literal("for i in 1..99999 return f(i)"), "f")], "D"),
    ("boxes in boxes",
     [decision("<list>" * 30 + literal("1") + "</list>" * 30)], "D"),
    ("loops in loops as boxes",
     [decision(f"<for iteratorVariable='i'><in>{literal('[1..9999]')}</in><return>"
               f"<for iteratorVariable='j'><in>{literal('[1..9999]')}</in>"
               f"<return>{literal('i * j')}</return></for></return></for>")], "D"),
    ("two functions that call one another",
     [function("f", "g n", literal("g(g, n + 1) + g(g, n)")),
      needs_function(literal("f(f, 1)"), "f")], "D"),
]  # fmt: skip


@pytest.mark.parametrize(("drawn", "asked"), [each[1:] for each in HOSTILE])
def test_what_boxes_may_take_is_bounded(drawn: list[str], asked: str) -> None:
    made = parse_decisions(file(*drawn))[asked]
    gc.collect()
    tracemalloc.start()
    begun = time.process_time()
    with contextlib.suppress(FeelBudgetError):
        made.evaluate({"n": 1})
    spent, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 50_000_000
    # Of 100 ms; measuring memory makes it some five times slower, a busy machine the rest.
    assert spent < 1.5
