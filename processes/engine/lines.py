"""The bytes in which branches at rest are kept: one line each, in the order of their youngest.

A line is a JSON array that begins with the id of the youngest token in the branch; where
branches have moments inside, the first of them comes next. What else is in it, `rows` knows.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

BEGIN = b"\n"
"""Before each line: no JSON text has it inside."""
_HEADS = re.compile(rb'\n\["\w+",(\d+),')


def of(rows: list[Any]) -> bytes:
    """One line for each of `rows`."""
    return b"".join([BEGIN + orjson.dumps(row) for row in rows])


def last(raw: bytes) -> int:
    """The number of the youngest token of all; 0: there is no line."""
    return int(_id_at(raw, raw.rfind(BEGIN)), 36) if raw else 0


def last_id(raw: bytes) -> str:
    """The id of the youngest token of all."""
    return _id_at(raw, raw.rfind(BEGIN)).decode()


def first_from(raw: bytes, number: int) -> int:
    """Where the first line begins whose youngest token is not below `number`; else the end."""
    low, high = 0, len(raw)
    while low < high:
        middle = raw.rfind(BEGIN, low, (low + high) // 2 + 1)
        if int(_id_at(raw, middle), 36) < number:
            low = raw.find(BEGIN, middle + 1, high)
            low = high if low < 0 else low
        else:
            high = middle
    return low


def naming(raw: bytes, token_id: str) -> int:
    """Where a line begins in which the token may be; -1: in none.

    It need not be: a text among the variables may look like an id.
    """
    named = raw.find(b'"%b"' % token_id.encode(), first_from(raw, int(token_id, 36)))
    return raw.rfind(BEGIN, 0, named) if named >= 0 else -1


def taken(raw: bytes, start: int) -> tuple[bytes, bytes]:
    """The line at `start`, and the others."""
    end = raw.find(BEGIN, start + 1)
    end = len(raw) if end < 0 else end
    return raw[start + 1 : end], raw[:start] + raw[end:]


def merged(raw: bytes, more: list[tuple[int, bytes]]) -> bytes:
    """The lines of `raw`, and `more` with the numbers of their youngest tokens."""
    youngest, behind = last(raw), []
    for number, line in sorted(more):
        if number > youngest:
            behind.append(line)
        else:
            at = first_from(raw, number)
            raw = b"%b%b%b%b" % (raw[:at], BEGIN, line, raw[at:])
    return b"".join((raw, *(BEGIN + line for line in behind)))


def first_due(raw: bytes, guess: int) -> int:
    """The first moment of all, 0 if there is none; it may be the one that is the `guess`."""
    found = raw.find(b'",%d,' % guess)
    if found >= 0 and raw[raw.rfind(BEGIN, 0, found) + 3 : found].isalnum():
        return guess
    return min((due for match in _HEADS.findall(raw) if (due := int(match))), default=0)


def until(raw: bytes, moment: int) -> list[int]:
    """Where the lines begin that have something due at `moment`, the last of them first."""
    heads = [head.start() for head in _HEADS.finditer(raw) if 0 < int(head[1]) <= moment]
    return heads[::-1]


def _id_at(raw: bytes, start: int) -> bytes:
    """Of the youngest token in the line at `start`."""
    begin = start + 3
    return raw[begin : raw.index(b'"', begin)]
