"""What diagrams may call: when a waiting ends, and how long until the next question.

A policy arrives as the FEEL context that was put into the case's variables when it began,
so a running case keeps the timers it began with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from handlers.policies.calendars import WorkCalendar, add_working_time
from handlers.policies.durations import parse_duration
from processes.contract import feel_function

_POLLS = [timedelta(minutes=1)] * 5 + [timedelta(minutes=m) for m in (5, 10, 20, 30)]
"""WeChat Pay's advice for a refund whose result is unknown; hourly afterwards."""


@feel_function("deadline")
def deadline(policy: Mapping[str, Any], code: str, *, now: datetime) -> datetime:
    """When the timer `code` of the policy ends if it starts now.

    Raises:
        ValueError: the policy has no such timer.
    """
    timer = policy["timers"].get(code)
    if timer is None:
        raise ValueError(f"Expected the policy to have a timer {code!r}")
    duration = timer if isinstance(timer, timedelta) else parse_duration(str(timer))
    duration += _extension(policy.get("extensions") or (), code, now)
    calendar = policy.get("calendar") or {}
    if code in (calendar.get("business") or ()):
        return add_working_time(now, duration, _work_calendar(calendar))
    return now + duration


@feel_function("poll_delay")
def poll_delay(n: Decimal | float) -> timedelta:
    """How long to wait before the n-th question about a refund; the first is 1."""
    index = max(int(n), 1) - 1
    return _POLLS[index] if index < len(_POLLS) else timedelta(hours=1)


def _extension(extensions: Iterable[Mapping[str, Any]], code: str, now: datetime) -> timedelta:
    """What the overrides in force now (618, Spring Festival) add to the timer."""
    total = timedelta()
    for extension in extensions:
        begins, ends = (_moment(extension[key]) for key in ("from", "to"))
        if begins <= now < ends and code in extension["codes"]:
            total += parse_duration(str(extension["add"]))
    return total


def _moment(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _work_calendar(calendar: Mapping[str, Any]) -> WorkCalendar:
    return WorkCalendar(
        zone=ZoneInfo(calendar.get("zone", "Asia/Shanghai")),
        opens=time.fromisoformat(calendar.get("opens", "09:00")),
        closes=time.fromisoformat(calendar.get("closes", "18:00")),
        country=calendar.get("country", "CN"),
    )
