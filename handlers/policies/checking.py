"""Whether a policy can be lived by: every timer, limit, hour and override of it makes sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from handlers.currencies import EXPONENTS
from handlers.policies.durations import parse_duration
from handlers.policies.pack import AMOUNT_CODES, LIMITS, TIMERS

MOST = 10**15
"""Minor units: more is a mistake, and would not fit the books."""
_CALENDAR: dict[str, Callable[[str], object]] = {
    "zone": ZoneInfo,
    "opens": time.fromisoformat,
    "closes": time.fromisoformat,
}


class BadPack(ValueError):
    """A policy that could not be lived by."""


def check_pack(content: Mapping[str, Any]) -> None:
    """Refuse a pack that lacks a part of the default, or has one of no sense.

    Raises:
        BadPack: with all problems.
    """
    parts = {"timers": _timers, "limits": _limits, "amounts": _amounts, "calendar": _calendar}
    problems = [
        f"Expected no {part!r} in a policy" for part in content.keys() - {*parts, "extensions"}
    ]
    for part, problems_of in parts.items():
        if isinstance(content.get(part), Mapping):
            problems.extend(problems_of(content[part]))
        else:
            problems.append(f"Expected {part!r} as an object of the policy")
    problems.extend(_extensions(content.get("extensions", [])))
    if problems:
        raise BadPack("; ".join(sorted(problems)))


def _timers(timers: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"Timer {code} is missing" for code in TIMERS.keys() - timers.keys())
    for code, text in timers.items():
        yield from _unreadable(f"Timer {code}", parse_duration, text)


def _limits(limits: Mapping[str, Any]) -> Iterator[str]:
    for code in limits.keys() & set(AMOUNT_CODES):
        yield f"Limit {code} is money and belongs to a currency: amounts → CNY → {code}"
    yield from _whole("Limit", limits, LIMITS)


def _amounts(amounts: Mapping[str, Any]) -> Iterator[str]:
    for currency, of_currency in amounts.items():
        if currency not in EXPONENTS:
            yield f"Amounts: expected a known ISO 4217 code, but found {currency!r}"
        elif not isinstance(of_currency, Mapping):
            yield f"Amounts of {currency}: expected an object with {', '.join(AMOUNT_CODES)}"
        else:
            unknown = sorted(of_currency.keys() - set(AMOUNT_CODES))
            yield from (f"Amount {code} of {currency} is not known" for code in unknown)
            yield from _whole(f"In minor units of {currency},", of_currency, AMOUNT_CODES)


def _whole(what: str, found: Mapping[str, Any], wanted: Any) -> Iterator[str]:
    for code in wanted:
        number = found.get(code)
        if type(number) is not int or not 0 <= number <= MOST:
            yield f"{what} {code}: expected a whole number from 0, but found {number!r}"


def _calendar(calendar: Mapping[str, Any]) -> Iterator[str]:
    for key, read in _CALENDAR.items():
        if key in calendar:
            yield from _unreadable(f"Calendar, {key}", read, calendar[key])


def _extensions(extensions: Any) -> Iterator[str]:
    if not isinstance(extensions, list):
        yield "Expected 'extensions' as a list of the policy"
        return
    for number, one in enumerate(extensions, 1):
        readers = {"from": _moment, "to": _moment, "add": parse_duration, "codes": _codes}
        for key, read in readers.items():
            found = one.get(key) if isinstance(one, Mapping) else None
            yield from _unreadable(f"Extension {number}, {key}", read, found)


def _moment(text: str) -> None:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("expected a moment with its offset")


def _codes(codes: Any) -> None:
    if not isinstance(codes, list) or not codes or not TIMERS.keys() >= set(codes):
        raise ValueError("expected timers of the policy")


def _unreadable(what: str, read: Callable[[Any], object], found: Any) -> Iterator[str]:
    try:
        read(found)
    except (ValueError, TypeError, KeyError, OSError) as error:
        yield f"{what}: {error}" if str(found) in str(error) else f"{what}: {error}: {found!r}"
