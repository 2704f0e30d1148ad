"""`+ - * / **` and negation for every pair of types that has them (DMN 1.4 §10.3.2.4).

Any other pair, and any result that does not exist, is null.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from processes.feel.decimals import DECIMAL128, finite
from processes.feel.errors import OutOfReach
from processes.feel.run import Run
from processes.feel.values import FeelValue, YearsMonths, since_midnight

Operation = Callable[[FeelValue, FeelValue, Run], FeelValue]
_Table = dict[tuple[type, type], Callable[[Any, Any], FeelValue]]

_MICROSECOND = timedelta(microseconds=1)
_LONGEST = -timedelta.min
"""Python knows longer ones, which have no negative."""
_MOST_MONTHS = 10**12
_MOST_MICROS = Decimal("1e24")


def add(a: FeelValue, b: FeelValue, run: Run) -> FeelValue:
    if type(a) is Decimal and type(b) is Decimal:
        return finite(DECIMAL128.add(a, b))
    if type(a) is str and type(b) is str:
        run.text(len(a) + len(b))
        return a + b
    return _look_up(_SUMS, a, b)


def subtract(a: FeelValue, b: FeelValue, run: Run) -> FeelValue:  # noqa: ARG001 one shape for all
    if type(a) is Decimal and type(b) is Decimal:
        return finite(DECIMAL128.subtract(a, b))
    return _look_up(_DIFFERENCES, a, b)


def multiply(a: FeelValue, b: FeelValue, run: Run) -> FeelValue:  # noqa: ARG001 one shape for all
    if type(a) is Decimal and type(b) is Decimal:
        return finite(DECIMAL128.multiply(a, b))
    return _look_up(_PRODUCTS, a, b)


def divide(a: FeelValue, b: FeelValue, run: Run) -> FeelValue:  # noqa: ARG001 one shape for all
    if type(a) is Decimal and type(b) is Decimal:
        return finite(DECIMAL128.divide(a, b))
    return _look_up(_QUOTIENTS, a, b)


def power(a: FeelValue, b: FeelValue, run: Run) -> FeelValue:
    if type(a) is Decimal and type(b) is Decimal:
        run.spend(100)  # logarithms to 34 digits
        if not b:
            return Decimal(1)  # also 0 ** 0, as IEEE 754 has it
        return finite(DECIMAL128.power(a, b))
    return None


def negate(value: FeelValue) -> FeelValue:
    kind = type(value)
    if kind is Decimal:
        return DECIMAL128.minus(value)
    if kind is timedelta:
        return _opposite(value)
    return YearsMonths(-value.months) if kind is YearsMonths else None


def _opposite(length: timedelta) -> timedelta:
    if length > _LONGEST:
        raise OutOfReach
    return -length


def _look_up(table: _Table, a: FeelValue, b: FeelValue) -> FeelValue:
    operation = table.get((type(a), type(b)))
    if operation is None:
        return None
    try:
        return operation(a, b)
    except (OverflowError, ValueError):
        raise OutOfReach from None


def add_months(value: Any, months: int) -> Any:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(value.year * 12 + value.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OutOfReach
    day = min(value.day, monthrange(year, month + 1)[1])
    return value.replace(year=year, month=month + 1, day=day)


def shift(moment: datetime, length: timedelta) -> datetime:
    """The moment so much real time later, also where a zone changes its clocks."""
    if moment.tzinfo is None or moment.tzinfo is UTC:
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def _shift_date(day: date, length: timedelta) -> date:
    return (datetime(day.year, day.month, day.day) + length).date()  # noqa: DTZ001 no zone is meant


def _shift_time(at: time, length: timedelta) -> time:
    day = datetime(2000, 1, 2, at.hour, at.minute, at.second, at.microsecond)  # noqa: DTZ001
    return (day + (length % timedelta(days=1))).time().replace(tzinfo=at.tzinfo)


def _between_moments(a: datetime, b: datetime) -> timedelta | None:
    if (a.tzinfo is None) is not (b.tzinfo is None):
        return None
    # Two times of one zone are subtracted by Python as their clocks showed.
    return a.astimezone(UTC) - b.astimezone(UTC) if a.tzinfo else a - b


def _between_times(a: time, b: time) -> timedelta | None:
    if (a.tzinfo is None) is not (b.tzinfo is None):
        return None
    if str(a.tzinfo) != str(b.tzinfo) and _is_vague(a, b):
        return None
    return since_midnight(a) - since_midnight(b)


def _is_vague(*times: time) -> bool:
    """Whether one has a named zone, and no day that would say how far it is from UTC."""
    return any(each.tzinfo and each.utcoffset() is None for each in times)


def midnight(day: date) -> datetime:
    """A date among dates and times: its midnight in UTC (DMN 1.4 §10.3.2.3.5)."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _micros(length: timedelta) -> Decimal:
    return Decimal(length // _MICROSECOND)


def _scale(length: timedelta, factor: Decimal) -> timedelta | None:
    return _timedelta(DECIMAL128.multiply(_micros(length), factor))


def _split(length: timedelta, parts: Decimal) -> timedelta | None:
    return _timedelta(DECIMAL128.divide(_micros(length), parts))


def _timedelta(micros: Decimal) -> timedelta | None:
    if not micros.is_finite():
        return None
    if abs(micros) > _MOST_MICROS:
        raise OutOfReach
    return timedelta(microseconds=int(micros))


def _scale_months(length: YearsMonths, factor: Decimal) -> YearsMonths | None:
    return _months(DECIMAL128.multiply(Decimal(length.months), factor))


def _split_months(length: YearsMonths, parts: Decimal) -> YearsMonths | None:
    return _months(DECIMAL128.divide(Decimal(length.months), parts))


def _months(months: Decimal) -> YearsMonths | None:
    if not months.is_finite():
        return None
    if abs(months) > _MOST_MONTHS:
        raise OutOfReach
    return YearsMonths(int(months))


def _of_months(months: int) -> YearsMonths:
    if abs(months) > _MOST_MONTHS:
        raise OutOfReach
    return YearsMonths(months)


def _ratio(a: Decimal, b: Decimal) -> Decimal | None:
    return finite(DECIMAL128.divide(a, b))


_SUMS: _Table = {
    (timedelta, timedelta): lambda a, b: a + b,
    (YearsMonths, YearsMonths): lambda a, b: _of_months(a.months + b.months),
    (datetime, timedelta): shift,
    (timedelta, datetime): lambda a, b: shift(b, a),
    (date, timedelta): _shift_date,
    (timedelta, date): lambda a, b: _shift_date(b, a),
    (time, timedelta): _shift_time,
    (timedelta, time): lambda a, b: _shift_time(b, a),
    (datetime, YearsMonths): lambda a, b: add_months(a, b.months),
    (YearsMonths, datetime): lambda a, b: add_months(b, a.months),
    (date, YearsMonths): lambda a, b: add_months(a, b.months),
    (YearsMonths, date): lambda a, b: add_months(b, a.months),
}
_DIFFERENCES: _Table = {
    (timedelta, timedelta): lambda a, b: a - b,
    (YearsMonths, YearsMonths): lambda a, b: _of_months(a.months - b.months),
    (datetime, datetime): _between_moments,
    (date, date): lambda a, b: a - b,
    (datetime, date): lambda a, b: _between_moments(a, midnight(b)),
    (date, datetime): lambda a, b: _between_moments(midnight(a), b),
    (time, time): _between_times,
    (datetime, timedelta): lambda a, b: shift(a, -b),
    (date, timedelta): lambda a, b: _shift_date(a, -b),
    (time, timedelta): lambda a, b: _shift_time(a, -b),
    (datetime, YearsMonths): lambda a, b: add_months(a, -b.months),
    (date, YearsMonths): lambda a, b: add_months(a, -b.months),
}
_PRODUCTS: _Table = {
    (timedelta, Decimal): _scale,
    (Decimal, timedelta): lambda a, b: _scale(b, a),
    (YearsMonths, Decimal): _scale_months,
    (Decimal, YearsMonths): lambda a, b: _scale_months(b, a),
}
_QUOTIENTS: _Table = {
    (timedelta, Decimal): _split,
    (YearsMonths, Decimal): _split_months,
    (timedelta, timedelta): lambda a, b: _ratio(_micros(a), _micros(b)),
    (YearsMonths, YearsMonths): lambda a, b: _ratio(Decimal(a.months), Decimal(b.months)),
}
