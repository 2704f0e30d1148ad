"""Tokens put and moved by hand, and back to where they came from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from processes import engine
from processes.engine import CannotProceed, Put
from tests.engine.cases import begin
from tests.engine.diagrams import Drawing, timer
from tests.engine.surgery import inside, modify, moved, outcomes, refusal, two_branches
from tests.engine.test_transactions import booking, within
from tests.scenarios.driver import Case


def test_a_token_is_put_before_an_element_with_variables() -> None:
    case = begin(two_branches(), o={"x": 1})
    modify(case, put=[Put(element_id="B", variables={"o": {"x": 2}, "y": 3})])

    assert case.waits_for == ["B", "First", "Late"]
    assert case.inputs("B") == {"o": {"x": 2}, "y": 3}
    assert case.inputs("First") == {"o": {"x": 1}}


def test_variables_are_plain_json() -> None:
    case = begin(two_branches())

    with pytest.raises(CannotProceed, match="plain JSON"):
        modify(case, put=[Put(element_id="B", variables={"x": object()})])


def test_a_token_is_put_behind_an_element_that_is_not_done() -> None:
    case = begin(Drawing().start().user("Ask").job("Pay").user("Look").end())
    moved(case, "Ask", "Pay", after=True)

    assert case.stands_at == ["Look"]
    assert outcomes(case) == {"Ask": "cancelled"}


def test_behind_a_gateway_its_conditions_hold() -> None:
    drawing = Drawing().start().user("Ask").xor("X", default="no").when("=good").user("Yes").end()
    drawing.at("X").when(flow_id="no").user("No").end("E2")
    case = begin(drawing)
    moved(case, "Ask", "X", after=True, variables={"good": True})

    assert case.stands_at == ["Yes"]


def test_a_token_that_is_moved_keeps_its_place_and_meets_the_others_at_the_join() -> None:
    case = begin(two_branches())
    case.complete("First")
    case.complete("A", a=1)
    moved(case, "A2", "A")
    case.complete("B", b=1)
    case.complete("A")
    case.complete("A2")

    assert case.stands_at == ["Last"]
    assert dict(case.variables) == {"a": 1, "b": 1}


def test_a_token_that_is_moved_sees_no_more_of_other_branches_than_before() -> None:
    drawing = two_branches()
    case = begin(drawing.at("B").user("B2").to("J"))
    case.complete("First")
    case.complete("B", b=1)
    case.complete("A", a=1)
    moved(case, "A2", "A")

    assert case.inputs("A") == {"a": 1}


def test_a_token_put_at_a_join_waits_for_nobody() -> None:
    case = begin(two_branches())
    modify(case, "First", put=[Put(element_id="J")])

    assert case.stands_at == ["Last"]


def test_a_token_put_into_a_branch_meets_who_came_to_the_join_by_himself() -> None:
    case = begin(two_branches())
    case.complete("First")
    modify(case, "B", put=[Put(element_id="B")])
    case.complete("B", b=1)
    case.complete("A")
    case.complete("A2", a=1)

    assert case.stands_at == ["Last"]
    assert dict(case.variables) == {"a": 1, "b": 1}


def test_the_running_sub_process_is_used() -> None:
    case = begin(inside())
    modify(case, "In", put=[Put(element_id="In2")])
    case.complete("Beside")
    case.complete("In2", x=1)

    assert case.stands_at == ["After"]
    assert case.variables == {"x": 1}


def test_a_sub_process_that_does_not_run_is_begun_with_its_events() -> None:
    case = begin(inside())
    modify(case, put=[Put(element_id="After", instead_of=case.wait("In").token_id)])
    modify(case, "Beside")
    assert case.waits_for == ["After"]
    moved(case, "After", "In2")

    assert case.waits_for == ["In2", "SubLate"]
    case.complete("In2")
    assert case.stands_at == ["After"]


def test_what_is_begun_by_hand_waits_for_its_events_too() -> None:
    inner = Drawing("i").start("B1").user("In").end("E1")
    handling = Drawing("h").at("VStart").user("Handle").end("HE")
    inner.event_sub("V", handling, timer("PT1H"))
    case = begin(Drawing().start().user("First").sub("Sub", inner).user("After").end())
    moved(case, "First", "In")

    assert case.waits_for == ["In", "VStart"]
    case.advance(timedelta(hours=1))
    case.complete("Handle")
    assert case.stands_at == ["After"]


def test_a_process_that_is_called_is_begun_with_its_call() -> None:
    drawing = Drawing().start().user("First").call("Call", "q").user("After").end()
    case = begin(drawing, Drawing("q").start("QB").user("Deep").user("Deeper").end("QE"), x=1)
    moved(case, "First", "Deeper", variables={"y": 2})
    case.complete("Deeper", z=3)

    assert case.stands_at == ["After"]
    assert dict(case.variables) == {"x": 1, "y": 2, "z": 3}


def test_a_process_that_feel_may_choose_can_be_begun_by_hand() -> None:
    drawing = Drawing().start().user("First").call("Call", "=which").user("After").end()
    one = Drawing("one").start("B1").user("Deep1").end("E1")
    two = Drawing("two").start("B2").user("Deep2").end("E2")
    case = begin(drawing, one, two, which="one")
    moved(case, "First", "Deep2")
    assert case.stands_at == ["Deep2"]
    assert engine.came_from(case.spec, "After", ["First", "Deep1", "Deep2"]) == "Deep2"
    spec = case.spec
    again = engine.migrate(spec, case.step.state, case.environment, to=spec)
    assert again.state == case.step.state
    case.complete("Deep2")
    assert case.stands_at == ["After"]


def twice_called() -> Case:
    drawing = Drawing().start().fork("F").call("One", "q").end("E1").at("F").call("Two", "q")
    return begin(drawing.end("E2"), Drawing("q").start("QB").user("Deep").user("Deeper").end("E3"))


def test_of_two_running_calls_one_must_be_named() -> None:
    case = twice_called()
    sentence = refusal(case, put=[Put(element_id="Deeper")])
    calls = sentence.split("tokens: ")[1].split(";")[0].split(" and ")
    modify(case, put=[Put(element_id="Deeper", inside=calls[1])])

    assert len(calls) == 2
    assert case.stands_at == ["Deep", "Deep", "Deeper"]


def test_of_two_calls_that_do_not_run_none_is_begun() -> None:
    drawing = Drawing().start().user("Wait").xor("X", default="d").when("=a").call("One", "q")
    drawing.end("E1").at("X").when(flow_id="d").call("Two", "q").end("E2")
    case = begin(drawing, Drawing("q").start("QB").user("Deep").end("E3"))

    assert "found One and Two" in refusal(case, put=[Put(element_id="Deep")])


def test_where_no_token_can_be_put_the_sentence_says_why() -> None:
    handling = Drawing("h").at("VStart").user("Handle").end("HE")
    drawing = inside().event_sub("V", handling, timer("PT9H"))
    drawing.at("After").node("eventBasedGateway", "G").catch("C", timer("PT1H")).end("E7")
    drawing.at("G").catch("C2", timer("PT2H")).end("E8")
    case = begin(drawing)

    def why(element_id: str, **more: Any) -> str:
        return refusal(case, put=[Put(element_id=element_id, **more)])

    assert "found it drawn in: none" in why("Nowhere")
    assert "start after it" in why("SubLate")
    assert "begun by an event" in why("V")
    assert "cannot be begun in the middle" in why("Handle")
    assert "up to its events" in why("G", after=True)


def test_what_would_go_at_once_is_not_put() -> None:
    case = begin(inside())
    host = case.wait("SubLate").attached_to

    assert "inside what is taken off" in refusal(case, take_off=[host], put=[Put(element_id="In2")])


def test_nobody_is_put_beside_what_interrupted_all_others() -> None:
    handling = Drawing("h").at("VStart").user("Handle").end("HE")
    case = begin(Drawing().start().user("A").end().event_sub("V", handling, timer("PT1H")))
    case.advance(timedelta(hours=1))

    assert case.stands_at == ["Handle"]
    assert "V has interrupted it" in refusal(case, put=[Put(element_id="A")])


def test_nobody_is_put_into_a_transaction_that_is_being_cancelled() -> None:
    case = begin(within(booking()))
    case.complete("Hotel")
    case.complete("Flight")
    case.complete("Ask", quit=True)

    assert "Cancel has interrupted it" in refusal(case, put=[Put(element_id="Hotel")])
    modify(case, put=[Put(element_id="After")])
    assert case.stands_at == ["After", "NoFlight"]


def test_a_service_task_that_is_begun_again_is_another_token() -> None:
    case = begin(Drawing().start().job("Pay").user("Look").end())
    before = case.wait("Pay").token_id
    moved(case, "Pay", "Pay")

    assert case.wait("Pay").token_id != before


def test_back_is_the_task_that_was_passed_last_on_a_way_here() -> None:
    drawing = Drawing().start().user("One").xor("X", default="d").when("=a").user("Two").xor("Y")
    drawing.job("Pay").user("Here").end().at("X").when(flow_id="d").user("Three").to("Y")
    case = begin(drawing, a=False)
    case.complete("One")
    case.complete("Three")
    case.complete("Pay")

    assert engine.came_from(case.spec, "Here", case.path) == "Three"
    assert engine.came_from(case.spec, "Three", case.path) == "One"
    assert engine.came_from(case.spec, "One", case.path) is None


def test_back_leads_out_of_and_into_what_is_drawn_around() -> None:
    case = begin(
        inside().at("After").call("Call", "q"), Drawing("q").start("QS").user("Q").end("QE")
    )
    case.complete("In")
    case.complete("In2")
    case.complete("Beside")

    assert engine.came_from(case.spec, "After", case.path) == "Beside"
    assert engine.came_from(case.spec, "Q", [*case.path, "After"]) == "After"
    assert engine.came_from(case.spec, "TooLate", case.path) == "Beside"


def test_all_that_may_come_again_is_known() -> None:
    case = begin(inside())

    after = {element.id for element in engine.elements_after(case.spec, "In2")}
    assert after >= {"In2", "E1", "After", "Done"}
    assert not after & {"In", "Beside"}
