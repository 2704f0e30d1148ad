"""Where tokens go: tasks, gateways, loops, ends."""

from __future__ import annotations

import pytest

from processes.engine import CannotProceed, Outcome
from tests.engine.cases import begin, problems_of
from tests.engine.diagrams import Drawing, tag, timer


def decision() -> Drawing:
    drawing = Drawing().start().xor("Which", default="rest")
    drawing.when("=n > 10", flow_id="big").end("Big")
    drawing.at("Which").when("=n > 5", flow_id="middle").end("Middle")
    return drawing.at("Which").when(flow_id="rest").end("Rest")


@pytest.mark.parametrize(("n", "end"), [(11, "Big"), (6, "Middle"), (1, "Rest")])
def test_an_exclusive_gateway_takes_the_first_condition_in_drawn_order(n: int, end: str) -> None:
    case = begin(decision(), n=n)

    assert case.ended_at == [end]
    assert case.path == ["Begin", "Which", end]


def test_a_condition_that_is_null_is_refused_and_not_taken_for_false() -> None:
    with pytest.raises(CannotProceed, match=r"Which: .*'=n > 10' of big.*found null"):
        begin(decision())


def test_no_condition_and_no_default_cannot_proceed() -> None:
    drawing = Drawing().start().xor("Which").when("=n > 10").end("Big")
    drawing.at("Which").when("=n < 0").end("Small")

    with pytest.raises(CannotProceed, match="none does; draw a default flow"):
        begin(drawing, n=5)


def test_a_loop_through_a_gateway_comes_back_to_the_task() -> None:
    drawing = Drawing().start().user("Try").xor("Good", default="again")
    drawing.when("=good").end().at("Good").when(flow_id="again").to("Try")
    case = begin(drawing)
    first = case.wait("Try").token_id
    case.complete("Try", good=False)

    assert case.wait("Try").token_id != first
    case.complete("Try", good=True)
    assert case.ended_at == ["Done"]


def parallel() -> Drawing:
    drawing = Drawing().start().fork("Both").user("A").fork("Join").end()
    return drawing.at("Both").user("B").to("Join")


@pytest.mark.parametrize("order", [("A", "B"), ("B", "A")])
def test_a_parallel_gateway_waits_for_both_branches(order: tuple[str, str]) -> None:
    case = begin(parallel())
    assert case.stands_at == ["A", "B"]

    case.complete(order[0])
    assert case.stands_at == [order[1]]
    case.complete(order[1])

    assert case.ended_at == ["Done"]
    assert case.path.count("Join") == 1


def test_several_flows_into_a_task_let_it_run_for_each() -> None:
    drawing = Drawing().start().fork("Both").user("A").user("Twice").end()
    drawing.at("Both").user("B").to("Twice")
    case = begin(drawing)
    case.complete("A")
    case.complete("B")

    assert case.stands_at == ["Twice", "Twice"]


def test_a_join_that_cannot_be_reached_is_refused_when_nobody_else_waits() -> None:
    drawing = Drawing().start().xor("One", default="b").when("=true").script("A", "=1", "a")
    drawing.fork("Join").end().at("One").when(flow_id="b").script("B", "=1", "b").to("Join")

    with pytest.raises(CannotProceed, match="tokens stand at Join and no further one can come"):
        begin(drawing)


def test_a_branch_that_ends_does_not_end_the_others() -> None:
    drawing = Drawing().start().fork("Both").user("A").end("EndA")
    drawing.at("Both").user("B").end("EndB")
    case = begin(drawing)
    case.complete("A")

    assert case.stands_at == ["B"]
    case.complete("B")
    assert case.ended_at == ["EndA", "EndB"]


def test_a_terminate_end_event_cancels_everything_else() -> None:
    drawing = Drawing().start().fork("Both").user("A").end("Stop", tag("terminateEventDefinition"))
    drawing.at("Both").user("B").end("EndB")
    case = begin(drawing)
    case.complete("A", why="enough")

    assert case.step.ended
    assert case.variables == {"why": "enough"}
    outcomes = {passage.element_id: passage.outcome for passage in case.step.passages}
    assert outcomes["B"] is Outcome.CANCELLED


def test_who_waits_at_a_gateway_leaves_no_passage_when_all_is_cancelled() -> None:
    drawing = parallel()
    drawing.at("Both").user("C").end("Stop", tag("terminateEventDefinition"))
    case = begin(drawing)
    case.complete("A")
    case.complete("C")

    assert case.path == ["Begin", "Both", "A", "C", "Stop", "B"]


def test_a_plain_throwing_event_is_passed() -> None:
    assert begin(Drawing().start().throw("Milestone").end()).path == ["Begin", "Milestone", "Done"]


def test_ids_that_the_library_keeps_for_itself_are_ordinary_here() -> None:
    drawing = Drawing("Root").start("Start").user("Root.EndJoin").end("End")
    case = begin(drawing)
    case.complete("Root.EndJoin")

    assert case.ended_at == ["End"]


def test_a_task_may_lead_straight_back_to_itself_through_a_gateway_only() -> None:
    drawing = Drawing().start().user("Again").to("Again")

    assert "Again" not in problems_of(drawing)  # legal, if of little use
    case = begin(drawing)
    for _ in range(3):
        case.complete("Again")
    assert case.stands_at == ["Again"]


def test_a_timer_in_the_flow_waits_for_its_moment() -> None:
    case = begin(Drawing().start().catch("Pause", timer("PT2H")).end())

    assert case.waits_for == ["Pause"]
    assert not case.step.ended


def test_a_process_that_a_message_starts_is_started_as_any_other() -> None:
    drawing = Drawing()
    drawing.node("startEvent", "Asked", drawing.message("asked", "")).user("A").end()

    assert begin(drawing).stands_at == ["A"]


def test_waits_and_passages_name_the_process_they_are_drawn_in() -> None:
    child = Drawing("child").start("CB").user("Ask").end("CE")
    case = begin(Drawing().start().call("Call", "child").end(), child)

    assert case.wait("Ask").process_id == "child"
    assert [passage.process_id for passage in case.passages] == ["p", "child"]
