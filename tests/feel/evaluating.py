"""Short ways to say what an expression gives."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from processes.feel import compile_expression, compile_unary_tests, to_json

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


def evaluate(text: str, **variables: Any) -> Any:
    """The value of an expression, at a fixed moment."""
    return compile_expression(text).evaluate(variables, now=NOW)


def as_json(text: str, **variables: Any) -> Any:
    """The value as JSON: numbers as int or float, temporal values as text."""
    return to_json(evaluate(text, **variables))


def passes(tests: str, value: Any, **variables: Any) -> bool | None:
    """Whether an input passes unary tests."""
    return compile_unary_tests(tests).matches(value, variables, now=NOW)
