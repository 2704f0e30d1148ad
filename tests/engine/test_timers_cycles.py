"""Cycles: every moment exact, missed ones once, each state read back from its bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from processes import engine
from processes.engine import CannotProceed, cycles
from processes.engine.moments import from_number, to_number
from tests.engine.cases import ENVIRONMENT, NOW, begin, problems_of
from tests.engine.diagrams import Drawing, timer
from tests.scenarios.driver import Case

DAY = timedelta(days=1)


def reminded(text: str) -> Drawing:
    drawing = Drawing().start().user("Review").end()
    drawing.boundary("Late", "Review", timer(text, "Cycle"), interrupting=False)
    return drawing.script("Count", "=n + 1", "n").end("Chased")


def in_a_scope(text: str) -> Drawing:
    inner = Drawing("inner").at("OnStart").script("Count", "=n + 1", "n").end("Chased")
    drawing = Drawing().start().user("Review").end()
    return drawing.event_sub("On", inner, timer(text, "Cycle"), interrupting=False)


def dues(case: Case, count: int) -> list[datetime]:
    """The next moments at which the case is due, letting each of them come."""
    found = []
    for _ in range(count):
        due = [wait.due_at for wait in case.step.waits if wait.due_at]
        if not due:
            break
        found += due
        case.advance(due[0] - case.environment.now)
    return found


@pytest.mark.parametrize("draw", [reminded, in_a_scope])
@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("R3/PT10H", ["11-22T19:00", "11-23T05:00", "11-23T15:00"]),
        ("R2/2026-12-01T00:00:00Z/P1D", ["12-01T00:00", "12-02T00:00"]),
        ("R1/PT1H", ["11-22T10:00"]),
        ('="R2/" + string(duration("PT90M"))', ["11-22T10:30", "11-22T12:00"]),
        ("R2/2026-12-01T09:00[Asia/Shanghai]/PT1H", ["12-01T01:00", "12-01T02:00"]),
    ],
)
def test_a_cycle_comes_exactly_when_it_says(draw: object, text: str, moments: list[str]) -> None:
    case = begin(draw(text), n=0)  # type: ignore[operator]  # one of two functions

    assert dues(case, 9) == [datetime.fromisoformat(f"2026-{m}:00+00:00") for m in moments]
    case.complete("Review")
    assert case.step.ended
    assert case.variables["n"] == len(moments)


def test_the_last_of_the_month_stays_the_last() -> None:
    case = begin(reminded("R4/2027-01-31T12:00:00Z/P1M"), n=0)

    assert [(due.month, due.day) for due in dues(case, 9)] == [(1, 31), (2, 28), (3, 31), (4, 30)]


def test_nine_oclock_stays_nine_oclock_when_the_clocks_are_moved() -> None:
    case = begin(reminded("R/2027-03-27T09:00[Europe/Berlin]/P1D"), n=0)

    assert [due.hour for due in dues(case, 3)] == [8, 7, 7]


def test_hours_are_hours_when_the_clocks_are_moved() -> None:
    case = begin(reminded("R/2027-03-28T00:00[Europe/Berlin]/PT12H"), n=0)

    assert {after - before for before, after in pairwise(dues(case, 4))} == {DAY / 2}


@pytest.mark.parametrize(
    ("text", "late", "again"),
    [
        ("R9/PT10H", timedelta(hours=55), (NOW + timedelta(hours=60), 4)),
        ("R5/PT10H", timedelta(hours=55), None),
        ("R/PT0.001S", 5000 * DAY, (NOW + 5000 * DAY + timedelta(milliseconds=1), -1)),
        ("R/P1D", 5000 * DAY, (NOW + 5001 * DAY, -1)),
        ("R/2026-12-31T00:00[Asia/Shanghai]/P1M", 3650 * DAY, None),
    ],
)
def test_missed_moments_come_once_and_the_cycle_goes_on_from_its_schedule(
    text: str, late: timedelta, again: tuple[datetime, int] | None
) -> None:
    case = begin(reminded(text), n=0)
    then = engine.Environment(now=NOW + late, state_key=ENVIRONMENT.state_key)
    step = engine.fire_timers(case.spec, case.step.state, then)

    assert [p.element_id for p in step.passages].count("Late") == 1
    found = [wait.due_at for wait in step.waits if wait.element_id == "Late"]
    if "Asia" in text:
        # Midnight of the last of November 2036 in Shanghai.
        assert found == [datetime(2036, 11, 29, 16, tzinfo=UTC)]
    else:
        assert found == ([again[0]] if again else [])


@pytest.mark.parametrize(
    "text",
    [
        "R/2026-11-22T09:00:00Z/P1M",
        "R/2026-11-22T09:00[Europe/Berlin]/P1DT1H",
        "R99/PT7H",
        "R50/P1W",
        "R/P1Y1M1DT1S",
    ],
)
def test_a_jump_over_missed_moments_lands_where_single_steps_would(text: str) -> None:
    due, rhythm = cycles.begin(text, NOW)
    moments = [due]
    while len(moments) < 60 and (next_one := cycles.following(moments[-1], rhythm, moments[-1])):
        moments.append(next_one[0])
        rhythm = next_one[1]

    for late in range(1, 59):
        first, at_first = cycles.begin(text, NOW)
        now = moments[min(late, len(moments) - 1)] - 1
        found = cycles.following(first, at_first, now)
        assert found is not None
        assert found[0] == min(moment for moment in moments if moment > max(now, first))


def test_a_cycle_of_an_older_state_goes_on() -> None:
    due = to_number(NOW)
    following = cycles.following(due, [2, "P1M"], due)

    assert following is not None
    assert from_number(following[0]) == NOW.replace(month=12)
    assert following[1][0] == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("R0/PT1H", "such as R3/PT10H"),
        ("R-1/PT1H", "such as R3/PT10H"),
        ("R3/-PT1H", "such as R3/PT10H"),
        ("R/PT0S", "longer than nothing"),
        ("R3/2026-12-01T10:00:00/PT1H", "its offset from UTC"),
        ("R3/2026-02-30T10:00:00Z/PT1H", "that exist"),
        ("R3/2026-12-01T10:00:00Z/P9999Y", "before the year 9999"),
        ("0 0 9 * * MON-FRI", "cron does not say in which time zone"),
        ("@daily", "cron does not say in which time zone"),
    ],
)
def test_a_cycle_that_is_none_is_refused_or_stops_the_token(text: str, sentence: str) -> None:
    (found,) = problems_of(reminded(text))["Late"]
    assert sentence in found
    with pytest.raises(CannotProceed, match=r"^Late: ") as refusal:
        begin(reminded("=rhythm"), n=0, rhythm=text)
    assert sentence in str(refusal.value)


def test_a_cycle_in_the_flow_is_refused_with_the_way_out() -> None:
    drawing = Drawing().start().catch("Pause", timer("R3/PT1H", "Cycle")).end()

    (found,) = problems_of(drawing)["Pause"]
    assert "choose a duration, or draw a loop" in found
