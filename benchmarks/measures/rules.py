"""FEEL and decision tables alone: microseconds, and against the same rules written in Python.

Both sides stand in this process and take turns; nothing is compiled while the clock runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from benchmarks.rounds import Lap, interleave, median, ratio
from processes.decisions import Decision, parse_decisions
from processes.feel import compile_expression
from processes.xmlreading import DMN

from . import Figure, Sizes

Variables = Mapping[str, Any]

VARIABLES = {
    "amount": 150,
    "status": "open",
    "request": {"amount": 1250, "reason": "damaged", "lines": list(range(500))},
}
CONDITIONS: Mapping[str, Callable[[Variables], Any]] = {
    'amount > 100 and status = "open"': lambda v: (
        Decimal(v["amount"]) > Decimal(100) and v["status"] == "open"
    ),
    "request.amount <= 2000 or request.amount = amount": lambda v: (
        Decimal(v["request"]["amount"]) <= Decimal(2000)
        or Decimal(v["request"]["amount"]) == Decimal(v["amount"])
    ),
    'request.reason in ("damaged", "missing") and not(amount = null)': lambda v: (
        v["request"]["reason"] in ("damaged", "missing") and v["amount"] is not None
    ),
}
"""Conditions as gateways have them, and the same in Python with the same decimals."""
RULES = 50


def speed(sizes: Sizes) -> Iterator[Figure]:
    """Evaluate conditions and a table of 50 rules."""
    for text, python in CONDITIONS.items():
        evaluate = partial(compile_expression(text).evaluate, VARIABLES)
        yield _figure(f"Condition `{text}`", evaluate, partial(python, VARIABLES), sizes, 10)
    decision = _table()
    for policy, amount, trust in (("last rule", 4910, 50), ("no rule", 9999, 99)):
        case = {"amount": amount, "reason": "r0", "trust": trust}
        yield _figure(
            f"Table of {RULES} rules, three inputs, {policy} hits",
            partial(decision.evaluate, case),
            partial(_by_hand, case),
            sizes,
            150,
        )


def _figure(
    what: str, ours: Callable[[], Any], python: Callable[[], Any], sizes: Sizes, limit: float
) -> Figure:
    turns = {"ours": partial(_lap, ours), "python": partial(_lap, python)}
    laps = interleave(turns, max(sizes.rounds, 7))
    each = median(laps["ours"], lambda lap: lap.cpu_each) * 1e6
    dearer = ratio(laps["python"], laps["ours"], lambda lap: 1 / lap.cpu_each)
    beside = f"÷ the same in Python: {dearer}"
    return Figure(
        what=what, value=f"{each:.1f} µs", target=f"≤ {limit} µs", met=each <= limit, beside=beside
    )


def _lap(work: Callable[[], Any], times: int = 2000) -> Lap:
    begun, began = time.thread_time(), time.perf_counter()
    for _ in range(times):
        work()
    return Lap(count=times, seconds=time.perf_counter() - began, cpu=time.thread_time() - begun)


def _cells(rule: int) -> tuple[str, str, str]:
    return f"[{rule * 100}..{rule * 100 + 100})", f'"r{rule % 7}", "q"', "-" if rule % 2 else "< 80"


def _table() -> Decision:
    def entry(name: str, text: str) -> str:
        return f"<{name}><text>{escape(text)}</text></{name}>"

    rules = "".join(
        f"<rule>{''.join(entry('inputEntry', cell) for cell in _cells(rule))}"
        f"{entry('outputEntry', str(rule))}</rule>"
        for rule in range(RULES)
    )
    inputs = "".join(
        f"<input><inputExpression typeRef='{kind}'><text>{name}</text></inputExpression></input>"
        for name, kind in (("amount", "number"), ("reason", "string"), ("trust", "number"))
    )
    xml = (
        f"<definitions xmlns='{DMN}' namespace='benchmark'><decision id='D' name='D'>"
        f"<decisionTable>{inputs}<output/>{rules}</decisionTable></decision></definitions>"
    )
    return parse_decisions(xml.encode())["D"]


def _by_hand(case: Variables) -> list[int]:
    """The same fifty rules, each tested as the table tests it."""
    amount, trust = Decimal(case["amount"]), Decimal(case["trust"])
    return [
        rule
        for rule in range(RULES)
        if Decimal(rule * 100) <= amount < Decimal(rule * 100 + 100)
        and case["reason"] in (f"r{rule % 7}", "q")
        and (rule % 2 or trust < Decimal(80))
    ]
