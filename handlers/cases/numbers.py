"""Case numbers: `AF20261122-0000178` — day, sequence, check digit.

The sequence is the database's, so that numbers never wait for each other; gaps are
normal. It wraps after 999,999, far more than one day's cases.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

SEQUENCE = "cases_case_no_seq"
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
"""H. M. Damm's quasigroup: finds every wrong digit and every swapped neighbour."""


def next_case_no(day: date) -> str:
    """A number nobody has, for a case that opens on `day`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [SEQUENCE])
        (count,) = cursor.fetchone()
    return format_case_no(day, count)


def format_case_no(day: date, count: int) -> str:
    """Write number `count` of `day` with its check digit."""
    digits = f"{day:%Y%m%d}{count:06d}"
    return f"AF{digits[:8]}-{digits[8:]}{check_digit(digits)}"


def check_digit(digits: str) -> int:
    """The digit that makes the whole number check to zero."""
    interim = 0
    for digit in digits:
        interim = int(_DAMM[interim][int(digit)])
    return interim


def is_case_no(text: str) -> bool:
    """Whether `text` is written like a case number and its check digit fits."""
    head, dash, tail = text.partition("-")
    digits = head[2:] + tail
    shape = head.startswith("AF") and dash and len(head) == 10 and len(tail) == 7
    return bool(shape and digits.isascii() and digits.isdigit() and check_digit(digits) == 0)
