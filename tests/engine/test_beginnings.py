"""Start events: which moments and messages begin a case, and where it begins then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from processes import engine
from processes.engine import Beginning, CannotProceed
from tests.engine.cases import ENVIRONMENT, NOW, begin, begin_with, problems_of, spec_of
from tests.engine.diagrams import Drawing, mapping, tag, timer


def with_starts() -> Drawing:
    """A plain start, two messages and two timers, each with a way of its own."""
    drawing = Drawing().start("Plain").user("ByHand").end("E1")
    asked = drawing.message("asked", "=no")
    drawing.node("startEvent", "Asked", asked, extension=mapping(None, {"what": "=wish"}))
    drawing.user("Answer").end("E2")
    drawing.node("startEvent", "Told", drawing.message("told", "")).user("Listen").end("E3")
    drawing.node("startEvent", "Daily", timer("R/2026-12-01T09:00[Asia/Shanghai]/P1D", "Cycle"))
    drawing.user("Count").end("E4")
    drawing.node("startEvent", "Once", timer("2027-01-01T00:00:00Z", "Date"))
    return drawing.user("Celebrate").end("E5")


def at(drawing: Drawing, element_id: str, **came: object) -> engine.Step:
    return engine.start(spec_of(drawing), came, ENVIRONMENT, element_id=element_id)


def test_the_start_events_say_what_begins_a_case() -> None:
    found = engine.beginnings(spec_of(with_starts()), ENVIRONMENT)

    assert [(one.element_id, one.message, one.due_at) for one in found] == [
        ("Asked", "asked", None),
        ("Told", "told", None),
        ("Daily", "", datetime(2026, 12, 1, 1, tzinfo=UTC)),
        ("Once", "", datetime(2027, 1, 1, tzinfo=UTC)),
    ]
    assert [one.rhythm is not None for one in found] == [False, False, True, False]


@pytest.mark.parametrize(
    ("element_id", "stands_at"),
    [("", "ByHand"), ("Told", "Listen"), ("Daily", "Count"), ("Once", "Celebrate")],
)
def test_a_case_begins_at_the_event_that_has_come(element_id: str, stands_at: str) -> None:
    step = at(with_starts(), element_id, n=1)

    assert [wait.element_id for wait in step.waits] == [stands_at]
    assert step.variables == {"n": 1}


def test_what_comes_with_a_message_goes_through_the_output_mapping() -> None:
    step = at(with_starts(), "Asked", wish="new shoes", more=1)

    assert step.variables == {"what": "new shoes"}
    assert [passage.element_id for passage in step.passages] == ["Asked"]
    assert engine.describe(spec_of(with_starts()), step.state, ENVIRONMENT).waits == step.waits


def test_a_cycle_begins_a_case_at_each_of_its_moments_and_missed_ones_once() -> None:
    (daily,) = (one for one in engine.beginnings(spec_of(with_starts()), ENVIRONMENT) if one.rhythm)
    assert daily.due_at is not None
    assert daily.rhythm is not None
    after = engine.next_beginning(daily.due_at, daily.rhythm, daily.due_at)
    assert after is not None
    assert after[0] == daily.due_at + timedelta(days=1)

    late = engine.next_beginning(*after, daily.due_at + timedelta(days=10, hours=5))
    assert late is not None
    assert late[0] == daily.due_at + timedelta(days=11)


def begun_by(text: str, kind: str) -> Drawing:
    return Drawing().node("startEvent", "Begin", timer(text, kind)).user("Work").end()


def test_a_cycle_that_has_come_as_often_as_it_says_begins_nothing_more() -> None:
    (one,) = engine.beginnings(spec_of(begun_by("R2/PT1H", "Cycle")), ENVIRONMENT)
    assert (one.due_at, one.rhythm) == (NOW + timedelta(hours=1), (1, "PT1H"))
    second = engine.next_beginning(NOW + timedelta(hours=1), (1, "PT1H"), NOW + timedelta(hours=1))
    assert second == (NOW + timedelta(hours=2), (0, "PT1H"))

    assert engine.next_beginning(*second, second[0]) is None


def test_feel_says_when_and_by_which_message() -> None:
    drawing = begun_by("=next_fair()", "Date")
    drawing.at("").node("startEvent", "Called", drawing.message('="a" + "b"', "")).to("Work")
    lent = {"next_fair": lambda *, now: now + timedelta(days=30)}
    case = begin_with(lent, drawing.at("").start("Plain").to("Work"))

    environment = replace(ENVIRONMENT, functions=lent)
    assert engine.beginnings(case.spec, environment) == (
        Beginning(element_id="Begin", due_at=NOW + timedelta(days=30)),
        Beginning(element_id="Called", message="ab"),
    )


@pytest.mark.parametrize(
    ("text", "kind", "sentence"),
    [
        ("=now().year", "Date", "Begin: =now.*: Expected a duration such as"),
        ('="R/PT" + string(0 * now().year) + "S"', "Cycle", "Begin: .*longer than nothing"),
        ("=amount", "Date", "Begin: .*found None"),
    ],
)
def test_a_value_that_is_no_moment_is_told_when_it_is_asked_for(
    text: str, kind: str, sentence: str
) -> None:
    with pytest.raises(CannotProceed, match=sentence):
        engine.beginnings(spec_of(begun_by(text, kind)), ENVIRONMENT)


def test_without_a_plain_start_it_must_be_said_where_to_begin() -> None:
    drawing = begun_by("R/PT1H", "Cycle")
    assert begin(drawing).stands_at == ["Work"]
    drawing.at("").node("startEvent", "Told", drawing.message("told", "")).to("Work")

    with pytest.raises(CannotProceed, match="told which one has come of Begin, Told"):
        begin(drawing)
    with pytest.raises(CannotProceed, match="Expected a start event"):
        at(drawing, "Work")


def two_of_one_message() -> Drawing:
    drawing = Drawing().start().user("Work").end()
    for name in ("One", "Two"):
        drawing.at("").node("startEvent", name, drawing.message("told", "")).to("Work")
    return drawing


@pytest.mark.parametrize(
    ("draw", "element_id", "sentence"),
    [
        (lambda: begun_by("PT1H", "Duration"), "Begin", "Expected a date or a cycle"),
        (lambda: begun_by("2026-02-30T00:00:00Z", "Date"), "Begin", "that exist"),
        (lambda: begun_by("0 0 9 * * *", "Cycle"), "Begin", "cron"),
        (two_of_one_message, "Two", "Expected one start event for message 'told', found One too"),
        (
            lambda: Drawing().node("startEvent", "S", tag("signalEventDefinition")).end(),
            "S",
            "use a message",
        ),
        (
            lambda: Drawing().node("startEvent", "S", tag("conditionalEventDefinition")).end(),
            "S",
            "begin a process with a message",
        ),
    ],
)
def test_is_refused(draw: Callable[[], Drawing], element_id: str, sentence: str) -> None:
    assert any(sentence in found for found in problems_of(draw())[element_id])
