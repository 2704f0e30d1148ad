"""What random diagrams found, each as small as it became."""

from __future__ import annotations

from datetime import timedelta

from tests.engine.cases import begin, problems_of
from tests.engine.diagrams import Drawing, timer


def test_a_cycle_may_stand_beside_work_in_an_event_sub_process() -> None:
    inside = Drawing("i").at("OnStart").user("Answer").end("E")
    inside.boundary("Remind", "Answer", timer("R2/PT1H", "Cycle"), interrupting=False)
    inside.user("Reminder").end("E2")
    drawing = Drawing().start().user("Work").end()
    drawing.event_sub("On", inside, drawing.message("question", "k"), interrupting=False)
    case = begin(drawing)
    case.deliver("OnStart")
    case.advance(timedelta(hours=3))

    assert case.waits_for.count("Reminder") == 2


def test_a_default_flow_stands_beside_flows_with_conditions_only() -> None:
    drawing = Drawing().start().node("userTask", "A", default="d").user("B").end("E1")
    drawing.at("A").when(flow_id="d").user("C").end("E2")

    assert problems_of(drawing) == {
        "d": ["Expected a default flow without condition, beside flows that have one"]
    }
