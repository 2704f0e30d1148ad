"""When something is due: ISO 8601 durations and date-times, and nothing that only looks so."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DURATION = re.compile(
    r"P(?=.)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,10}(?:\.\d{1,9})?)S)?)?",
    re.ASCII,
)
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?(?:@([\w/+-]+))?",
    re.ASCII,
)


def due_at(text: str, now: datetime) -> datetime:
    """The moment that `text` means at `now`: a duration from now on, or a date-time.

    Raises:
        ValueError: `text` is neither, is negative, or has no offset from UTC.
    """
    if match := _DURATION.fullmatch(text):
        return _after(match, now)
    if match := _DATE_TIME.fullmatch(text):
        return _moment(text, match[1])
    msg = (
        f"Expected a duration such as PT48H or a moment such as 2026-11-22T10:00:00Z, not {text!r}"
    )
    raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Cycle:
    """Something that comes again and again: `R3/PT10H`, `R/2026-11-22T10:00:00Z/P1D`."""

    times: int
    """How often; `FOR_EVER` when there is no end."""
    first: str
    """When it comes first: a date-time, else the interval itself."""
    interval: str


FOR_EVER = -1


def cycle(text: str) -> Cycle:
    """The cycle that `text` means.

    Raises:
        ValueError: `text` is no cycle, or its interval is negative or nothing.
    """
    repeats, _, rest = text.partition("/")
    first, slash, interval = rest.rpartition("/")
    match = _DURATION.fullmatch(interval)
    times = re.fullmatch(r"R(\d{0,6})", repeats, re.ASCII)
    starts = not slash or _DATE_TIME.fullmatch(first)
    if match is None or times is None or not starts or (times[1] and not int(times[1])):
        msg = f"Expected a cycle such as R3/PT10H or R/PT1H, not {text!r}"
        raise ValueError(msg)
    if _after(match, _EPOCH) == _EPOCH:
        msg = f"Expected an interval longer than nothing, found {text!r}"
        raise ValueError(msg)
    return Cycle(int(times[1]) if times[1] else FOR_EVER, first or interval, interval)


def following(due: int, left: int, interval: str, now: int) -> tuple[int, int] | None:
    """The next moment of a cycle after `now`, and how many are left then; None: no more.

    `due` has come, `left` were to come. Those that were missed meanwhile count as come: one
    late firing stands for all of them.
    """
    match = _DURATION.fullmatch(interval)
    assert match is not None  # noqa: S101 — it was checked when the cycle began
    if not int(match[1] or 0) and not int(match[2] or 0):
        # No calendar in it: all intervals are of one length.
        length = to_number(_after(match, _EPOCH))
        steps = max(1, (now - due) // length + 1)
        if left == FOR_EVER:
            return due + steps * length, FOR_EVER
        return (due + steps * length, left - steps) if steps <= left else None
    while left:
        due = to_number(_after(match, from_number(due)))
        left -= left != FOR_EVER
        if due > now:
            return due, left
    return None


def is_duration(text: str) -> bool:
    """Whether `text` is a duration rather than a date-time."""
    return bool(_DURATION.fullmatch(text))


def to_number(moment: datetime) -> int:
    """Microseconds since 1970: how states keep a moment."""
    return (moment - _EPOCH) // _MICROSECOND


def from_number(number: int) -> datetime:
    """The opposite of `to_number`, in UTC."""
    return _EPOCH + timedelta(microseconds=number)


def _after(match: re.Match[str], now: datetime) -> datetime:
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in match.groups()[:6])
    try:
        return _months_later(now.astimezone(UTC), 12 * years + months) + timedelta(
            weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=float(match[7] or 0)
        )
    except (OverflowError, ValueError):
        msg = f"Expected a moment before the year 9999, found {match[0]} from now"
        raise ValueError(msg) from None


def _months_later(moment: datetime, months: int) -> datetime:
    # The last day of the month when the month is shorter: 31 January + P1M = 28 February.
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(years, month + 1)[1])
    return moment.replace(year=years, month=month + 1, day=day)


def _moment(text: str, zone: str | None) -> datetime:
    moment = datetime.fromisoformat(text.partition("@")[0])
    if zone and moment.tzinfo is None:
        try:
            moment = moment.replace(tzinfo=ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError):
            msg = f"Expected a known time zone, found {zone!r}"
            raise ValueError(msg) from None
    if moment.tzinfo is None:
        msg = f"Expected a date-time with its offset from UTC, found {text!r}"
        raise ValueError(msg)
    return moment.astimezone(UTC)
