"""What comes again and again: `R3/PT10H`, `R/PT1H`, `R/2026-11-23T09:00[Asia/Shanghai]/P1D`.

Rn comes n times, R without end. The first moment is the start when there is one, else one
interval from now. Days and months are counted in the zone of the start, from the start: nine
o'clock stays nine o'clock, and the last of the month the last.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from processes.sentences import say

from .moments import Length, date_time, due_at, from_number, length, to_number, zone_of

FOR_EVER = -1
_MICROSECOND = timedelta(microseconds=1)
_DAY = 86_400_000_000
_MONTH = 31 * _DAY
_SLACK = 2 * _DAY
"""More than clocks are ever moved at once."""

Rhythm = list[Any]
"""How a cycle goes on after a moment, as JSON: how many come after it, the interval, and when
a calendar counts it: where it is counted from, how many were counted, the zone."""


def begin(text: str, now: datetime) -> tuple[int, Rhythm]:
    """The first moment of the cycle that `text` means, and how it goes on.

    Raises:
        ValueError: `text` is no cycle, or its interval is negative or nothing.
    """
    repeats, _, rest = text.partition("/")
    start, slash, interval = rest.rpartition("/")
    times, step = re.fullmatch(r"R(\d{0,6})", repeats, re.ASCII), length(interval)
    if step is None or times is None or (times[1] and not int(times[1])):
        raise ValueError(_refusal(text))
    if step == Length(0, 0, step.rest) and not step.rest:
        raise ValueError(say("Expected an interval longer than nothing, found {text!r}", text=text))
    left = int(times[1]) - 1 if times[1] else FOR_EVER
    if slash:
        first = date_time(start)
        step.after(first)
        zone = first.tzinfo.key if isinstance(first.tzinfo, ZoneInfo) else ""
        return to_number(first), _rhythm(left, interval, step, to_number(first), 0, zone)
    anchor = to_number(now)
    return to_number(due_at(interval, now)), _rhythm(left, interval, step, anchor, 1, "")


def following(due: int, rhythm: Rhythm, now: int) -> tuple[int, Rhythm] | None:
    """The next moment of a cycle after `now`, and how it goes on from there; None: no more.

    `due` has come. Those that were missed meanwhile count as come: one late firing stands for
    all of them.

    Raises:
        ValueError: the next moment would be after the year 9999.
    """
    left, interval, *counted = rhythm
    step = length(interval)
    assert step is not None  # noqa: S101 — it was checked when the cycle began
    anchor, turn, zone = counted or (due, 0, "")
    began = from_number(anchor).astimezone(zone_of(zone))
    longest = step.months * _MONTH + step.days * _DAY + step.rest // _MICROSECOND
    slack = _SLACK if step.months or step.days else 0
    turns = max(0, (now - due - slack) // longest)
    while True:
        turns += 1
        if left != FOR_EVER and turns > left:
            return None
        moment = to_number(step.after(began, turn + turns))
        if moment > now:
            left = left if left == FOR_EVER else left - turns
            return moment, _rhythm(left, interval, step, anchor, turn + turns, zone)


def moved(rhythm: Rhythm, due: int) -> Rhythm:
    """How a cycle goes on whose next moment has been put at `due`: from there."""
    left, interval, *counted = rhythm
    return [left, interval, due, 0, counted[2]] if counted else [left, interval]


def _rhythm(left: int, interval: str, step: Length, anchor: int, turn: int, zone: str) -> Rhythm:
    by_calendar = step.months or (zone and step.days)
    return [left, interval, anchor, turn, zone] if by_calendar else [left, interval]


def _refusal(text: str) -> str:
    if len(text.split()) > 1 or text.startswith("@"):
        return say(
            "Expected a cycle such as R/2026-11-23T09:00[Asia/Shanghai]/P1D, not {text!r:.80}: "
            "cron does not say in which time zone",
            text=text,
        )
    return say("Expected a cycle such as R3/PT10H or R/PT1H, not {text!r:.80}", text=text)
