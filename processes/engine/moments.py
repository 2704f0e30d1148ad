"""When something is due: ISO 8601 durations and date-times, and nothing that only looks so.

A date-time says its place in the world: `Z`, `+08:00`, `+08:00[Asia/Shanghai]`,
`[Asia/Shanghai]` or `@Asia/Shanghai`. A local time that a zone has twice is its first one, and
one that it leaves out is as much later as the clocks were put forward.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from processes.sentences import say

ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
"""From which what is drawn is counted when it is only to be judged."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:\.(\d{1,9}))?S)?)?",
    re.ASCII,
)
_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?"
    r"(?:@([\w/+-]{1,80})|\[([\w/+-]{1,80})\])?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Length:
    """A duration: what a calendar counts, and what a clock counts."""

    months: int
    days: int
    rest: timedelta

    def after(self, moment: datetime, times: int = 1) -> datetime:
        """`times` this length after `moment`, in UTC; months and days as its zone counts them.

        Raises:
            ValueError: that would be after the year 9999.
        """
        try:
            day = _months_later(moment, times * self.months) + timedelta(days=times * self.days)
            return day.astimezone(UTC) + times * self.rest
        except (OverflowError, ValueError):
            raise ValueError(
                say("Expected a moment before the year 9999, found a later one")
            ) from None


@lru_cache(maxsize=256)
def length(text: str) -> Length | None:
    """The duration that `text` means; None when it is none, or negative."""
    match = _DURATION.fullmatch(text)
    if match is None:
        return None
    years, months, weeks, days, hours, minutes, seconds = (
        int(part or 0) for part in match.groups()[:7]
    )
    rest = timedelta(
        hours=hours,
        minutes=minutes,
        seconds=seconds,
        microseconds=int((match[8] or "0").ljust(6, "0")[:6]),
    )
    return Length(12 * years + months, 7 * weeks + days, rest)


def due_at(text: str, now: datetime) -> datetime:
    """The moment that `text` means at `now`: a duration from now on, or a date-time.

    Raises:
        ValueError: `text` is neither, is negative, or has no offset from UTC.
    """
    duration = length(text)
    if duration is not None:
        return duration.after(now.astimezone(UTC))
    if _DATE_TIME.fullmatch(text):
        return date_time(text).astimezone(UTC)
    if text.startswith("-") and length(text[1:]):
        raise ValueError(say("Expected a duration that is not negative, found {text!r}", text=text))
    sentence = say(
        "Expected a duration such as PT48H or a moment such as 2026-11-22T10:00:00Z, "
        "not {text!r:.80}",
        text=text,
    )
    raise ValueError(sentence)


def date_time(text: str) -> datetime:
    """The moment that `text` means, in its own zone.

    Raises:
        ValueError: it is no date-time, or does not say where in the world.
    """
    match = _DATE_TIME.fullmatch(text)
    if match is None:
        raise ValueError(
            say("Expected a moment such as 2026-11-22T10:00:00Z, not {text!r:.80}", text=text)
        )
    try:
        moment = datetime.fromisoformat(match[1] + (match[2] or ""))
    except ValueError as error:
        sentence = say("Expected a day and a time that exist, found {text!r}", text=text)
        raise ValueError(sentence) from error
    try:
        return _placed(moment, _zone(match[3] or match[4]), text)
    except OverflowError:
        sentence = say("Expected a moment between the years 1 and 9999, found {text!r}", text=text)
        raise ValueError(sentence) from None


def is_duration(text: str) -> bool:
    """Whether `text` is a duration rather than a date-time."""
    return bool(_DURATION.fullmatch(text))


def to_number(moment: datetime) -> int:
    """Microseconds since 1970: how states keep a moment."""
    return (moment - _EPOCH) // _MICROSECOND


def from_number(number: int) -> datetime:
    """The opposite of `to_number`, in UTC."""
    return _EPOCH + timedelta(microseconds=number)


def zone_of(name: str) -> tzinfo:
    """The zone of this name, UTC when it has none; it is known to exist."""
    return ZoneInfo(name) if name else UTC


def _months_later(moment: datetime, months: int) -> datetime:
    # The last day of the month when the month is shorter: 31 January + P1M = 28 February.
    if not months:
        return moment
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(years, month + 1)[1])
    return moment.replace(year=years, month=month + 1, day=day)


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
        raise ValueError(say("Expected a known time zone, found {name!r}", name=name)) from None


def _placed(moment: datetime, zone: ZoneInfo | None, text: str) -> datetime:
    if zone is None and moment.tzinfo is None:
        raise ValueError(
            say("Expected a date-time with its offset from UTC, found {found!r}", found=text)
        )
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    moment.astimezone(UTC)  # not every moment has one
    if zone is None:
        return moment
    there = moment.astimezone(zone)
    if there.replace(tzinfo=None) != moment.replace(tzinfo=None) and moment.tzinfo is not zone:
        sentence = say(
            "Expected the offset that {zone} has at that moment, found another one in {text!r}",
            zone=zone.key,
            text=text,
        )
        raise ValueError(sentence)
    return there
