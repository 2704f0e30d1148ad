"""Of the table: event-based gateways and event sub-processes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.engine.diagrams import Drawing, tag, timer
from tests.engine.matrix.table import right
from tests.engine.matrix.twin import Twin, run

HOUR = timedelta(hours=1)


def race() -> Drawing:
    drawing = Drawing().start().node("eventBasedGateway", "First")
    drawing.catch("Told", drawing.message("m")).end("ByMessage")
    return drawing.at("First").catch("Late", timer("PT1H")).end("ByTime")


@right("event-based gateway: message wins")
def test_a_message_wins() -> None:
    case = run(race(), key="k")
    assert case.waits_for == ["Late", "Told"]
    case.deliver("Told", k=1)
    assert case.ended_at == ["ByMessage"]
    assert case.variables == {"key": "k", "k": 1}


@right("event-based gateway: timer wins")
def test_a_timer_wins() -> None:
    case = run(race(), key="k")
    case.advance(HOUR)
    assert case.ended_at == ["ByTime"]


@right("event-based gateway: two timers of different length")
def test_the_shorter_of_two_timers_wins() -> None:
    drawing = Drawing().start().node("eventBasedGateway", "First")
    drawing.catch("Long", timer("PT1H")).end("ByLong")
    drawing.at("First").catch("Short", timer("PT1M")).end("ByShort")
    case = run(drawing)
    case.advance(timedelta(minutes=1))
    assert case.ended_at == ["ByShort"]


@right("event-based gateway: receiveTask child")
def test_a_receive_task_is_one_of_the_events() -> None:
    drawing = Drawing().start().node("eventBasedGateway", "First")
    drawing.message("m")
    drawing.node("receiveTask", "Told", messageRef="m_m").end("ByMessage")
    drawing.at("First").catch("Late", timer("PT1H")).end("ByTime")
    case = run(drawing, key="k")
    case.deliver("Told")
    assert case.ended_at == ["ByMessage"]


def with_sub(definition: str, *, interrupting: bool, main: Drawing | None = None) -> Drawing:
    drawing = main or Drawing().start().user("Work").end()
    inner = Drawing("i").at("OnStart").script("Ran", "=true", "ran").end("OnEnd")
    return drawing.event_sub("On", inner, definition, interrupting=interrupting)


def told(*, interrupting: bool) -> Twin:
    drawing = Drawing().start().user("Work").end()
    return run(with_sub(drawing.message("m"), interrupting=interrupting, main=drawing), key="k")


@right("event subprocess: interrupting, message start")
def test_a_message_ends_all_else() -> None:
    case = told(interrupting=True)
    case.deliver("OnStart")
    assert case.step.ended
    assert case.path == ["Begin", "Work", "OnStart", "Ran", "OnEnd", "On"]


@right("event subprocess: non-interrupting, message start")
def test_a_message_begins_work_beside() -> None:
    case = told(interrupting=False)
    case.deliver("OnStart")
    assert "Ran" in case.path
    assert case.stands_at == ["OnStart", "Work"]
    case.complete("Work")
    assert case.ended_at == ["Done"]


@right("event subprocess: not triggered -> process still completes")
@right("event subprocess: timer start, not due, main flow completes")
@pytest.mark.parametrize("definition", [timer("PT1H"), ""])
def test_what_never_comes_keeps_nobody(definition: str) -> None:
    drawing = Drawing().start().user("Work").end()
    begins = definition or drawing.message("m")
    case = run(with_sub(begins, interrupting=False, main=drawing), key="k")
    case.complete("Work")
    assert case.ended_at == ["Done"]
    assert case.variables == {"key": "k"}


@right("event subprocess: timer start (non-interrupting)")
def test_a_timer_begins_work_beside() -> None:
    case = run(with_sub(timer("PT1H"), interrupting=False))
    case.advance(HOUR)
    assert "Ran" in case.path
    case.complete("Work")
    assert case.step.ended


def throwing(kind: str) -> Drawing:
    inner = Drawing("s").start("B")
    if kind == "error":
        inner.end("Fail", inner.error("X1"))
    else:
        inner.throw("Up", inner.escalation("X1")).end("E")
    return Drawing().start().sub("Sub", inner).end()


@right("event subprocess: error start")
def test_an_error_begins_it() -> None:
    drawing = throwing("error")
    case = run(with_sub(drawing.error("X1"), interrupting=True, main=drawing))
    assert case.path == ["Begin", "B", "Fail", "Sub", "OnStart", "Ran", "OnEnd", "On"]
    assert case.variables == {"ran": True}
    assert "Done" not in case.path


@right("event subprocess: escalation start")
def test_an_escalation_begins_it_beside() -> None:
    drawing = throwing("escalation")
    case = run(with_sub(drawing.escalation("X1"), interrupting=False, main=drawing))
    assert case.variables == {"ran": True}
    assert "Done" in case.path


@right("signal: throw in parallel branch -> catch")
def test_a_signal_reaches_another_branch() -> None:
    drawing = Drawing().start().fork("F").catch("Heard", signal()).fork("J").end()
    drawing.at("F").user("Work").throw("Throw", signal()).to("J")
    drawing.declared["s"] = SIGNAL
    case = run(drawing)
    case.complete("Work")
    assert case.ended_at == ["Done"]


@right("signal end event")
def test_a_signal_is_thrown_at_an_end() -> None:
    drawing = Drawing().start().fork("F").catch("Heard", signal()).end()
    drawing.at("F").user("Work").end("Throw", signal())
    drawing.declared["s"] = SIGNAL
    case = run(drawing)
    case.complete("Work")
    assert case.ended_at == ["Throw", "Done"]


@right("signal boundary, non-interrupting, fires more than once")
def test_a_boundary_hears_every_signal() -> None:
    drawing = Drawing().start().fork("F").user("Work").end()
    drawing.boundary("Heard", "Work", signal(), interrupting=False)
    drawing.script("Count", "=n + 1", "n").end("Counted")
    drawing.at("F").user("Again").throw("Throw", signal()).to("Again")
    drawing.declared["s"] = SIGNAL
    case = run(drawing, n=0)
    case.complete("Again")
    case.complete("Again")
    assert case.path.count("Count") == 2
    assert case.stands_at == ["Again", "Work"]


SIGNAL = tag("signal", id="s", name="S")


def signal() -> str:
    return tag("signalEventDefinition", signalRef="s")
