"""Functions that make and ask dates, times and durations (DMN 1.4 tables 72, 78 and 79)."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from processes.feel import temporal
from processes.feel.builtins.registry import builtin
from processes.feel.decimals import as_index
from processes.feel.errors import OutOfReach
from processes.feel.run import Run
from processes.feel.temporal import MAX_OFFSET
from processes.feel.values import YearsMonths

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August",
           "September", "October", "November", "December")  # fmt: skip


@builtin("now", "")
def now(run: Run) -> datetime | None:
    """The moment of the act, not of the machine; null where the host gives none."""
    return run.now


@builtin("today", "")
def today(run: Run) -> date | None:
    return run.now.date() if run.now else None


def _pay_for_zone(run: Run, text: str) -> None:
    """A zone is looked for among the machine's files."""
    run.spend(50 if "@" in text[:100] else 0)


@builtin("date", "from: string")
def date_of_text(_run: Run, text: str) -> date | None:
    return temporal.parse_date(text)


@builtin("date", "from: day")
def date_of(_run: Run, value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


@builtin("date", "year: number, month: number, day: number")
def date_of_parts(_run: Run, year: Decimal, month: Decimal, day: Decimal) -> date | None:
    years, months, days = (as_index(part) for part in (year, month, day))
    if years is None or months is None or days is None:
        return None
    if not 1 <= years <= 9999 and abs(years) <= 999_999_999:
        raise OutOfReach
    try:
        return date(years, months, days)
    except (ValueError, OverflowError):
        return None


@builtin("time", "from: string")
def time_of_text(run: Run, text: str) -> time | None:
    _pay_for_zone(run, text)
    return temporal.parse_time(text)


@builtin("time", "from: time")
def time_of_time(_run: Run, value: time) -> time:
    return value


@builtin("time", "from: day")
def time_of(_run: Run, value: date) -> time:
    return value.timetz() if isinstance(value, datetime) else time(tzinfo=UTC)


@builtin(
    "time",
    "hour: number, minute: number, second: number, offset: days and time duration?",
)
def time_of_parts(
    _run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> time | None:
    whole, micros = divmod(second, 1) if abs(second) < 60 else (second, Decimal(0))
    hours, minutes, seconds = (as_index(part) for part in (hour, minute, whole))
    if hours is None or minutes is None or seconds is None:
        return None
    try:
        return time(hours, minutes, seconds, int(micros * 1_000_000), tzinfo=_fixed(offset))
    except (ValueError, OverflowError):
        return None


def _fixed(offset: timedelta | None) -> timezone | None:
    if offset is None:
        return None
    if abs(offset) > MAX_OFFSET:
        raise ValueError(offset)
    return timezone(offset) if offset else UTC


@builtin("date and time", "from: string")
def date_time_of_text(run: Run, text: str) -> datetime | None:
    _pay_for_zone(run, text)
    return temporal.parse_date_time(text)


@builtin("date and time", "from: date and time")
def date_time_of(_run: Run, value: datetime) -> datetime:
    return value


@builtin("date and time", "from: date")
def date_time_of_date(_run: Run, value: date) -> datetime:
    return datetime(value.year, value.month, value.day)  # noqa: DTZ001 local by the standard


@builtin("date and time", "date: day, time: time")
def date_time_of_parts(_run: Run, day: date, at: time) -> datetime:
    return datetime.combine(day, at)


@builtin("duration", "from: string")
def duration_of_text(_run: Run, text: str) -> timedelta | YearsMonths | None:
    return temporal.parse_duration(text)


@builtin("duration", "from: duration")
def duration_of(_run: Run, value: timedelta | YearsMonths) -> timedelta | YearsMonths:
    return value


@builtin("years and months duration", "from: day, to: day")
def years_and_months(_run: Run, start: date, end: date) -> YearsMonths:
    if (end.year, end.month, end.day) < (start.year, start.month, start.day):
        return YearsMonths(-_full_months(end, start))
    return YearsMonths(_full_months(start, end))


def _full_months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


@builtin("day of year", "date: day")
def day_of_year(_run: Run, day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("day of week", "date: day")
def day_of_week(_run: Run, day: date) -> str:
    return _DAYS[day.weekday()]


@builtin("month of year", "date: day")
def month_of_year(_run: Run, day: date) -> str:
    return _MONTHS[day.month - 1]


@builtin("week of year", "date: day")
def week_of_year(_run: Run, day: date) -> Decimal:
    return Decimal(day.isocalendar().week)


@builtin("last day of month", "date: day")
def last_day_of_month(_run: Run, day: date) -> Decimal:
    return Decimal(monthrange(day.year, day.month)[1])
