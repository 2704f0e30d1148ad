"""Of the table: timers at the boundary, in the flow and at the start."""

from __future__ import annotations

from datetime import timedelta

from processes import engine
from processes.engine import Outcome
from tests.engine.cases import ENVIRONMENT, NOW, problems_of, spec_of
from tests.engine.diagrams import Drawing, timer
from tests.engine.matrix.table import refused, right
from tests.engine.matrix.twin import run

HOUR = timedelta(hours=1)


def limited(text: str, kind: str = "Duration", *, interrupting: bool) -> Drawing:
    drawing = Drawing().start().user("Work").end()
    drawing.boundary("Late", "Work", timer(text, kind), interrupting=interrupting)
    return drawing.script("Count", "=n + 1", "n").end("Escalated")


@right("interrupting boundary timer (duration)")
def test_a_timer_interrupts_unless_the_work_is_done_first() -> None:
    case = run(limited("PT1H", interrupting=True), n=0)
    case.advance(HOUR)
    assert case.ended_at == ["Escalated"]
    assert case.passages[1].outcome is Outcome.CANCELLED

    case = run(limited("PT48H", interrupting=True), n=0)
    case.complete("Work")
    assert case.ended_at == ["Done"]


@right("non-interrupting boundary timer (duration)")
def test_a_timer_goes_beside() -> None:
    case = run(limited("PT1H", interrupting=False), n=0)
    case.advance(HOUR)
    assert case.waits_for == ["Work"]
    assert case.path[-1] == "Escalated"
    case.complete("Work")
    assert case.ended_at == ["Escalated", "Done"]


@right("cycle boundary timer R3/PT..")
def test_a_cycle_fires_as_often_as_it_says() -> None:
    case = run(limited("R3/PT1H", "Cycle", interrupting=False), n=0)
    for _ in range(6):
        case.advance(HOUR)
    case.complete("Work")
    assert case.path.count("Count") == 3
    assert case.variables == {"n": 3}


@refused("cycle timer intermediate catch R2")
def test_a_cycle_in_the_flow_would_fire_once() -> None:
    drawing = Drawing().start().catch("Wait", timer("R2/PT1H", "Cycle")).end()
    (sentence,) = problems_of(drawing)["Wait"]
    assert "non-interrupting events only" in sentence
    assert "draw a loop" in sentence


@right("date timer (timeDate) catch")
def test_a_date_is_waited_for() -> None:
    case = run(
        Drawing().start().catch("Wait", timer("=due", "Date")).end(), due="2026-11-22T10:00Z"
    )
    assert case.wait("Wait").due_at == NOW + HOUR
    case.advance(HOUR)
    assert case.ended_at == ["Done"]


@right("start timer event")
def test_a_timer_begins_a_case_outside_of_any() -> None:
    drawing = Drawing().node("startEvent", "Begin", timer("R/PT1H", "Cycle")).user("Work").end()
    (begins,) = engine.beginnings(spec_of(drawing), ENVIRONMENT)
    assert (begins.element_id, begins.due_at) == ("Begin", NOW + HOUR)

    step = engine.start(spec_of(drawing), {}, ENVIRONMENT, element_id="Begin")
    assert [wait.element_id for wait in step.waits] == ["Work"]


@right("interrupting boundary: downstream reached twice? (task done after timer in a loop)")
def test_a_timer_is_armed_again_in_each_turn() -> None:
    drawing = Drawing().start().user("Work").end()
    drawing.boundary("Late", "Work", timer("PT1H")).script("Count", "=n + 1", "n").to("Work")
    case = run(drawing, n=0)
    for turn in range(1, 4):
        case.advance(HOUR)
        assert case.inputs("Work") == {"n": turn}
    case.complete("Work")
    assert case.ended_at == ["Done"]


@right("boundary timer on call activity; interrupts nested user task")
def test_a_timer_interrupts_a_called_process() -> None:
    called = Drawing("q").start("QB").user("In").end("QE")
    drawing = Drawing().start().call("Call", "q").end()
    drawing.boundary("Late", "Call", timer("PT1H")).end("Escalated")
    case = run(drawing, called)
    assert case.stands_at == ["In"]
    case.advance(HOUR)
    assert case.ended_at == ["Escalated"]


@right("several boundary events on one task (timer + message + error)")
def test_several_events_on_one_task_do_not_disturb_each_other() -> None:
    drawing = Drawing().start().job("Work").end()
    drawing.boundary("Late", "Work", timer("PT1H")).end("WasLate")
    drawing.boundary("Failed", "Work", drawing.error("E")).end("WasFailed")
    drawing.boundary("Told", "Work", drawing.message("m"), interrupting=False).end("WasTold")
    case = run(drawing, key="k")
    case.deliver("Told")
    assert case.path[-1] == "WasTold"
    case.complete("Work")
    assert case.ended_at == ["WasTold", "Done"]
    case = run(drawing, key="k")
    case.throw("Work", "E")
    assert case.ended_at == ["WasFailed"]
    case = run(drawing, key="k")
    case.advance(HOUR)
    assert case.ended_at == ["WasLate"]
