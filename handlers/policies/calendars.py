"""Working time: which days count, and when so many of them have passed. Pure.

China's working days come from the State Council's yearly notices (chinesecalendar); for
years without one yet, Monday to Friday count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_LOOK_AHEAD_DAYS = 3660  # ten years: a timer beyond is a mistake, not a deadline


@dataclass(frozen=True, kw_only=True)
class WorkCalendar:
    zone: ZoneInfo = _SHANGHAI
    opens: time = time(9)
    closes: time = time(18)
    country: str = "CN"
    """`CN` follows its notices; anything else works Monday to Friday."""

    def is_working_day(self, day: date) -> bool:
        if self.country == "CN":
            try:
                return bool(chinese_calendar.is_workday(day))
            except NotImplementedError:  # no notice for that year yet
                pass
        return day.weekday() < 5


def add_working_time(start: datetime, duration: timedelta, calendar: WorkCalendar) -> datetime:
    """When `duration` of working time has passed since `start`, in UTC.

    Whole days count working days and end at the same time of day; the rest counts opening
    hours. So P5D from a Wednesday noon ends the next Wednesday noon when no holiday lies
    between, and PT2H from a Friday 17:00 ends on Monday at 10:00.
    """
    local = start.astimezone(calendar.zone)
    if duration.days:
        local = _add_days(local, duration.days, calendar)
    rest = duration - timedelta(days=duration.days)
    if rest:
        local = _add_hours(local, rest, calendar)
    return local.astimezone(ZoneInfo("UTC"))


def _add_days(local: datetime, days: int, calendar: WorkCalendar) -> datetime:
    for _ in range(_LOOK_AHEAD_DAYS):
        if days == 0:
            return local
        local = datetime.combine(local.date() + timedelta(days=1), local.time(), calendar.zone)
        if calendar.is_working_day(local.date()):
            days -= 1
    raise ValueError("Expected a deadline within ten years")


def _add_hours(local: datetime, rest: timedelta, calendar: WorkCalendar) -> datetime:
    day = local.date()
    for _ in range(_LOOK_AHEAD_DAYS):
        if calendar.is_working_day(day):
            opens = datetime.combine(day, calendar.opens, calendar.zone)
            closes = datetime.combine(day, calendar.closes, calendar.zone)
            begin = max(local, opens)
            if begin + rest <= closes:
                return begin + rest
            rest -= max(closes - begin, timedelta())
        day += timedelta(days=1)
    raise ValueError("Expected a deadline within ten years")
