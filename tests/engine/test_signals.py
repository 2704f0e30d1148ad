"""Signals: to everybody who waits for them in the same case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from processes.engine import CannotProceed, Outcome
from tests.engine.cases import begin, problems_of
from tests.engine.diagrams import Drawing, mapping, tag, timer


def signal(drawing: Drawing, name: str = "GO") -> str:
    drawing.declared[f"s_{name}"] = tag("signal", id=f"s_{name}", name=name)
    return tag("signalEventDefinition", signalRef=f"s_{name}")


def thrower(*, at_end: bool = False) -> Drawing:
    """Throws after A, in a branch beside what the test draws at F."""
    drawing = Drawing().start().fork("F").user("A")
    sent = mapping({"what": "=word"}, None)
    if at_end:
        return drawing.end("Throw", signal(drawing), extension=sent).at("F")
    drawing.throw("Throw", signal(drawing), extension=sent)
    return drawing.user("B").end("EB").at("F")


@pytest.mark.parametrize("at_end", [True, False])
def test_a_signal_reaches_everybody_in_the_flow(at_end: bool) -> None:
    drawing = thrower(at_end=at_end)
    drawing.catch("One", signal(drawing)).user("U1").end("E1")
    drawing.at("F").catch("Two", signal(drawing), extension=mapping(None, {"got": "=what"}))
    drawing.user("U2").end("E2")
    case = begin(drawing, word="x")
    assert case.waits_for == ["A"]
    case.complete("A")

    assert case.stands_at == (["U1", "U2"] if at_end else ["B", "U1", "U2"])
    assert case.inputs("U1") == {"word": "x", "what": "x"}
    assert case.inputs("U2") == {"word": "x", "got": "x"}


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_signal_reaches_an_activity_through_its_boundary(interrupting: bool) -> None:
    drawing = thrower().user("Work").end("E1")
    drawing.boundary("Heard", "Work", signal(drawing), interrupting=interrupting).user("React")
    drawing.end("E2")
    case = begin(drawing, word="x")
    case.complete("A")

    assert case.stands_at == (["B", "React"] if interrupting else ["B", "React", "Work"])


def test_a_boundary_that_lets_go_on_hears_every_signal() -> None:
    drawing = Drawing().start().fork("F").xor("X").user("A").throw("Throw", signal(Drawing()))
    signal(drawing)
    drawing.to("X").at("F").user("Work").end("E1")
    drawing.boundary("Heard", "Work", signal(drawing), interrupting=False)
    drawing.script("Count", "=n + 1", "n").end("E2")
    case = begin(drawing, n=0)
    for _ in range(3):
        case.complete("A")

    assert case.inputs("Work")["n"] == 3


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_signal_begins_an_event_sub_process(interrupting: bool) -> None:
    drawing = thrower().user("Work").end("E1")
    handler = Drawing("h").at("OnStart").user("Handle").end("OnEnd")
    drawing.event_sub("On", handler, signal(drawing), interrupting=interrupting)
    case = begin(drawing, word="x")
    case.complete("A")

    assert case.stands_at == (["Handle"] if interrupting else ["B", "Handle", "Work"])
    assert case.inputs("Handle") == {"word": "x", "what": "x"}


def test_who_throws_may_be_interrupted_by_it() -> None:
    body = Drawing("i").start("B").user("A")
    body.throw("Throw", signal(body)).user("Never").end("E")
    drawing = Drawing().start().sub("Sub", body).end()
    drawing.boundary("Heard", "Sub", signal(drawing)).user("React").end("E2")
    case = begin(drawing)
    case.complete("A")

    assert case.stands_at == ["React"]
    assert ("Sub", Outcome.CANCELLED) in [(p.element_id, p.outcome) for p in case.step.passages]


def test_a_signal_goes_from_a_called_process_to_its_caller() -> None:
    child = Drawing("child").start("CB").user("A").throw("Throw", signal(Drawing())).end("CE")
    drawing = Drawing().start().fork("F").call("Call", "child").end("E1")
    drawing.at("F").catch("Heard", signal(drawing)).user("React").end("E2")
    case = begin(drawing, child)
    case.complete("A")

    assert case.stands_at == ["React"]


def test_a_signal_wins_a_race() -> None:
    drawing = thrower().node("eventBasedGateway", "G").catch("Late", timer("PT1H")).end("E1")
    drawing.at("G").catch("Heard", signal(drawing)).user("React").end("E2")
    case = begin(drawing, word="x")
    assert case.waits_for == ["A", "Late"]
    case.complete("A")
    assert case.waits_for == ["B", "React"]

    case = begin(drawing, word="x")
    case.advance(timedelta(hours=1))
    case.complete("A")
    assert case.waits_for == ["B"]


def test_who_waits_for_a_signal_that_cannot_come_any_more_is_not_left_alone() -> None:
    drawing = Drawing().start().user("A").throw("Throw", signal(Drawing())).user("B")
    drawing.catch("Late", signal(drawing)).end()
    case = begin(drawing)
    case.complete("A")
    with pytest.raises(CannotProceed, match="tokens stand at Late"):
        case.complete("B")


def alone(kind: str) -> Drawing:
    drawing = Drawing().start()
    if kind == "start":
        drawing = Drawing()
        return drawing.node("startEvent", "X", signal(drawing)).end()
    node = {"catch": drawing.catch, "throw": drawing.throw, "end": drawing.end}[kind]
    node("X", signal(drawing))
    return drawing if kind == "end" else drawing.end()


def named(name: str) -> Drawing:
    drawing = Drawing().start()
    drawing.declared["s"] = tag("signal", id="s", name=name)
    return drawing.catch("X", tag("signalEventDefinition", signalRef="s")).end()


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (lambda: alone("catch"), "somebody who throws signal 'GO'"),
        (lambda: alone("throw"), "somebody who waits for signal 'GO'"),
        (lambda: alone("end"), "somebody who waits for signal 'GO'"),
        (lambda: alone("start"), "signals do not leave a case"),
        (lambda: named(""), "a signal with a fixed name"),
        (lambda: named("=name"), "a signal with a fixed name"),
    ],
)
def test_is_refused(draw: Callable[[], Drawing], sentence: str) -> None:
    problems = problems_of(draw())

    assert any(sentence in found for found in problems["X"]), problems


def test_processes_that_do_not_call_each_other_are_not_one_case() -> None:
    other = Drawing("q").start("QB").throw("Throw", signal(Drawing())).end("QE")

    assert problems_of(alone("catch"), other).keys() == {"X", "Throw"}
