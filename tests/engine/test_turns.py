"""Standard loops, and multi-instance by number: an activity done several times without a list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes.engine import CannotProceed
from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.engine.matrix.twin import Twin, run

MANY = "multiInstanceLoopCharacteristics"


def loop(again: str = "", **attributes: str) -> str:
    condition = tag("loopCondition", again) if again else ""
    return tag("standardLoopCharacteristics", condition, **attributes)


def tried(marker: str, kind: str = "userTask", extension: str = "") -> Drawing:
    drawing = Drawing().start().node(kind, "Try", marker, extension=extension)
    return drawing.user("After").end()


def turns(case: Twin) -> int:
    """How often it was done; the last passage there is that of the loop as a whole."""
    return [p.type for p in case.passages if p.element_id == "Try"].count("userTask")


def test_it_is_done_at_least_once_and_again_while_the_condition_holds() -> None:
    case = run(tried(loop("=again")), again=False)
    assert case.inputs("Try") == {"again": False, "loopCounter": 1}
    case.complete("Try", again=True)
    assert case.inputs("Try") == {"again": True, "loopCounter": 2}
    case.complete("Try", again=False, found=7)
    assert case.inputs("After") == {"again": False, "found": 7}
    assert [(p.element_id, p.type) for p in case.passages[-3:]] == [
        ("Try", "userTask"),
        ("Try", "userTask"),
        ("Try", "standardLoopCharacteristics"),
    ]


def test_the_condition_may_be_looked_at_before() -> None:
    case = run(tried(loop("=n &lt; 2 and loopCounter &lt; 9", testBefore="true")), n=2)
    assert case.stands_at == ["After"]
    case = run(tried(loop("=n &lt; 2", testBefore="true")), n=0)
    case.complete("Try", n=1)
    case.complete("Try", n=2)
    assert case.stands_at == ["After"]
    assert turns(case) == 2


@pytest.mark.parametrize("again", ["", "=true"])
def test_the_maximum_is_never_passed(again: str) -> None:
    case = run(tried(loop(again, loopMaximum="3")))
    for _ in range(3):
        case.complete("Try")
    assert case.stands_at == ["After"]


def test_the_condition_sees_what_this_turn_was_told() -> None:
    own = mapping({"mine": "=n"}, {"n": "=got", "last": "=mine"})
    case = run(tried(loop("=got &lt; 3 or mine &lt; 1"), extension=own), n=0)
    case.complete("Try", got=5)
    assert case.inputs("Try") == {"mine": 5}
    case.complete("Try", got=9)
    assert case.inputs("After") == {"n": 9, "last": 5}


def test_a_condition_that_is_no_truth_value_stops_the_case() -> None:
    case = run(tried(loop("=again")))
    with pytest.raises(CannotProceed, match="Try: Expected the loop condition '=again' to be true"):
        case.complete("Try")


def test_a_boundary_event_ends_the_whole_loop() -> None:
    drawing = tried(loop("=true"))
    drawing.boundary("Late", "Try", timer("PT2H")).end("TooLate")
    case = run(drawing)
    for _ in range(3):
        case.complete("Try", kept=True)
    case.advance(timedelta(hours=2))
    assert case.ended_at == ["TooLate"]
    assert case.variables == {"kept": True}


def test_sub_processes_calls_and_tasks_that_nobody_does_turn_too() -> None:
    inner = Drawing("i").start("B").user("In").end("E")
    inner.boundary("Late", "In", timer("PT1H")).end("E2")
    case = run(tried(loop("=n &lt; 2") + "".join(inner.content), "subProcess"), n=0)
    case.complete("In", n=1)
    case.advance(timedelta(hours=1))
    case.complete("In", n=2)
    assert case.stands_at == ["After"]

    called = Drawing("q").start("QB").script("Count", "=n + 1", "n").end("QE")
    extension = tag("zeebe:calledElement", processId="q")
    case = run(tried(loop("=n &lt; 5"), "callActivity", extension), called, n=0)
    assert case.inputs("After") == {"n": 5}

    counted = mapping(None, {"n": "=n + 1"})
    assert run(tried(loop("=n &lt; 5"), "task", counted), n=0).inputs("After") == {"n": 5}


def test_a_loop_stays_small_however_long_it_turns() -> None:
    case = run(tried(loop("=true")))
    sizes = []
    for _ in range(200):
        case.complete("Try", x=1)
        sizes.append(len(case.step.state))
    assert sizes[-1] <= sizes[9] + 8


@pytest.mark.parametrize("sequential", ["true", "false"])
@pytest.mark.parametrize("number", ["3", "=n + 1"])
def test_so_many_items_without_a_list(number: str, sequential: str) -> None:
    results = tag("zeebe:loopCharacteristics", outputCollection="all", outputElement="=x")
    inner = tag("extensionElements", results) + tag("loopCardinality", number)
    case = run(tried(tag(MANY, inner, isSequential=sequential)), n=2)
    for count in range(3):
        assert case.step.waits[0].variables["loopCounter"] == count + 1
        case.complete_one("Try", 0, x=count * 10)
    assert case.inputs("After") == {"n": 2, "all": [0, 10, 20]}


@pytest.mark.parametrize("number", [-1, 2.5, "many", None, True, 10**9])
def test_a_number_of_items_that_cannot_be(number: object) -> None:
    marker = tag(MANY, tag("loopCardinality", "=n"))
    with pytest.raises(CannotProceed, match="Try: Expected '=n' to give a number from 0 to 5000"):
        run(tried(marker), n=number)
