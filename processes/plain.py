"""Plain JSON: what may become a variable of a case, and the one text it is written as."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.translation import gettext as _

from .errors import BadVariables

MAX_BYTES = 256 * 1024
"""Of one act's data. A document belongs into a file that a variable names."""
MAX_DEPTH = 32
MAX_INT = 2**63


def plain(value: object) -> dict[str, Any]:
    """A deep copy with sorted keys, sure to be stored and read back as it is.

    Keys are sorted so that an act taken from the history is the same act to the byte.

    Raises:
        BadVariables: not a JSON object, too deep, too big, or text that PostgreSQL cannot hold.
    """
    if not isinstance(value, Mapping):  # a handler may return anything
        raise _unfit(value)
    copy = _copy(value, MAX_DEPTH)
    if _is_big(copy):
        raise BadVariables(
            _("Expected at most %(limit)s KB of data") % {"limit": MAX_BYTES // 1024}
        )
    return dict(copy)


def canonical(value: Any) -> str:
    """The one JSON text of `value`: sorted keys, no blanks. What is hashed is this text."""
    return _write(value)


_write = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
).encode


def _is_big(copy: Any) -> bool:
    """Counted exactly only when it is near: a quicker writer says what is far from it."""
    try:
        if len(orjson.dumps(copy)) < MAX_BYTES // 2:
            return False
    except TypeError:  # integers of more than 64 bits, halves of characters
        pass
    return len(canonical(copy)) > MAX_BYTES


def _copy(value: Any, depth: int) -> Any:
    if depth == 0:
        raise BadVariables(_("Expected data nested at most %(n)s deep") % {"n": MAX_DEPTH})
    match value:
        case None | bool():
            return value
        case int() if -MAX_INT <= value < MAX_INT:
            return int(value)
        case int():
            raise BadVariables(_("Expected whole numbers of at most 18 digits"))
        case str():
            return _text(value)
        case float() if math.isfinite(value):
            return value
        case list() | tuple():
            return [_copy(item, depth - 1) for item in value]
        case Mapping():
            return {_key(key): _copy(value[key], depth - 1) for key in sorted(value, key=_key)}
    raise _unfit(value)


def _unfit(value: Any) -> BadVariables:
    return BadVariables(
        _("Expected text, numbers, lists and objects, found %(kind)s")
        % {"kind": type(value).__name__}
    )


def _key(key: Any) -> str:
    if isinstance(key, str):
        return _text(key)
    raise BadVariables(_("Expected names that are text, found %(name)r") % {"name": key})


def _text(text: str) -> str:
    if "\0" in text or (not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)):
        raise BadVariables(_("Expected readable text, found a character that is none"))
    return str.__str__(text)  # of a member of an enumeration `str` may be its name
