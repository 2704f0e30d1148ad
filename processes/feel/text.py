"""FEEL values as text, as `string()` gives them."""

from __future__ import annotations

import json
from decimal import Decimal

from processes.feel.errors import FeelBudgetError
from processes.feel.run import MAX_DEPTH, Run
from processes.feel.temporal import format_temporal
from processes.feel.values import ORDERED, UNBOUNDED, FeelValue, Range


def to_text(value: FeelValue, run: Run, depth: int = 0) -> str:
    """The text of any value; strings inside lists and contexts are quoted."""
    if depth > MAX_DEPTH:
        raise FeelBudgetError(f"Expected at most {MAX_DEPTH} lists or contexts in each other")
    text = _text(value, run, depth)
    run.text(len(text))
    run.spend(2)
    return text


def _text(value: FeelValue, run: Run, depth: int) -> str:
    kind = type(value)
    if value is None or kind is bool:
        return {None: "null", True: "true", False: "false"}[value]
    if kind is str:
        return json.dumps(value, ensure_ascii=False) if depth else value
    if kind is Decimal:
        return format_number(value)
    if kind in ORDERED:
        return format_temporal(value)
    return _compound(value, run, depth + 1)


def _compound(value: FeelValue, run: Run, depth: int) -> str:
    if type(value) is list:
        return f"[{', '.join(to_text(item, run, depth) for item in value)}]"
    if type(value) is dict:
        entries = (f"{key}: {to_text(item, run, depth)}" for key, item in value.items())
        return f"{{{', '.join(entries)}}}"
    if type(value) is Range:
        return _range(value, run, depth)
    return "function"


def _range(value: Range, run: Run, depth: int) -> str:
    if value.start is UNBOUNDED:
        return f"({'<=' if value.end_included else '<'} {to_text(value.end, run, depth)})"
    if value.end is UNBOUNDED:
        return f"({'>=' if value.start_included else '>'} {to_text(value.start, run, depth)})"
    opened, closed = "(["[value.start_included], ")]"[value.end_included]
    return f"{opened}{to_text(value.start, run, depth)}..{to_text(value.end, run, depth)}{closed}"


def format_number(number: Decimal) -> str:
    """The shortest digits of a number, without an exponent unless it is very large or small."""
    if not number:
        return "0"
    normal = number.normalize()
    if -40 < normal.adjusted() < 40:
        return f"{normal:f}"
    return str(normal)
