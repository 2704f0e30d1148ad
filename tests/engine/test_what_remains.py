"""What branches wrote before they were cancelled is the case's all the same."""

from __future__ import annotations

from tests.engine.cases import begin
from tests.engine.diagrams import Drawing, tag


def forked(process_id: str = "p") -> Drawing:
    """One branch stands at `B` and has written; `A` leads to a terminate end event."""
    drawing = Drawing(process_id).start(f"{process_id}Begin").fork("F")
    drawing.user("A").end("Stop", tag("terminateEventDefinition"))
    return drawing.at("F").user("First").user("B").end(f"{process_id}Done")


def test_what_others_wrote_remains_when_a_process_is_terminated() -> None:
    case = begin(forked())
    case.complete("First", beside=1)
    case.complete("A", why="enough")

    assert case.step.ended
    assert case.variables == {"beside": 1, "why": "enough"}


def test_what_others_wrote_remains_when_a_sub_process_is_terminated() -> None:
    drawing = Drawing("outer").start().sub("Sub", forked("i")).user("After").end()
    case = begin(drawing)
    case.complete("First", beside=1)
    case.complete("A", why="enough")

    assert case.waits_for == ["After"]
    assert case.inputs("After") == {"beside": 1, "why": "enough"}


def test_what_all_branches_wrote_remains_when_a_case_is_cancelled() -> None:
    case = begin(forked("outer"), k=0)
    case.complete("First", beside=1)
    case.cancel()

    assert case.step.ended
    assert case.variables == {"k": 0, "beside": 1}


def test_what_was_done_inside_remains_when_a_case_is_cancelled() -> None:
    inner = Drawing("i").start("iBegin").user("One").user("Two").end("iDone")
    drawing = Drawing().start().fork("F").sub("Sub", inner).end().at("F").user("Beside").end("E")
    case = begin(drawing)
    case.complete("One", inside=1)
    case.complete("Beside", beside=2)
    case.cancel()

    assert case.variables == {"inside": 1, "beside": 2}
