"""Sub-processes, called processes, and the errors and escalations that leave them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes.engine import BudgetSpent, Outcome, UncaughtBpmnError
from tests.engine.cases import begin
from tests.engine.diagrams import Drawing, mapping, tag, timer


def inner(**options: dict[str, str]) -> Drawing:
    return Drawing("inside").start("InnerBegin").user("Work", **options).end("InnerDone")


def test_a_sub_process_works_on_the_same_variables() -> None:
    case = begin(Drawing().start().sub("Sub", inner()).user("After").end(), a=1)
    case.complete("Work", b=2)

    assert case.inputs("After") == {"a": 1, "b": 2}
    assert case.path == ["Begin", "InnerBegin", "Work", "InnerDone", "Sub"]


def test_what_a_sub_process_maps_in_stays_in_and_its_outputs_come_on_top() -> None:
    mapped = mapping({"local": "=a + 1", "a": "=100"}, {"out": "=local * 2", "seen": "=a"})
    case = begin(Drawing().start().sub("Sub", inner(), extension=mapped).end(), a=1)
    assert case.inputs("Work") == {"a": 100, "local": 2}
    case.complete("Work", b=2)

    assert case.variables == {"a": 1, "b": 2, "out": 4, "seen": 100}


def test_a_timer_that_interrupts_a_sub_process_keeps_what_was_done_inside() -> None:
    body = Drawing("i").start("B").user("One").fork("F").user("Two").end("E")
    body.at("F").user("Three").end("E3")
    drawing = Drawing().start().sub("Sub", body).end()
    drawing.boundary("Late", "Sub", timer("PT1H")).user("Rescue").end("Rescued")
    case = begin(drawing, n=0)
    case.complete("One", n=1)
    case.complete("Three", three=True)
    case.advance(timedelta(hours=1))

    assert case.stands_at == ["Rescue"]
    assert case.inputs("Rescue") == {"n": 1, "three": True}
    assert [(p.element_id, p.outcome) for p in case.step.passages] == [
        ("Two", Outcome.CANCELLED),
        ("Sub", Outcome.CANCELLED),
        ("Late", Outcome.COMPLETED),
    ]


def test_work_beside_a_sub_process_keeps_both_sides_changes() -> None:
    drawing = Drawing().start().fork("F").sub("Sub", inner()).fork("J").user("After").end()
    drawing.at("F").user("Beside").to("J")
    drawing.boundary("Tick", "Sub", timer("PT1H"), interrupting=False).script(
        "Count", "=n + 1", "n"
    ).end("Ticked")
    case = begin(drawing, n=0, o={"x": 1, "y": 1})
    case.advance(timedelta(hours=1))
    case.complete("Beside", o={"x": 2, "y": 1})
    case.complete("Work", o={"x": 1, "y": 2})

    assert case.inputs("After") == {"n": 1, "o": {"x": 2, "y": 2}}


def test_what_is_undone_inside_after_a_reminder_stays_undone() -> None:
    body = Drawing("i").start("B").user("One").user("Two").end("E")
    drawing = Drawing().start().sub("Sub", body).user("After").end()
    drawing.boundary("Tick", "Sub", timer("PT1H"), interrupting=False).user("Look").end("Looked")
    case = begin(drawing, x=1)
    case.complete("One", x=2)
    case.advance(timedelta(hours=1))
    assert case.inputs("Look") == {"x": 2}
    case.complete("Two", x=1)

    assert case.inputs("After") == {"x": 1}


def test_a_terminate_end_event_in_a_sub_process_ends_only_that() -> None:
    body = Drawing("i").start("B").fork("F").user("A").end("Stop", tag("terminateEventDefinition"))
    body.at("F").user("Other").end("E")
    case = begin(Drawing().start().sub("Sub", body).user("After").end())
    case.complete("A")

    assert case.stands_at == ["After"]


# called processes


def child() -> Drawing:
    return Drawing("child").start("ChildBegin").user("Ask").end("ChildDone")


def test_a_called_process_gets_and_gives_back_everything_by_default() -> None:
    case = begin(Drawing().start().call("Call", "child").user("After").end(), child(), a=1)
    assert case.inputs("Ask") == {"a": 1}
    case.complete("Ask", b=2)

    assert case.inputs("After") == {"a": 1, "b": 2}


def test_a_called_process_gets_only_what_is_mapped_when_told_so() -> None:
    called = (
        Drawing()
        .start()
        .call(
            "Call",
            "child",
            mapping({"question": "=a"}, {"answer": "=b"}),
            propagateAllParentVariables="false",
            propagateAllChildVariables="false",
        )
    )
    case = begin(called.end(), child(), a=1)
    assert case.inputs("Ask") == {"question": 1}
    case.complete("Ask", b=2, noise=3)

    assert case.variables == {"a": 1, "answer": 2}


def test_a_called_process_gives_nothing_back_when_told_so() -> None:
    called = Drawing().start().call("Call", "child", propagateAllChildVariables="false")
    case = begin(called.end(), child(), a=1)
    case.complete("Ask", a=2, b=2)

    assert case.variables == {"a": 1}


def test_a_process_may_call_itself() -> None:
    drawing = Drawing().start().script("Down", "=n - 1", "n").xor("More", default="stop")
    drawing.when("=n > 0").call("Again", "p").end("Called").at("More")
    case = begin(drawing.when(flow_id="stop").end("Bottom"), n=5)

    assert case.ended_at[-1] == "Called"
    assert case.variables == {"n": 0}
    assert case.path.count("Again") == 4


def test_a_process_that_calls_itself_for_ever_is_stopped() -> None:
    with pytest.raises(BudgetSpent, match="at most 32 processes calling one another"):
        begin(Drawing().start().call("Again", "p").end())


def test_two_calls_at_once_do_not_mix() -> None:
    drawing = Drawing().start().fork("F").call("One", "child", mapping({"who": '="1"'}, None))
    drawing.fork("J").end().at("F").call("Two", "child", mapping({"who": '="2"'}, {"b": "=b"}))
    drawing.to("J")
    case = begin(drawing, child())

    assert case.stands_at == ["Ask", "Ask"]
    assert sorted(wait.variables["who"] for wait in case.step.waits) == ["1", "2"]


# errors


def paid() -> Drawing:
    drawing = Drawing().start().job("Pay", "pay").end("Paid")
    drawing.boundary("Refused", "Pay", drawing.error("REFUSED")).user("Handle").end("Handled")
    return drawing


def test_an_error_leaves_through_the_event_that_names_it() -> None:
    case = begin(paid(), a=1)
    case.throw("Pay", "REFUSED", why="closed")

    assert case.stands_at == ["Handle"]
    assert case.inputs("Handle") == {"a": 1, "why": "closed"}
    assert [(p.element_id, p.outcome) for p in case.step.passages] == [
        ("Pay", Outcome.ERROR),
        ("Refused", Outcome.COMPLETED),
    ]


def test_an_error_nobody_catches_is_raised_and_changes_nothing() -> None:
    case = begin(paid())

    with pytest.raises(UncaughtBpmnError, match="catches error 'OTHER' of Pay, found none"):
        case.throw("Pay", "OTHER")
    assert case.stands_at == ["Pay"]


def test_the_event_that_names_the_code_comes_before_the_one_that_catches_all() -> None:
    drawing = Drawing().start().job("Pay").end("Paid")
    drawing.boundary("Any", "Pay", drawing.error()).end("WasAny")
    drawing.boundary("Named", "Pay", drawing.error("E")).end("WasNamed")

    for code, end in (("E", "WasNamed"), ("F", "WasAny")):
        case = begin(drawing)
        case.throw("Pay", code)
        assert case.ended_at == [end]


def test_an_error_goes_outward_through_sub_process_and_call() -> None:
    middle = Drawing("child").start("CB").sub("Sub", Drawing("i").start("IB").job("Pay").end("IE"))
    middle.end("CE").boundary("Wrong", "Sub", middle.error("OTHER")).end("CWrong")
    outer = Drawing().start().call("Call", "child").end()
    outer.boundary("Caught", "Call", outer.error("REFUSED")).end("WasCaught")
    case = begin(outer, middle, a=1)
    case.throw("Pay", "REFUSED", why="x")

    assert case.ended_at == ["WasCaught"]
    assert case.variables == {"a": 1, "why": "x"}


def test_an_error_does_not_reach_the_same_code_in_a_parallel_branch() -> None:
    drawing = Drawing().start().fork("F").job("One").end("E1")
    drawing.at("F").job("Two").end("E2")
    drawing.boundary("C1", "One", drawing.error("E")).end("Caught1")
    drawing.boundary("C2", "Two", drawing.error("E")).end("Caught2")
    case = begin(drawing)
    case.throw("Two", "E")

    assert case.stands_at == ["One"]
    assert "Caught2" in case.path


def test_an_error_end_event_interrupts_its_sub_process() -> None:
    body = Drawing("i").start("B").fork("F").user("A")
    body.end("Fail", body.error("E"), extension=mapping({"why": '="no"'}, None))
    body.at("F").user("Other").end("IE")
    drawing = Drawing().start().sub("Sub", body).end()
    drawing.boundary("Caught", "Sub", drawing.error("E")).end("WasCaught")
    case = begin(drawing)
    case.complete("A", done=True)

    assert case.ended_at == ["WasCaught"]
    assert case.variables == {"done": True, "why": "no"}
    outcomes = {p.element_id: p.outcome for p in case.step.passages}
    assert (outcomes["Other"], outcomes["Sub"]) == (Outcome.CANCELLED, Outcome.ERROR)


# escalations


def escalated(*, interrupting: bool) -> Drawing:
    body = Drawing("i").start("B").user("A")
    body.throw("Up", body.escalation("HELP"), extension=mapping({"level": "=2"}, None))
    body.user("Go").end("IE")
    drawing = Drawing().start().sub("Sub", body).end()
    return (
        drawing.boundary("Heard", "Sub", drawing.escalation("HELP"), interrupting=interrupting)
        .user("Help")
        .end("Helped")
    )


def test_a_non_interrupting_escalation_lets_the_sub_process_go_on() -> None:
    case = begin(escalated(interrupting=False))
    case.complete("A", a=1)

    assert case.stands_at == ["Go", "Help"]
    assert case.inputs("Help") == {"a": 1, "level": 2}
    assert case.inputs("Go") == {"a": 1}
    case.complete("Go")
    case.complete("Help")
    assert sorted(case.ended_at) == ["Done", "Helped"]


def test_an_interrupting_escalation_ends_the_sub_process() -> None:
    case = begin(escalated(interrupting=True))
    case.complete("A")

    assert case.stands_at == ["Help"]
    assert "Go" not in case.path


def test_an_escalation_nobody_hears_is_passed() -> None:
    drawing = Drawing().start()
    drawing.throw("Up", drawing.escalation("HELP")).user("Go").end()

    assert begin(drawing).stands_at == ["Go"]


def test_an_escalation_end_event_reaches_the_caller() -> None:
    callee = Drawing("child").start("CB")
    callee.end("Up", callee.escalation("HELP"))
    drawing = Drawing().start().call("Call", "child").end()
    drawing.boundary("Heard", "Call", drawing.escalation(), interrupting=False).end("WasHeard")

    assert sorted(begin(drawing, callee).ended_at) == ["Done", "WasHeard"]
