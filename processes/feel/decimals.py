"""Numbers: IEEE 754 decimal128 as the standard wants (DMN 1.4 §10.3.2.3.1), null for the rest.

The context is passed by name to each operation: Python's own one has 28 digits and belongs
to the thread.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

DECIMAL128 = Context(prec=34, Emin=-6143, Emax=6144, rounding=ROUND_HALF_EVEN, traps=[])

_EXACT = 10**34
_MAX_BITS = 20_480
"""Of an integer in the variables: those of 10 ** 6144, and cheap to convert."""


def finite(number: Decimal) -> Decimal | None:
    """The number, or null when the operation had no result or one too large."""
    return number if number.is_finite() else None


def to_decimal(number: float) -> Decimal | None:
    """The number in JSON as a FEEL number; null for what is infinite or not a number."""
    if type(number) is int:
        if -_EXACT < number < _EXACT:
            return Decimal(number)
        if number.bit_length() > _MAX_BITS:
            return None
        return finite(DECIMAL128.create_decimal(number))
    return finite(DECIMAL128.create_decimal(repr(number)))


def parse_decimal(text: str) -> Decimal | None:
    """The number that is written in `text`, already checked to look like one."""
    return finite(DECIMAL128.create_decimal(text))


def is_whole(number: Decimal) -> bool:
    return number == number.to_integral_value()


def as_index(value: object) -> int | None:
    """A number as a Python integer, when it is whole and of a size that counts something."""
    return truncated(value) if type(value) is Decimal and is_whole(value) else None


def truncated(value: object) -> int | None:
    """A number without its fraction, as positions, lengths and scales are read."""
    return int(value) if type(value) is Decimal and abs(value) < _EXACT else None
