"""A message comes to one token of a case; who could never get his is refused at deployment."""

from __future__ import annotations

import pytest

from processes import engine
from tests.engine.cases import begin, problems_of
from tests.engine.diagrams import Drawing, tag
from tests.scenarios.driver import Case


def told(case: Case) -> list[str]:
    """Where messages are waited for that would come there, if they came now."""
    return sorted(w.element_id for w in case.step.waits if w.message and not w.behind)


def the_rest(case: Case) -> list[str]:
    return sorted(wait.element_id for wait in case.step.waits if wait.behind)


def test_of_two_branches_the_one_that_waits_longer_gets_the_message_first() -> None:
    drawing = Drawing().start().fork("F").user("First").catch("Late", drawing_message()).end("E1")
    drawing.at("F").catch("Early", drawing.message("m", "=key")).end("E2")
    case = begin(drawing, key="k")
    case.complete("First")
    assert (told(case), the_rest(case)) == (["Early"], ["Late"])
    assert [wait.element_id for wait in case.step.opened] == []
    case.deliver("Early")
    assert (told(case), [wait.element_id for wait in case.step.opened]) == (["Late"], ["Late"])
    case.deliver("Late")
    assert case.step.ended


def drawing_message() -> str:
    return Drawing().message("m", "=key")


def test_who_is_interrupted_leaves_his_turn_to_the_next() -> None:
    inside = Drawing("i").start("B").fork("F").catch("Inner", drawing_message()).end("E1")
    inside.at("F").user("Work").end("Stopped", tag("terminateEventDefinition"))
    drawing = Drawing().start().fork("G").sub("Sub", inside).end("E3")
    drawing.at("G").user("Wait").catch("Outer", drawing.message("m", "=key")).end("E2")
    case = begin(drawing, key="k")
    case.complete("Wait")
    assert (told(case), the_rest(case)) == (["Inner"], ["Outer"])
    case.complete("Work")
    assert (told(case), the_rest(case)) == (["Outer"], [])


def test_an_event_that_does_not_interrupt_takes_turns_with_who_waits_inside() -> None:
    inside = Drawing("i").start("B").catch("Inner", drawing_message()).end("E1")
    drawing = Drawing().start().sub("Sub", inside).end("E2")
    drawing.boundary("Beside", "Sub", drawing.message("m"), interrupting=False).end("E3")
    case = begin(drawing, key="k")
    assert told(case) == ["Beside"]
    case.deliver("Beside")
    assert (told(case), the_rest(case)) == (["Inner"], ["Beside"])
    case.deliver("Inner")
    assert case.step.ended


def test_items_with_one_key_get_one_message_each_in_their_order() -> None:
    loop = tag("zeebe:loopCharacteristics", inputCollection="=[1, 2, 3]", inputElement="item")
    marker = tag("multiInstanceLoopCharacteristics", tag("extensionElements", loop))
    drawing = Drawing().start()
    drawing.message("m")
    case = begin(drawing.node("receiveTask", "Each", marker, messageRef="m_m").end(), key="k")
    for left in (2, 1, 0):
        (wait,) = [wait for wait in case.step.waits if not wait.behind]
        assert len(the_rest(case)) == left
        assert [w.token_id for w in case.step.opened] == [wait.token_id]
        case.step = engine.deliver(
            case.spec, case.step.state, case.environment, token_id=wait.token_id, payload={}
        )
    assert case.step.ended


def sub(key: str, *, outer: str = "=key", interrupting: bool = True, inputs: str = "") -> Drawing:
    inside = Drawing("i").start("B").user("Work").catch("Inner", Drawing().message("n", key))
    inside.end("E1").declared |= {"m_n": named("n", key)}
    drawing = Drawing().start().sub("Sub", inside, extension=inputs).end("E2")
    drawing.declared["m_o"] = named("o", outer)
    heard = tag("messageEventDefinition", messageRef="m_o")
    return drawing.boundary("Outer", "Sub", heard, interrupting=interrupting).end("E3")


def named(message_id: str, key: str) -> str:
    subscription = tag("extensionElements", tag("zeebe:subscription", correlationKey=key))
    return tag("message", subscription, id=f"m_{message_id}", name="m")


RENAMED = tag("zeebe:ioMapping", tag("zeebe:input", source="=other", target="key"))


@pytest.mark.parametrize(
    "drawing",
    [
        sub("=key"),
        sub('="k"', outer='="k"'),
        sub('="k"', outer='="k"', inputs=RENAMED),
        sub('=lower case("K")', outer='="k"'),
    ],
)
def test_who_waits_inside_for_what_ends_it_is_refused(drawing: Drawing) -> None:
    assert list(problems_of(drawing)) == ["Inner"]
    assert "than Outer waits for around it" in problems_of(drawing)["Inner"][0]


@pytest.mark.parametrize(
    "drawing",
    [
        sub("=key", interrupting=False),
        sub("=key", outer="=order"),
        sub("=key", inputs=RENAMED),
        sub('="k"', outer='="l"'),
        sub("=string(now())", outer="=string(now())"),
    ],
)
def test_another_key_or_an_event_beside_is_not(drawing: Drawing) -> None:
    assert not problems_of(drawing)


def with_event_sub(*, interrupting: bool, inside: bool) -> Drawing:
    """A process that hears a message, and a catch of it in the flow or in what it begins."""
    drawing = Drawing().start().user("Work")
    message = drawing.message("m")
    heard = Drawing("h").at("OnStart")
    (heard if inside else drawing).catch("Inner", message)
    drawing.end()
    return drawing.event_sub("On", heard.end("E"), message, interrupting=interrupting)


def test_an_event_sub_process_takes_it_from_the_flow_but_not_from_itself() -> None:
    assert list(problems_of(with_event_sub(interrupting=True, inside=False))) == ["Inner"]
    assert not problems_of(with_event_sub(interrupting=True, inside=True))
    assert not problems_of(with_event_sub(interrupting=False, inside=False))


def call(extension: str, **options: str) -> tuple[Drawing, ...]:
    called = Drawing("q").start("qB").catch("Inner", drawing_message()).end("qE")
    drawing = Drawing().start().call("Call", "q", extension, **options).end()
    return drawing.boundary("Outer", "Call", drawing.message("m")).end("E2"), called


def test_what_a_call_waits_for_is_seen_from_inside() -> None:
    assert list(problems_of(*call(""))) == ["Inner"]
    assert not problems_of(*call(RENAMED))
    assert not problems_of(*call("", propagateAllParentVariables="false"))
