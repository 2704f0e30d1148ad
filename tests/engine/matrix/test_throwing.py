"""Of the table: escalations, errors and compensation."""

from __future__ import annotations

from tests.engine.cases import problems_of
from tests.engine.diagrams import Drawing, tag
from tests.engine.matrix.table import refused, right
from tests.engine.matrix.twin import run

UNDO = tag("compensateEventDefinition")


def escalating(kind: str, *, interrupting: bool = True) -> Drawing:
    inner = Drawing("s").start("B").script("Before", "=1", "a")
    if kind == "throw":
        inner.throw("Up", inner.escalation("X1")).user("In").end("E")
    else:
        inner.end("Up", inner.escalation("X1"))
    drawing = Drawing().start().sub("Sub", inner).end()
    drawing.boundary("Heard", "Sub", drawing.escalation("X1"), interrupting=interrupting)
    return drawing.end("Handled")


@right("escalation: intermediate throw -> interrupting boundary")
def test_an_escalation_interrupts() -> None:
    case = run(escalating("throw"))
    assert case.ended_at == ["Handled"]
    assert "In" not in case.path


@right("escalation: intermediate throw -> non-interrupting boundary")
def test_an_escalation_goes_beside() -> None:
    case = run(escalating("throw", interrupting=False))
    assert case.path[-1] == "Handled"
    assert case.stands_at == ["In"]
    case.complete("In")
    assert case.ended_at == ["Handled", "Done"]


@right("escalation: end event -> boundary")
def test_an_escalation_is_thrown_at_an_end() -> None:
    assert run(escalating("end")).ended_at == ["Handled"]


@right("escalation: from call activity, catch-all boundary (no ref)")
def test_an_escalation_comes_out_of_a_called_process() -> None:
    called = Drawing("q").start("QB")
    called.throw("Up", called.escalation("X9")).end("QE")
    drawing = Drawing().start().call("Call", "q").end()
    drawing.boundary("Heard", "Call", drawing.escalation(), interrupting=False).end("Handled")
    assert run(drawing, called).ended_at == ["Handled", "Done"]


@right("escalation: uncaught -> bpmn_events / no crash")
def test_an_escalation_that_nobody_catches_changes_nothing() -> None:
    drawing = Drawing().start()
    assert run(drawing.throw("Up", drawing.escalation("X9")).end()).ended_at == ["Done"]


@right("error: end event in subprocess -> error boundary by code")
def test_an_error_is_caught_by_its_code() -> None:
    inner = Drawing("s").start("B")
    inner.end("Fail", inner.error("X1"))
    drawing = Drawing().start().sub("Sub", inner).end()
    drawing.boundary("Other", "Sub", drawing.error("X2")).end("Wrong")
    drawing.boundary("This", "Sub", drawing.error("X1")).end("Handled")
    assert run(drawing).ended_at == ["Handled"]


def failing(code: str = "") -> Drawing:
    drawing = Drawing().start().job("Call").end()
    return drawing.boundary("Failed", "Call", drawing.error(code)).end("Handled")


@right("error boundary on SERVICE TASK (exception in call_service)")
def test_what_a_job_throws_is_caught_at_its_task() -> None:
    case = run(failing())
    case.throw("Call", "REMOTE_500", why="remote")
    assert case.ended_at == ["Handled"]
    assert case.variables == {"why": "remote"}


@right("error boundary on service task: app catches & sends ErrorEvent itself")
def test_a_worker_throws_an_error_by_its_code() -> None:
    case = run(failing("X1"))
    case.throw("Call", "X1", m=1)
    assert case.ended_at == ["Handled"]
    assert case.variables == {"m": 1}


def undone(drawing: Drawing) -> Drawing:
    drawing.boundary("OnDo", "Do", UNDO).at("")
    drawing.node("userTask", "Undo", isForCompensation="true")
    drawing.content.append(tag("association", id="a", sourceRef="OnDo", targetRef="Undo"))
    return drawing


@right("compensation: intermediate throw + boundary handler")
def test_what_was_done_is_undone() -> None:
    case = run(undone(Drawing().start().script("Do", "=1", "x").throw("Throw", UNDO).end()))
    assert case.waits_for == ["Undo"]
    case.complete("Undo", undone=True)
    assert case.ended_at == ["Done"]
    assert case.variables == {"x": 1, "undone": True}


@refused("compensation: throw without boundary (silently ignored?)")
def test_nothing_can_be_undone() -> None:
    drawing = Drawing().start().throw("Throw", UNDO).end()
    assert "an activity with a compensation event" in problems_of(drawing)["Throw"][0]


@right("compensation end event")
def test_what_was_done_is_undone_at_the_end() -> None:
    case = run(undone(Drawing().start().script("Do", "=1", "x").end("Throw", UNDO)))
    case.complete("Undo")
    assert case.ended_at == ["Throw"]
