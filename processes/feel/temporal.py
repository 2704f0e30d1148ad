"""Dates, times and durations: reading and writing their texts (DMN 1.4 §10.3.2.3.4–8).

Years run from 1 to 9999: others are refused, for the standard knows them. Fractions of a
second are cut after the microsecond. Any text that is not of the form ISO 8601 gives is null.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from processes.feel.errors import OutOfReach
from processes.feel.values import FeelValue, YearsMonths

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_FAR_DATE = re.compile(
    r"(?:-\d{4}|-?[1-9]\d{4,8})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII
)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?"
    r"(?:(Z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z_]+(?:/[A-Za-z0-9_+-]+){0,2}))?",
    re.ASCII,
)
_DURATION = re.compile(
    r"(-)?P(?:(\d{1,9})Y)?(?:(\d{1,10})M)?(?:(\d{1,9})D)?"
    r"(T(?:(\d{1,11})H)?(?:(\d{1,13})M)?(?:(\d{1,14})(?:\.(\d{0,9}))?S)?)?",
    re.ASCII,
)
MAX_OFFSET = timedelta(hours=14)
_MAX_TEXT = 100
"""Characters of a moment: the longest zone has 32."""


def parse_date(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    if not found:
        if _FAR_DATE.fullmatch(text):
            raise OutOfReach
        return None
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        return None


def parse_time(text: str) -> time | None:
    found = _TIME.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if not found:
        return None
    hour, minute, second = (int(part) for part in found.groups()[:3])
    try:
        zone = _zone(found)
        return time(hour, minute, second, _micros(found.group(4)), tzinfo=zone)
    except (ValueError, OSError, KeyError):  # no such hour, offset or zone
        return None


def parse_date_time(text: str) -> datetime | None:
    """The moment, or the midnight of a date alone."""
    if len(text) > _MAX_TEXT:
        return None
    day, divider, rest = text.partition("T")
    on = parse_date(day)
    if on is None or not divider:
        return datetime.combine(on, time()) if on else None
    if rest.startswith("24:00:00"):  # the end of the day is the start of the next one
        if on == date.max:
            raise OutOfReach
        on, rest = on + timedelta(days=1), f"00{rest[2:]}"
    at = parse_time(rest)
    return datetime.combine(on, at) if at else None


def _micros(fraction: str | None) -> int:
    return int((fraction or "0").ljust(6, "0")[:6])


def _zone(found: re.Match[str]) -> tzinfo | None:
    utc, sign, hours, minutes, seconds, name = found.groups()[4:]
    if utc:
        return UTC
    if name:
        return _named_zone(name)
    if not sign:
        return None
    offset = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds or 0))
    if offset > MAX_OFFSET:
        raise ValueError(offset)
    return timezone(-offset if sign == "-" else offset)


@lru_cache(maxsize=1024)
def _named_zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    found = _DURATION.fullmatch(text)
    if not found or text.endswith(("P", "T")):
        return None
    sign = -1 if found.group(1) else 1
    years, months, days, clock, hours, minutes, seconds, fraction = found.groups()[1:]
    if years or months:
        if days or clock:
            return None
        return YearsMonths(sign * (int(years or 0) * 12 + int(months or 0)))
    try:
        return sign * timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=_micros(fraction),
        )
    except OverflowError:
        raise OutOfReach from None


def parse_temporal(text: str) -> FeelValue:
    """What stands in `@"…"`: a date, a time, a date and time or a duration."""
    if text.lstrip("-").startswith("P"):
        return parse_duration(text)
    day = parse_date(text)
    if day is not None:
        return day
    return parse_time(text) if text[2:3] == ":" else parse_date_time(text)


def format_temporal(value: date | time | timedelta | YearsMonths) -> str:
    """The text of a temporal value as the standard writes it: what `parse` would read."""
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_format_time(_written(value))}"
    if isinstance(value, time):
        return _format_time(value)
    if isinstance(value, date):
        return value.isoformat()
    return format_duration(value)


def _written(value: datetime) -> time:
    """Its time; the second of an hour that comes twice by its offset, as its zone says neither."""
    offset = value.utcoffset()
    if offset is None or offset == value.replace(fold=0).utcoffset():
        return value.timetz()
    return value.time().replace(tzinfo=timezone(offset))


def _format_time(value: time) -> str:
    text = value.replace(tzinfo=None).isoformat()
    if value.microsecond:
        text = text.rstrip("0")
    zone = value.tzinfo
    if zone is None:
        return text
    if isinstance(zone, ZoneInfo):
        return f"{text}@{zone.key}"
    offset = zone.utcoffset(None) or timedelta()
    return text + format_offset(offset)


def format_offset(offset: timedelta) -> str:
    if not offset:
        return "Z"
    sign = "-" if offset < timedelta() else "+"
    minutes, seconds = divmod(abs(offset).seconds, 60)
    text = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text


def format_duration(value: timedelta | YearsMonths) -> str:
    if isinstance(value, YearsMonths):
        return _format_months(value.months)
    if not value:
        return "PT0S"
    sign, length = ("-", -value) if value < timedelta() else ("", value)
    hours, rest = divmod(length.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    fraction = f".{length.microseconds:06}".rstrip("0") if length.microseconds else ""
    days = f"{length.days}D" if length.days else ""
    clock = "".join(f"{part}{unit}" for part, unit in ((hours, "H"), (minutes, "M")) if part) + (
        f"{seconds}{fraction}S" if seconds or fraction else ""
    )
    return f"{sign}P{days}{'T' + clock if clock else ''}"


def _format_months(months: int) -> str:
    if not months:
        return "P0M"
    years, rest = divmod(abs(months), 12)
    sign = "-" if months < 0 else ""
    return f"{sign}P{f'{years}Y' if years else ''}{f'{rest}M' if rest else ''}"
