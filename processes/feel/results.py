"""What leaves an evaluation: its size is checked, and it can be written as JSON.

A list may hold the same list many times over: small in memory, endless as JSON. So values
are counted as they would be written.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from processes.feel.decimals import is_whole
from processes.feel.errors import FeelBudgetError, FeelError
from processes.feel.run import MAX_DEPTH, Run, taken
from processes.feel.temporal import format_temporal
from processes.feel.text import to_text
from processes.feel.values import FeelValue, Range, YearsMonths

MAX_VALUES = 20_000
MAX_CHARACTERS = 1_000_000
_MAX_INTEGER = Decimal(10) ** 30
_TEMPORAL = (date, datetime, time, timedelta, YearsMonths)


class NotJson(FeelError):
    """The value has no place in JSON: a function, or a number beyond all floats."""


def check_size(value: FeelValue) -> None:
    """Count the values and characters in `value` as often as they would be written.

    Raises:
        FeelBudgetError: it is too large or too deep.
    """
    _Counter().count(value, 0)


class _Counter:
    def __init__(self) -> None:
        self.values = 0
        self.characters = 0

    def count(self, value: FeelValue, depth: int) -> None:
        kind = type(value)
        self.values += 1
        if kind is str:
            self.characters += len(value)
        if self.values > MAX_VALUES or self.characters > MAX_CHARACTERS or depth > MAX_DEPTH:
            raise FeelBudgetError(
                f"Expected a result of at most {MAX_VALUES} values, {MAX_CHARACTERS} characters"
                f" and {MAX_DEPTH} levels"
            )
        if kind is list:
            for item in value:
                self.count(item, depth + 1)
        elif kind is dict:
            for key, item in value.items():
                self.characters += len(key)
                self.count(item, depth + 1)


def to_json(value: FeelValue) -> Any:
    """The value as plain JSON: whole numbers become int, others float, the rest text.

    Raises:
        NotJson: it holds a function or a number that no float can hold.
        FeelBudgetError: it is too large or too deep.
    """
    check_size(value)
    return _json(value)


def _json(value: FeelValue) -> Any:
    kind = type(value)
    if value is None or kind is str or kind is bool:
        return value
    if kind is Decimal:
        return _number(value)
    if kind is list:
        return [_json(item) for item in value]
    if kind is dict:
        return {key: _json(item) for key, item in value.items()}
    if kind in _TEMPORAL:
        return format_temporal(value)
    if kind is Range:
        return to_text(value, Run({}, None, {}))
    raise NotJson(f"Expected a value that JSON can hold, found a {kind.__name__.lower()}")


def _number(number: Decimal) -> int | float:
    if abs(number) < _MAX_INTEGER and is_whole(number):
        return int(number)
    result = float(number)
    if result in (float("inf"), float("-inf")):
        raise NotJson("Expected a number that JSON can hold, found one too large")
    return result


def from_json(value: Any) -> FeelValue:
    """The FEEL value for plain JSON.

    Raises:
        FeelBudgetError: it is too large or too deep.
    """
    return taken(value, Run({}, None, {}))
