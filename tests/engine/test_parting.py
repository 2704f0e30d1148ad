"""Activities that are left by several flows: found by mutants played beside the reference."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.engine.cases import begin
from tests.engine.diagrams import Drawing, tag, timer


def parting(definition: str) -> Drawing:
    drawing = Drawing().start().user("Work").user("Left").end("E1").at("Work").user("Right")
    return drawing.end("E2").boundary("Event", "Work", definition)


@pytest.mark.parametrize("kind", ["timer", "message"])
def test_the_events_of_an_activity_go_when_it_is_left_by_two_flows(kind: str) -> None:
    definition = timer("PT1H") if kind == "timer" else Drawing().message("m", "k")
    drawing = parting(definition)
    drawing.message("m", "k")
    case = begin(drawing.user("Repair").end("E3"))
    assert case.waits_for == ["Event", "Work"]

    case.complete("Work")
    assert case.waits_for == ["Left", "Right"]
    case.advance(timedelta(hours=2))
    assert case.waits_for == ["Left", "Right"]


def test_a_signal_that_is_thrown_behind_an_activity_does_not_reach_its_events() -> None:
    definition = tag("signalEventDefinition", signalRef="s")
    drawing = Drawing().start().user("Work").throw("Call", definition).end("E1")
    drawing.at("Work").user("Right").end("E2").boundary("Hear", "Work", definition)
    drawing.declared["s"] = '<signal id="s" name="sig"/>'
    case = begin(drawing.user("Repair").end("E3"))
    case.complete("Work")

    assert case.waits_for == ["Right"]
    assert "Hear" not in case.path
