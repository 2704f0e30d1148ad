"""Tokens taken off the diagram by hand: what goes with them, what stays, what is refused."""

from __future__ import annotations

import pytest

from processes import engine
from processes.engine import CannotProceed, Put, TokenNotWaiting
from tests.engine.cases import begin
from tests.engine.diagrams import Drawing, tag
from tests.engine.surgery import inside, modify, moved, outcomes, refusal, two_branches


def test_a_cancelled_task_goes_with_its_events_and_the_others_go_on() -> None:
    case = begin(two_branches())
    case.complete("First")
    modify(case, "B")

    assert case.waits_for == ["A"]
    assert outcomes(case) == {"B": "cancelled"}


def test_who_waited_at_a_join_for_a_cancelled_branch_alone_is_not_left_there_unseen() -> None:
    case = begin(two_branches())
    case.complete("First")
    case.complete("A")
    case.complete("A2")

    with pytest.raises(CannotProceed, match="tokens stand at J"):
        modify(case, "B")
    assert case.waits_for == ["B", "Late"]


def test_an_inclusive_join_goes_on_when_nobody_can_come_any_more() -> None:
    drawing = Drawing().start().node("inclusiveGateway", "O").when("=true").user("A")
    drawing.node("inclusiveGateway", "J").user("Last").end().at("O").when("=true").user("B")
    case = begin(drawing.to("J"))
    case.complete("A", a=1)
    modify(case, "B")

    assert case.stands_at == ["Last"]
    assert case.variables["a"] == 1


def test_what_a_cancelled_branch_has_written_stays() -> None:
    case = begin(two_branches())
    case.complete("First")
    case.complete("A", a=1)
    modify(case, "A2")
    moved(case, "B", "Last")

    assert case.variables["a"] == 1


def test_an_instance_without_tokens_has_ended() -> None:
    case = begin(two_branches(), x=1)
    modify(case, "First")

    assert case.step.ended
    assert case.variables == {"x": 1}
    assert outcomes(case) == {"First": "cancelled"}


def test_a_sub_process_is_cancelled_with_all_inside() -> None:
    case = begin(inside())
    modify(case, "In")
    assert case.waits_for == ["Beside", "SubLate"]
    modify(case, "Beside")

    assert case.step.ended
    assert outcomes(case) == {"Beside": "cancelled", "Sub": "cancelled"}


def test_what_was_written_inside_a_cancelled_sub_process_stays() -> None:
    inner = Drawing("i").start("B1").user("In").user("In2").end("E1")
    drawing = Drawing().start().fork("F").sub("Sub", inner).end().at("F").user("A").end("E2")
    case = begin(drawing)
    case.complete("In", x=1)
    modify(case, "In2")
    case.complete("A")

    assert case.variables == {"x": 1}


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_what_is_done_for_one_item_is_not_cancelled_to_its_last_token(sequential: str) -> None:
    loop = tag("zeebe:loopCharacteristics", inputCollection="=[1, 2]")
    inner = Drawing("i").start("B1").user("In").end("E1")
    marker = tag(
        "multiInstanceLoopCharacteristics", tag("extensionElements", loop), isSequential=sequential
    )
    case = begin(Drawing().start().node("subProcess", "Sub", marker + "".join(inner.content)).end())

    assert "Expected all of Sub" in refusal(case, take_off=[case.step.waits[0].token_id])


def test_a_call_goes_with_the_last_token_of_what_it_called() -> None:
    drawing = Drawing().start().fork("F").call("Call", "q").end().at("F").user("A").end("E2")
    case = begin(drawing, Drawing("q").start("QB").user("Deep").end("QE"))
    modify(case, "Deep")

    assert case.stands_at == ["A"]
    assert [passage.element_id for passage in case.step.passages] == ["Deep", "Call"]


def test_who_is_gone_cannot_be_cancelled() -> None:
    case = begin(two_branches())
    token = case.wait("First").token_id
    case.complete("First")

    with pytest.raises(TokenNotWaiting):
        engine.modify(case.spec, case.step.state, case.environment, take_off=[token])


def test_an_armed_event_is_not_cancelled_without_what_it_belongs_to() -> None:
    case = begin(two_branches())
    case.complete("First")

    assert "cancel what it belongs to" in refusal(case, take_off=[case.wait("Late").token_id])


def test_one_item_of_several_is_not_cancelled_alone() -> None:
    loop = tag("zeebe:loopCharacteristics", inputCollection="=[1, 2]", inputElement="one")
    marker = tag("multiInstanceLoopCharacteristics", tag("extensionElements", loop))
    drawing = Drawing().start().node("userTask", "Each", marker).end()
    case = begin(drawing)

    assert "Expected all of Each" in refusal(case, take_off=[case.step.waits[0].token_id])


def test_an_ended_instance_is_not_modified() -> None:
    case = begin(Drawing().start().end())

    assert "it has ended" in refusal(case, put=[Put(element_id="Begin")])
