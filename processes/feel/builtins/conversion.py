"""Conversion functions (DMN 1.4 table 72) and the ones that look at types and nulls."""

from __future__ import annotations

import re
from decimal import Decimal

from processes.feel.builtins.registry import builtin
from processes.feel.decimals import parse_decimal
from processes.feel.run import Run
from processes.feel.text import to_text
from processes.feel.values import FeelValue, equal, type_name

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
_SEPARATORS = frozenset((" ", ",", ".", None))


@builtin("number", "from: string, grouping separator: string?, decimal separator: string?")
def number(
    run: Run, text: str, grouping: str | None = None, point: str | None = None
) -> Decimal | None:
    if not {grouping, point} <= _SEPARATORS or point == " " or (grouping and grouping == point):
        return None
    run.text(len(text))
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        text = text.replace(",", ".") if "." not in text else ""
    return parse_decimal(text) if len(text) < 100 and _NUMBER.fullmatch(text) else None


@builtin("string", "from: any")
def string(run: Run, value: FeelValue) -> str | None:
    if value is None or type(value) is str:
        return value
    return to_text(value, run)


@builtin("not", "negand: any")
def negate(_run: Run, value: FeelValue) -> bool | None:
    return not value if type(value) is bool else None


@builtin("is", "value1: any, value2: any")
def same(run: Run, a: FeelValue, b: FeelValue) -> bool:
    """Whether the two are of one type and equal, and times also show the same zone."""
    zones = [getattr(value, "tzinfo", None) for value in (a, b)]
    kind = type_name(a) == type_name(b)
    return kind and equal(a, b, run) is True and str(zones[0]) == str(zones[1])


@builtin("is defined", "value: any")
def is_defined(_run: Run, value: FeelValue) -> bool:
    """Whether the value is not null; an extension of Camunda's FEEL."""
    return value is not None


@builtin("get or else", "value: any, default: any")
def get_or_else(_run: Run, value: FeelValue, default: FeelValue) -> FeelValue:
    """The value, or the default when it is null; an extension of Camunda's FEEL."""
    return default if value is None else value
