"""Numeric functions (DMN 1.4 table 75)."""

from __future__ import annotations

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)

from processes.feel.builtins.registry import builtin
from processes.feel.decimals import DECIMAL128, finite, is_whole, truncated
from processes.feel.run import Run
from processes.feel.values import FeelValue, YearsMonths

_MIN_SCALE, _MAX_SCALE = -6111, 6176


def rounded(number: Decimal, scale: Decimal, rounding: str) -> Decimal | None:
    """The number with `scale` digits after the point."""
    digits = truncated(scale)
    if digits is None or not _MIN_SCALE <= digits <= _MAX_SCALE:
        return None
    if -number.as_tuple().exponent <= digits:  # type: ignore[operator]  # numbers are finite
        return number
    context = DECIMAL128.copy()
    context.rounding = rounding
    # Too large for 34 digits means: so large that there is nothing to round.
    result = number.quantize(Decimal(1).scaleb(-digits, context), context=context)
    return result if result.is_finite() else number


def _register(name: str, rounding: str, *, scale_is_given: bool = False) -> None:
    @builtin(name, "n: number, scale: number")
    def at_scale(_run: Run, number: Decimal, scale: Decimal) -> Decimal | None:
        return rounded(number, scale, rounding)

    if not scale_is_given:

        @builtin(name, "n: number")
        def to_whole(_run: Run, number: Decimal) -> Decimal | None:
            return rounded(number, Decimal(0), rounding)


_register("decimal", ROUND_HALF_EVEN, scale_is_given=True)
_register("floor", ROUND_FLOOR)
_register("ceiling", ROUND_CEILING)
_register("round up", ROUND_UP)
_register("round down", ROUND_DOWN)
_register("round half up", ROUND_HALF_UP)
_register("round half down", ROUND_HALF_DOWN)


@builtin("abs", "n: number")
def abs_number(_run: Run, number: Decimal) -> Decimal:
    return DECIMAL128.abs(number)


@builtin("abs", "n: duration")
def abs_duration(_run: Run, length: timedelta | YearsMonths) -> FeelValue:
    if isinstance(length, YearsMonths):
        return YearsMonths(abs(length.months))
    return abs(length)


@builtin("modulo", "dividend: number, divisor: number")
def modulo(_run: Run, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """`dividend - divisor * floor(dividend / divisor)`: it has the sign of the divisor."""
    rest = DECIMAL128.remainder(dividend, divisor)
    if rest.is_finite() and rest and (rest < 0) is not (divisor < 0):
        rest = DECIMAL128.add(rest, divisor)
    return finite(rest)


@builtin("sqrt", "number: number")
def sqrt(run: Run, number: Decimal) -> Decimal | None:
    run.spend(20)
    return finite(DECIMAL128.sqrt(number))


@builtin("log", "number: number")
def log(run: Run, number: Decimal) -> Decimal | None:
    run.spend(50)
    return finite(DECIMAL128.ln(number)) if number > 0 else None


@builtin("exp", "number: number")
def exp(run: Run, number: Decimal) -> Decimal | None:
    run.spend(50)
    return finite(DECIMAL128.exp(number))


@builtin("odd", "number: number")
def odd(_run: Run, number: Decimal) -> bool | None:
    return is_whole(number) and DECIMAL128.remainder(number, Decimal(2)) != 0


@builtin("even", "number: number")
def even(_run: Run, number: Decimal) -> bool | None:
    return is_whole(number) and DECIMAL128.remainder(number, Decimal(2)) == 0
