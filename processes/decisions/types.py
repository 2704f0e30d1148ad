"""The types that inputs of a table declare. JSON has no dates, so they are read from text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from processes.feel import FeelValue, YearsMonths
from processes.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time

_Read = Callable[[str], FeelValue]


@dataclass(frozen=True)
class Check:
    name: str
    """With its article, for sentences."""
    types: tuple[type, ...]
    read: _Read | None = None

    def fitted(self, value: FeelValue) -> tuple[FeelValue, bool]:
        """The value as the type wants it, and whether it could be made so."""
        if type(value) is str and self.read is not None:
            value = self.read(value)
        return value, type(value) in self.types


_DAYS = Check("a days and time duration", (timedelta,), parse_duration)
_MONTHS = Check("a years and months duration", (YearsMonths,), parse_duration)
_MOMENT = Check("a date and time", (datetime,), parse_date_time)
_NUMBER = Check("a number", (Decimal,))
CHECKS = {
    "string": Check("a text", (str,)),
    "boolean": Check("true or false", (bool,)),
    "number": _NUMBER,
    "integer": _NUMBER,
    "long": _NUMBER,
    "double": _NUMBER,
    "date": Check("a date", (date,), parse_date),
    "time": Check("a time", (time,), parse_time),
    "dateTime": _MOMENT,
    "date and time": _MOMENT,
    "dayTimeDuration": _DAYS,
    "days and time duration": _DAYS,
    "yearMonthDuration": _MONTHS,
    "years and months duration": _MONTHS,
}
"""By `typeRef`, as the standard and the desktop modeller write it. Others are not checked."""
