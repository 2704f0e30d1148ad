"""Event sub-processes: begun by an event of the scope they are drawn in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from processes import engine
from processes.engine import Outcome, UncaughtBpmnError, WaitKind
from tests.engine.cases import ENVIRONMENT, NOW, begin, problems_of
from tests.engine.diagrams import Drawing, mapping, tag, timer

HOUR = timedelta(hours=1)


def handler(sub: str = "On", *, task: str = "Handle") -> Drawing:
    return Drawing(f"{sub}_i").at(f"{sub}Start").user(task).end(f"{sub}End")


def two_branches() -> Drawing:
    drawing = Drawing().start().fork("F").user("A").fork("J").user("After").end()
    return drawing.at("F").user("B").user("B2").to("J")


def test_a_message_interrupts_everything_else() -> None:
    drawing = two_branches()
    drawing.event_sub("On", handler(), drawing.message("stop"))
    case = begin(drawing, key="k", x=1)
    wait = case.wait("OnStart")
    assert (wait.kind, wait.correlation_key, wait.attached_to) == (WaitKind.MESSAGE, "k", "")
    case.complete("B", b=1)
    case.deliver("OnStart", why="enough")

    assert case.waits_for == ["Handle"]
    assert case.inputs("Handle") == {"key": "k", "x": 1, "b": 1, "why": "enough"}
    outcomes = {p.element_id: p.outcome for p in case.step.passages}
    assert outcomes == {
        "A": Outcome.CANCELLED,
        "B2": Outcome.CANCELLED,
        "OnStart": Outcome.COMPLETED,
    }
    case.complete("Handle", done=True)
    assert case.step.ended
    assert case.variables == {"key": "k", "x": 1, "b": 1, "why": "enough", "done": True}


def test_a_message_begins_work_beside_everything_else_again_and_again() -> None:
    drawing = two_branches()
    drawing.event_sub(
        "On", handler(), drawing.message("note"), interrupting=False, outputs={"note": "=text"}
    )
    case = begin(drawing, key="k", o={"x": 1, "y": 1})
    case.complete("A", a=1)
    case.deliver("OnStart", text="one")
    case.complete("B", b=1, o={"x": 2, "y": 1})
    assert case.inputs("Handle") == {"key": "k", "o": {"x": 1, "y": 1}, "a": 1, "note": "one"}
    case.complete("Handle", h=1, o={"x": 1, "y": 3})
    case.deliver("OnStart", text="two")
    assert case.inputs("Handle")["o"] == {"x": 2, "y": 3}
    case.complete("B2")
    case.complete("After")
    assert case.waits_for == ["Handle", "OnStart"]
    case.complete("Handle", h=2)

    assert case.step.ended
    assert case.variables == {
        "key": "k",
        "o": {"x": 2, "y": 3},
        "a": 1,
        "b": 1,
        "note": "two",
        "h": 2,
    }


def test_what_the_main_flow_undoes_stays_undone() -> None:
    drawing = Drawing().start().user("One").user("Two").end()
    drawing.event_sub("On", handler(), timer("PT1H"), interrupting=False)
    case = begin(drawing, x=1)
    case.complete("One", x=2)
    case.advance(HOUR)
    case.complete("Two", x=1)
    case.complete("Handle", h=1)

    assert case.variables == {"x": 1, "h": 1}


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_timer_that_is_not_due_goes_with_its_scope(interrupting: bool) -> None:
    drawing = Drawing().start().user("Work").end()
    drawing.event_sub("On", handler(), timer("PT1H"), interrupting=interrupting)
    case = begin(drawing)
    assert case.wait("OnStart").due_at == NOW + HOUR
    case.complete("Work")

    assert case.ended_at == ["Done"]


def test_a_cycle_begins_work_again_and_again() -> None:
    drawing = Drawing().start().user("Work").end()
    inner = Drawing("i").at("OnStart").script("Count", "=n + 1", "n").end("OnEnd")
    drawing.event_sub("On", inner, timer("R3/PT1H", "Cycle"), interrupting=False)
    case = begin(drawing, n=0)
    sizes = []
    for _ in range(3):
        case.advance(HOUR)
        sizes.append(len(case.step.state))
    assert case.inputs("Work") == {"n": 3}
    case.advance(9 * HOUR)

    assert case.waits_for == ["Work"]
    assert case.inputs("Work") == {"n": 3}
    assert sizes[1] <= sizes[0] + 8


def test_it_belongs_to_the_sub_process_it_is_drawn_in() -> None:
    body = Drawing("i").start("B").user("In").end("E")
    body.event_sub("On", handler(), body.message("stop"))
    drawing = Drawing().start().user("First").sub("Sub", body).user("After").end()
    case = begin(drawing, key="k")
    assert case.waits_for == ["First"]
    case.complete("First")
    assert case.waits_for == ["In", "OnStart"]
    case.deliver("OnStart", why=1)
    assert case.waits_for == ["Handle"]
    case.complete("Handle")

    assert case.inputs("After") == {"key": "k", "why": 1}
    assert case.path[-3:] == ["OnEnd", "On", "Sub"]


def test_an_error_is_caught_inside_before_the_boundary_outside() -> None:
    body = Drawing("i").start("B").job("Pay").end("E")
    body.event_sub("On", handler(), body.error("E1"), outputs={"reason": "=why"})
    drawing = Drawing().start().sub("Sub", body).user("After").end()
    drawing.boundary("Any", "Sub", drawing.error()).end("WasAny")
    case = begin(drawing)
    case.throw("Pay", "E1", why="poor")
    assert case.inputs("Handle") == {"reason": "poor"}
    assert case.step.passages[0].outcome is Outcome.ERROR
    case.complete("Handle")
    assert case.stands_at == ["After"]

    case = begin(drawing)
    case.throw("Pay", "E2", why="poor")
    assert case.ended_at == ["WasAny"]


def test_an_error_in_a_handler_is_not_caught_by_it() -> None:
    drawing = Drawing().start().job("Pay").end()
    inner = Drawing("i").at("OnStart").job("Again").end("OnEnd")
    drawing.event_sub("On", inner, drawing.error())
    case = begin(drawing)
    case.throw("Pay", "E1")
    with pytest.raises(UncaughtBpmnError):
        case.throw("Again", "E1")


def test_an_error_end_event_is_caught_in_its_own_process() -> None:
    drawing = Drawing().start().fork("F").user("A")
    drawing.end("Fail", drawing.error("E"), extension=mapping({"why": '="no"'}, None))
    drawing.at("F").user("Other").end()
    drawing.event_sub("On", handler(), drawing.error("E"))
    case = begin(drawing)
    case.complete("A")

    assert case.waits_for == ["Handle"]
    assert case.inputs("Handle") == {"why": "no"}


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_is_heard(interrupting: bool) -> None:
    body = Drawing("i").start("B").user("A")
    body.throw("Up", body.escalation("HELP"), extension=mapping({"level": "=2"}, None))
    body.user("Go").end("E")
    drawing = Drawing().start().sub("Sub", body).end()
    drawing.event_sub("On", handler(), drawing.escalation("HELP"), interrupting=interrupting)
    case = begin(drawing)
    case.complete("A", a=1)

    assert case.stands_at == (["Handle"] if interrupting else ["Go", "Handle"])
    assert case.inputs("Handle") == {"a": 1, "level": 2}


def test_several_wait_and_one_that_interrupts_ends_the_others() -> None:
    drawing = Drawing().start().user("Work").end()
    drawing.event_sub("Soft", handler("Soft", task="Soften"), timer("PT1H"), interrupting=False)
    drawing.event_sub("Hard", handler("Hard", task="Stop"), timer("PT2H"))
    drawing.event_sub("Note", handler("Note", task="Read"), drawing.message("n"))
    case = begin(drawing, key="k")
    assert case.waits_for == ["HardStart", "NoteStart", "SoftStart", "Work"]
    case.advance(HOUR)
    assert case.stands_at == ["NoteStart", "Soften", "Work"]
    case.advance(HOUR)

    assert case.waits_for == ["Stop"]
    case.complete("Stop")
    assert case.step.ended


def test_the_variables_before_the_act_are_those_of_all_branches() -> None:
    drawing = two_branches()
    drawing.event_sub("On", handler(), drawing.message("stop"))
    case = begin(drawing, key="k")
    case.complete("A", a=1)
    token = case.wait("OnStart").token_id
    step = engine.deliver(
        case.spec, case.step.state, ENVIRONMENT, token_id=token, payload={"why": 1}
    )

    assert step.before == {"key": "k", "a": 1}
    assert step.variables == {"key": "k", "a": 1, "why": 1}


def test_what_has_begun_and_ended_leaves_nothing_behind() -> None:
    drawing = Drawing().start().user("Try").to("Try")
    drawing.event_sub("On", handler(), drawing.message("note"), interrupting=False)
    case = begin(drawing, key="k")
    sizes = []
    for turn in range(60):
        case.deliver("OnStart", x=turn)
        case.complete("Try", y=turn)
        case.complete("Handle", z=turn)
        sizes.append(len(case.step.state))

    assert sizes[-1] <= sizes[9] + 8


def with_sub(definition: str, interrupting: bool = True) -> Drawing:
    return (
        Drawing()
        .start()
        .user("Work")
        .end()
        .event_sub("On", handler(), definition, interrupting=interrupting)
    )


def with_flow() -> Drawing:
    return with_sub(timer("PT1H")).at("On").to("Done")


def with_boundary() -> Drawing:
    return with_sub(timer("PT1H")).boundary("X", "On", timer("PT1H")).end("XEnd")


def twice() -> Drawing:
    drawing = with_sub(tag("errorEventDefinition"))
    return drawing.event_sub("On2", handler("On2", task="H2"), tag("errorEventDefinition"))


@pytest.mark.parametrize(
    ("draw", "element_id", "sentence"),
    [
        (lambda: with_sub(""), "OnStart", "an event that begins"),
        (lambda: with_sub(tag("errorEventDefinition"), False), "OnStart", "error event to interru"),
        (lambda: with_sub(timer("R/PT1H", "Cycle")), "OnStart", "fires once"),
        (lambda: with_sub(timer("PT1")), "OnStart", "Expected a duration"),
        (lambda: with_sub(tag("conditionalEventDefinition")), "OnStart", "a condition in FEEL"),
        (lambda: with_sub(tag("compensateEventDefinition")), "OnStart", "not supported"),
        (with_flow, "On", "no flow at an event sub-process"),
        (with_boundary, "X", "a boundary event on an activity"),
        (twice, "OnStart", "found On2 too"),
    ],
)
def test_is_refused(draw: Callable[[], Drawing], element_id: str, sentence: str) -> None:
    problems = problems_of(draw())

    assert any(sentence in found for found in problems[element_id]), problems
