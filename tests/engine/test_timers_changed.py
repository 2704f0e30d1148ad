"""Commands on a timer that waits: another moment, a pause, and on with what was left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from processes import engine
from processes.engine import CannotProceed, Outcome, TokenNotWaiting, WaitKind
from tests.engine.cases import NOW, begin
from tests.engine.diagrams import Drawing, timer
from tests.scenarios.driver import Case

HOUR = timedelta(hours=1)


def in_the_flow() -> Drawing:
    return Drawing().start().catch("Pause", timer("PT10H")).user("After").end()


def on_a_task(*, interrupting: bool = True) -> Drawing:
    drawing = Drawing().start().user("Review").end()
    drawing.boundary("Pause", "Review", timer("PT10H"), interrupting=interrupting)
    return drawing.user("After").end("Late")


def beside() -> Drawing:
    return on_a_task(interrupting=False)


def behind_a_gateway() -> Drawing:
    drawing = Drawing().start().node("eventBasedGateway", "Race")
    drawing.catch("Other", drawing.message("m", '="k"')).end("E2").at("Race")
    return drawing.catch("Pause", timer("PT10H")).user("After").end()


def beginning_a_sub_process() -> Drawing:
    inner = Drawing("inner").at("PauseStart").user("After").end("E2")
    return Drawing().start().user("Review").end().event_sub("Pause", inner, timer("PT10H"))


EVERYWHERE = pytest.mark.parametrize(
    "draw", [in_the_flow, on_a_task, beside, behind_a_gateway, beginning_a_sub_process]
)


def the_timer(case: Case) -> engine.Wait:
    found = [wait for wait in case.step.waits if wait.element_id in ("Pause", "PauseStart")]
    assert len(found) == 1
    return found[0]


def act(case: Case, verb: Callable[..., engine.Step], **options: Any) -> None:
    token_id = the_timer(case).token_id
    step = verb(case.spec, case.step.state, case.environment, token_id=token_id, **options)
    assert step.passages == ()
    case.step = case._moved(step)


@EVERYWHERE
def test_a_timer_fires_when_it_has_been_told_to(draw: Callable[[], Drawing]) -> None:
    case = begin(draw())
    act(case, engine.change_timer, due_at=NOW + 20 * HOUR)
    case.advance(20 * HOUR - timedelta(microseconds=1))
    assert "After" not in case.stands_at

    case.advance(timedelta(microseconds=1))
    assert "After" in case.stands_at


@EVERYWHERE
def test_a_moment_that_has_passed_fires_next(draw: Callable[[], Drawing]) -> None:
    case = begin(draw())
    act(case, engine.change_timer, due_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert the_timer(case).due_at == datetime(2020, 1, 1, tzinfo=UTC)

    case.advance(timedelta())
    assert "After" in case.stands_at


@EVERYWHERE
def test_a_pause_keeps_what_was_left(draw: Callable[[], Drawing]) -> None:
    case = begin(draw())
    before = case.waits_for
    case.advance(4 * HOUR)
    act(case, engine.pause_timer)
    paused = the_timer(case)
    assert (paused.due_at, paused.remaining, paused.kind) == (None, 6 * HOUR, WaitKind.TIMER)
    case.advance(1000 * HOUR - HOUR / 7)
    assert case.waits_for == before

    act(case, engine.resume_timer)
    assert the_timer(case).due_at == case.environment.now + 6 * HOUR
    assert the_timer(case).remaining is None
    case.advance(6 * HOUR)
    assert "After" in case.stands_at


def test_a_timer_that_is_overdue_has_nothing_left() -> None:
    case = begin(in_the_flow())
    late = replace(case.environment, now=NOW + 11 * HOUR)
    token_id = case.wait("Pause").token_id
    paused = engine.pause_timer(case.spec, case.step.state, late, token_id=token_id)

    assert paused.waits[0].remaining == timedelta()
    again = engine.resume_timer(case.spec, paused.state, late, token_id=token_id)
    assert again.waits[0].due_at == late.now


def test_a_task_that_ends_takes_its_paused_timer_with_it() -> None:
    case = begin(on_a_task())
    act(case, engine.pause_timer)
    case.complete("Review")

    assert case.waits_for == []
    assert [p.outcome for p in case.passages if p.element_id == "Review"] == [Outcome.COMPLETED]


def cycled(text: str) -> Case:
    drawing = Drawing().start().user("Review").end()
    drawing.boundary("Pause", "Review", timer(text, "Cycle"), interrupting=False)
    return begin(drawing.script("Count", "=n + 1", "n").end("Late"), n=0)


@pytest.mark.parametrize(
    ("text", "dues"),
    [
        ("R3/PT10H", [3, 13, 23]),
        ("R2/2026-12-31T09:00[Asia/Shanghai]/P1D", [3, 27]),
        ("R2/2026-12-31T09:00:00Z/P1M", [3, 3 + 24 * 30]),
    ],
)
def test_a_cycle_goes_on_from_where_it_was_put(text: str, dues: list[int]) -> None:
    case = cycled(text)
    act(case, engine.change_timer, due_at=NOW + 3 * HOUR)
    found = []
    while "Pause" in case.waits_for:
        due = case.wait("Pause").due_at
        assert due is not None
        found.append((due - NOW) // HOUR)
        case.advance(due - case.environment.now)

    assert found == dues


def test_a_cycle_that_pauses_goes_on_as_often_as_it_had_left() -> None:
    case = cycled("R3/PT10H")
    case.advance(15 * HOUR)
    act(case, engine.pause_timer)
    case.advance(100 * HOUR)
    act(case, engine.resume_timer)
    case.advance(5 * HOUR)
    assert case.inputs("Review")["n"] == 2

    case.advance(100 * HOUR)
    assert case.inputs("Review")["n"] == 3
    assert case.waits_for == ["Review"]


def test_what_does_not_fit_the_timer_is_refused() -> None:
    case = begin(in_the_flow())
    with pytest.raises(CannotProceed, match="Pause: Expected a timer that pauses"):
        act(case, engine.resume_timer)
    with pytest.raises(CannotProceed, match="before the year 9999"):
        act(case, engine.change_timer, due_at=datetime(9999, 12, 1, tzinfo=UTC))
    act(case, engine.pause_timer)
    with pytest.raises(CannotProceed, match="it pauses already"):
        act(case, engine.pause_timer)
    with pytest.raises(CannotProceed, match="resume it"):
        act(case, engine.change_timer, due_at=NOW)


@pytest.mark.parametrize("verb", [engine.pause_timer, engine.resume_timer])
def test_who_waits_for_no_timer_is_no_timer(verb: Callable[..., engine.Step]) -> None:
    case = begin(on_a_task())
    for token_id in (case.wait("Review").token_id, "zz"):
        with pytest.raises(TokenNotWaiting):
            verb(case.spec, case.step.state, case.environment, token_id=token_id)
