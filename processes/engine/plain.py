"""The border for data from outside: plain JSON is copied in, everything else is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .errors import CannotProceed

_MAX_DEPTH = 64
_MAX_INT = 2**63


def plain(variables: Mapping[str, Any], *, element_id: str = "") -> dict[str, Any]:
    """A copy of `variables` that shares nothing with it.

    Raises:
        CannotProceed: a value is not JSON, or is too deep or too large a number for it.
    """
    copied = _copy(dict(variables), element_id, _MAX_DEPTH)
    assert isinstance(copied, dict)  # noqa: S101 — for the type checker; _copy keeps the kind
    return copied


def _copy(value: object, element_id: str, depth: int) -> object:
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return _text(value, element_id)
    if isinstance(value, int) and -_MAX_INT <= value < _MAX_INT:
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    if depth and isinstance(value, Mapping):
        return {
            _key(key, element_id): _copy(item, element_id, depth - 1) for key, item in value.items()
        }
    if depth and isinstance(value, list | tuple):
        return [_copy(item, element_id, depth - 1) for item in value]
    sentence = f"Expected plain JSON values, found {value!r:.60} ({type(value).__name__})"
    raise CannotProceed(sentence, element_id=element_id)


def _key(key: object, element_id: str) -> str:
    if isinstance(key, str):
        return _text(key, element_id)
    raise CannotProceed(f"Expected texts as keys, found {key!r:.60}", element_id=element_id)


def _text(value: str, element_id: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        sentence = "Expected Unicode text, found half a surrogate pair"
        raise CannotProceed(sentence, element_id=element_id) from None
    return str.__str__(value)  # of a member of an enumeration `str` may be its name
