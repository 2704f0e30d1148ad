"""Moments as drawn and as computed: each has one exact answer, or a sentence why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from processes.engine import CannotProceed
from processes.engine.expressions import Expression
from processes.engine.moments import due_at
from processes.feel import compile_expression
from tests.engine.cases import ENVIRONMENT, NOW, begin, problems_of
from tests.engine.diagrams import Drawing, timer


def at(year: int, month: int, day: int, *time: int) -> datetime:
    hour, minute, second, micro = (*time, 0, 0, 0, 0)[:4]
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)


def paused(text: str, kind: str = "Duration") -> Drawing:
    return Drawing().start().catch("Pause", timer(text, kind)).end()


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("2026-12-01T10:00:00Z", at(2026, 12, 1, 10)),
        ("2026-12-01T10:00:00+08:00", at(2026, 12, 1, 2)),
        ("2026-12-01T10:00:00-03:30", at(2026, 12, 1, 13, 30)),
        ("2026-12-01T10:00:00+08:00[Asia/Shanghai]", at(2026, 12, 1, 2)),
        ("2026-12-01T10:00:00[Asia/Shanghai]", at(2026, 12, 1, 2)),
        ("2026-12-01T10:00@Asia/Shanghai", at(2026, 12, 1, 2)),
        ("2026-12-01T10:00:00.123456789Z", at(2026, 12, 1, 10, 0, 0, 123456)),
        # Berlin's clocks are put forward on 2027-03-28, and back on 2027-10-31.
        ("2027-03-28T02:30:00[Europe/Berlin]", at(2027, 3, 28, 1, 30)),
        ("2027-10-31T02:30:00[Europe/Berlin]", at(2027, 10, 31, 0, 30)),
        ("2027-10-31T02:30:00+01:00[Europe/Berlin]", at(2027, 10, 31, 1, 30)),
    ],
)
def test_a_date_is_one_moment_in_the_world(text: str, due: datetime) -> None:
    assert begin(paused(text, "Date")).wait("Pause").due_at == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("PT48H", NOW + timedelta(hours=48)),
        ("P2W1DT1M", NOW + timedelta(days=15, minutes=1)),
        ("PT1234567890.123456S", NOW + timedelta(seconds=1234567890, microseconds=123456)),
        ("PT0.0000019S", NOW + timedelta(microseconds=1)),
        ("P1Y3M", at(2028, 2, 22, 9)),
        ("P1M8DT15H", at(2026, 12, 31)),
        ("PT0S", NOW),
    ],
)
def test_a_duration_is_counted_from_now_to_the_microsecond(text: str, due: datetime) -> None:
    assert begin(paused(text)).wait("Pause").due_at == due


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ('=date and time("2026-12-01T10:00:00@Europe/Berlin")', at(2026, 12, 1, 9)),
        ('=date and time("2026-12-01T10:00:00+01:00") + duration("P1D")', at(2026, 12, 2, 9)),
        ('=duration("PT1H") * hours', NOW + timedelta(hours=3)),
        ('=duration("P1Y2M")', at(2028, 1, 22, 9)),
        ('="PT" + string(hours) + "H"', NOW + timedelta(hours=3)),
        ("=text", at(2026, 12, 1, 2)),
    ],
)
def test_feel_gives_moments_durations_and_texts(text: str, due: datetime) -> None:
    case = begin(paused(text), hours=3, text="2026-12-01T10:00:00+08:00[Asia/Shanghai]")

    assert case.wait("Pause").due_at == due


BAD_DATES = {
    "2026-12-01T10:00:00": "its offset from UTC",
    "2026-12-01": "Expected a duration such as",
    "2026-02-30T10:00:00Z": "that exist",
    "2026-12-01T24:00:00Z": "that exist",
    "2026-12-01T10:00:00+25:00": "that exist",
    "0001-01-01T00:00:00+14:00": "between the years 1 and 9999",
    "9999-12-31T23:59:59-12:00": "between the years 1 and 9999",
    "2026-12-01T10:00:00[Europe]": "a known time zone",
    "2026-12-01T10:00:00[Asia/Shanghai/x]": "a known time zone",
    "2026-12-01T10:00:00+05:00[Asia/Shanghai]": "the offset that Asia/Shanghai has",
    "-P1D": "not negative",
}


@pytest.mark.parametrize(("text", "sentence"), BAD_DATES.items())
def test_a_date_that_is_none_is_refused_at_deployment(text: str, sentence: str) -> None:
    (found,) = problems_of(paused(text, "Date"))["Pause"]

    assert found.startswith("Expected")
    assert sentence in found


@pytest.mark.parametrize(
    ("text", "value", "sentence"),
    [
        *(("=value", text, sentence) for text, sentence in BAD_DATES.items()),
        ("=duration(value)", "-PT5M", "not negative"),
        ("=date(value)", "2026-12-01", "Expected a duration such as"),
        ("=nothing", "", "found None"),
        ("=value", "P9999Y", "before the year 9999"),
    ],
)
def test_a_value_that_is_no_moment_stops_the_token_with_a_sentence(
    text: str, value: str, sentence: str
) -> None:
    with pytest.raises(CannotProceed, match=r"^Pause: ") as refusal:
        begin(paused(text), value=value)

    assert sentence in str(refusal.value)


def durations(draw: Random) -> Iterator[str]:
    """Texts that FEEL and BPMN both take for a duration."""
    for _ in range(150):
        years, months = draw.randrange(30), draw.randrange(40)
        yield f"P{years}Y{months}M"
        days, hours, minutes = draw.randrange(900), draw.randrange(99), draw.randrange(99)
        yield f"P{days}DT{hours}H{minutes}M{draw.randrange(99)}.{draw.randrange(10**6):06}S"


def test_durations_mean_what_they_mean_in_feel() -> None:
    moment = Expression("x", "", compile_expression("now() + duration(text)"))
    for text in durations(Random(20261122)):
        for now in (NOW, at(2027, 1, 31, 23, 59), at(2028, 2, 29)):
            environment = replace(ENVIRONMENT, now=now)
            expected = moment.value({"text": text}, environment)
            assert due_at(text, now) == due_at(expected, now), (text, now)


def test_date_times_mean_what_they_mean_in_feel() -> None:
    draw, epoch = Random(20261122), at(2020, 1, 1)
    feel = Expression("x", "", compile_expression("date and time(text) - date and time(epoch)"))
    for _ in range(200):
        local = epoch + timedelta(minutes=draw.randrange(10 * 365 * 24 * 60))
        zone = draw.choice(["Z", "+08:00", "-03:30", "@Asia/Shanghai", "@Europe/Berlin"])
        text = f"{local:%Y-%m-%dT%H:%M:%S}{zone}"
        seen = {"text": text, "epoch": "2020-01-01T00:00:00Z"}
        assert due_at(str(feel.value(seen, ENVIRONMENT)), epoch) == due_at(text, epoch), text
