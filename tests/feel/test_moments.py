"""Dates, times and durations: how they are read, reckoned and compared, and what is too far."""

from __future__ import annotations

import pytest

from processes.feel import FeelSyntaxError, OutOfReach
from tests.feel.evaluating import as_json, evaluate

DATES = [
    ('date and time("2026-01-31T10:00:00Z") + duration("PT48H")', "2026-02-02T10:00:00Z"),
    ('@"2026-01-31" + @"P1M"', "2026-02-28"),
    ('@"2024-02-29" - @"P1Y"', "2023-02-28"),
    ('@"2026-01-31" + @"PT36H"', "2026-02-01"),
    ('@"23:00:00" + @"PT2H"', "01:00:00"),
    ('@"10:00:00Z" - @"09:00:00+01:00"', "PT2H"),
    ('@"2026-03-29T00:30:00@Europe/Paris" + @"PT2H"', "2026-03-29T03:30:00@Europe/Paris"),
    ('@"2026-03-29T12:00:00@Europe/Paris" - @"2026-03-28T12:00:00@Europe/Paris"', "PT23H"),
    ('@"P1D" * 1.5', "P1DT12H"),
    ('@"P1D" / @"PT6H"', 4),
    ('@"P1Y" / 5', "P2M"),
    ('-@"P1D"', "-P1D"),
    ('@"2026-01-01T00:00:00" - @"2026-01-01T00:00:00Z"', None),
    ('@"2026-01-01T00:00:00" < @"2026-01-01T00:00:00Z"', None),
    ('@"2026-01-31".weekday', 6),
    ('@"10:11:12+08:00".time offset', "PT8H"),
    ('@"2026-01-31T10:11:12@Asia/Shanghai".timezone', "Asia/Shanghai"),
    ('@"-P1DT26H3M".hours', -2),
    ('@"-P1Y2M".months', -2),
    ('@"10:00:00@Europe/Paris" = @"10:00:00@Europe/Paris"', True),
    ('@"10:00:00Z" = @"11:00:00+01:00"', True),
    ("today() < now()", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_dates_and_durations_are_reckoned_as_the_standard_says(text: str, expected: object) -> None:
    assert as_json(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '@"9999-12-31" + @"P1D"',
        '@"0001-01-01" - @"P1M"',
        '@"P999999999D" + @"P999999999D"',
        '@"P999999999D" * 1e12',
        '@"P999999999Y" * 1000',
        '-(@"P999999999DT23H")',
        'date("12026-01-01")',
        'date("-0001-01-01")',
        "date(12026, 1, 1)",
        'date and time("9999-12-31T24:00:00")',
        'date and time("99999-12-31T11:22:33")',
        'duration("-P999999999DT23H")',
        '@"9999-12-31T23:00:00-01:00" - @"2026-01-01T00:00:00Z"',
        'for x in 1..40 return if x = 1 then @"P9Y" else partial[-1] + partial[-1]',
    ],
)
def test_moments_that_python_does_not_know_are_refused_for_null_would_be_wrong(text: str) -> None:
    with pytest.raises(OutOfReach, match="a year from 1 to 9999"):
        evaluate(text)


@pytest.mark.parametrize("text", ["99999-13-31", "012026-01-01", "2026-02-30", "0000-01-01"])
def test_a_text_that_is_no_date_in_any_year_is_null(text: str) -> None:
    assert evaluate(f'date("{text}")') is None


def test_a_literal_that_python_does_not_know_is_refused_when_it_is_compiled() -> None:
    with pytest.raises(FeelSyntaxError, match="a year from 1 to 9999"):
        evaluate('@"-2021-01-01T10:10:10+11:00"')


def test_a_time_in_a_zone_with_a_T_in_its_name_is_a_time() -> None:
    assert as_json('string(@"23:00:50@Etc/GMT")') == "23:00:50@Etc/GMT"


def test_fractions_of_a_second_are_cut_after_the_microsecond() -> None:
    assert as_json('time("10:00:00.123456789Z")') == "10:00:00.123456Z"


TWICE = '@"2024-10-27T02:30:00@Europe/Berlin"'
"""In an hour that comes twice; without more said, the first time."""
NEVER = '@"2024-03-31T02:30:00@Europe/Berlin"'
"""In an hour that is left out: by its offset before, it is 03:30."""


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (f'{TWICE} = @"2024-10-27T00:30:00Z"', True),
        (f'{TWICE} + @"PT1H" = {TWICE}', False),
        (f'{TWICE} + @"PT1H" = @"2024-10-27T01:30:00Z"', True),
        (f'{TWICE} + @"PT1H" > @"2024-10-27T02:45:00@Europe/Berlin"', True),
        (f'max({TWICE} + @"PT1H", @"2024-10-27T02:45:00@Europe/Berlin") > {TWICE}', True),
        (f'list contains([@"2024-10-27T00:30:00Z"], {TWICE})', True),
        (f'count(distinct values([{TWICE}, @"2024-10-27T00:30:00Z"]))', 1),
        (f'string({TWICE} + @"PT1H")', "2024-10-27T02:30:00+01:00"),
        (f"string({TWICE})", "2024-10-27T02:30:00@Europe/Berlin"),
        (f'date and time(string({TWICE} + @"PT1H")) = {TWICE} + @"PT1H"', True),
        (f'{NEVER} = @"2024-03-31T01:30:00Z"', True),
        (f'{NEVER} < @"2024-03-31T03:15:00@Europe/Berlin"', False),
        ('@"0001-01-01T00:00:00+14:00" < @"0001-01-01T00:00:00Z"', True),
    ],
)
def test_moments_are_compared_as_moments_also_where_clocks_are_changed(expression, value):
    assert as_json(expression) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('time("10:00:00@Europe/Berlin") < time("11:00:00@Europe/Berlin")', True),
        ('time("10:00:00@Europe/Berlin") < time("11:00:00")', None),
        ('time("10:00:00@Europe/Berlin") < time("11:00:00Z")', None),
        ('time("10:00:00@Europe/Berlin") < time("11:00:00@Asia/Dhaka")', None),
        ('time("10:00:00@Europe/Berlin") - time("09:00:00@Asia/Dhaka")', None),
        ('time("10:00:00@Europe/Berlin") - time("08:00:00Z")', None),
        ('time("10:00:00@Europe/Berlin") - time("09:00:00@Europe/Berlin")', "PT1H"),
        ('time("10:00:00@Etc/UTC") - time("09:00:00Z")', "PT1H"),
    ],
)
def test_a_time_in_a_zone_that_changes_its_clocks_has_no_offset_without_a_day(expression, value):
    assert as_json(expression) == value
