"""Ways that tokens take: links, several flows out of a task, the inclusive gateway, messages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes.engine import CannotProceed, WaitKind
from tests.engine.cases import begin
from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.scenarios.driver import Case


def link(name: str) -> str:
    return tag("linkEventDefinition", name=name)


def test_a_link_goes_on_where_it_is_caught() -> None:
    drawing = Drawing().start().user("A").throw("Out", link("L"))
    drawing.at("").catch("In", link("L")).user("B").end()
    case = begin(drawing)
    case.complete("A", a=1)

    assert case.stands_at == ["B"]
    assert case.path == ["Begin", "A", "Out", "In"]
    case.complete("B")
    assert case.ended_at == ["Done"]


def test_several_links_lead_to_one_and_back() -> None:
    drawing = Drawing().start().xor("X", default="d").when("=n = 1").throw("Out1", link("L"))
    drawing.at("X").when(flow_id="d").throw("Out2", link("L"))
    drawing.at("").catch("In", link("L")).user("B").xor("Again", default="e")
    drawing.when("=again").throw("Back", link("L")).at("Again").when(flow_id="e").end()
    for n in (1, 2):
        case = begin(drawing, n=n)
        case.complete("B", again=True)
        assert case.stands_at == ["B"]
        case.complete("B", again=False)
        assert case.ended_at == ["Done"]


# several flows out of an element


def test_a_task_with_several_flows_lets_all_go() -> None:
    drawing = Drawing().start().user("A").user("B").end("EB").at("A").user("C").end("EC")
    case = begin(drawing)
    case.complete("A")

    assert case.stands_at == ["B", "C"]
    case.complete("C")
    case.complete("B")
    assert case.ended_at == ["EC", "EB"]


@pytest.mark.parametrize("event", ["start", "throw", "boundary"])
def test_an_event_with_several_flows_lets_all_go(event: str) -> None:
    drawing = Drawing().start()
    if event == "start":
        pen = "Begin"
        drawing.user("One").end()
    elif event == "throw":
        pen = "T"
        drawing.throw("T").user("One").end()
    else:
        pen = "Late"
        drawing.user("First").end().boundary("Late", "First", timer("PT1H")).user("One").end("E1")
    drawing.at(pen).user("Two").end("E2")
    case = begin(drawing)
    case.advance(timedelta(hours=1))

    assert case.stands_at == ["One", "Two"]


def test_flows_of_a_task_go_by_their_conditions() -> None:
    drawing = Drawing().start().node("userTask", "A", default="d")
    for name, condition in (("B", "=n > 1"), ("C", "=n > 2")):
        drawing.at("A").when(condition).user(name).end(f"E{name}")
    drawing.at("A").when(flow_id="d").user("D").end("ED")
    for n, expected in ((1, ["D"]), (2, ["B"]), (3, ["B", "C"])):
        case = begin(drawing)
        case.complete("A", n=n)
        assert case.stands_at == expected


def test_a_task_none_of_whose_flows_can_be_taken_cannot_proceed() -> None:
    case = begin(Drawing().start().user("A").when("=n > 1").end())
    with pytest.raises(CannotProceed, match="Expected one of its conditions to hold"):
        case.complete("A", n=1)


def test_a_task_goes_once_for_each_token_that_comes() -> None:
    drawing = Drawing().start().fork("F").user("A").script("S", "=n + 1", "n").user("Z").end()
    drawing.at("F").user("B").to("S")
    case = begin(drawing, n=0)
    case.complete("A")
    case.complete("B")

    assert case.stands_at == ["Z", "Z"]


# inclusive gateways


def chosen(*, default: str | None = None) -> Drawing:
    drawing = Drawing().start().node("inclusiveGateway", "Split", default=default)
    for name in "ABC":
        if default == f"to{name}":
            drawing.at("Split").when(flow_id=default).user(name)
        else:
            drawing.at("Split").when(f'=list contains(go, "{name}")').user(name)
        if name == "A":
            drawing.node("inclusiveGateway", "Join").user("After").end()
        else:
            drawing.to("Join")
    return drawing


@pytest.mark.parametrize("go", ["A", "B", "AB", "BC", "ABC", "CBA"])
def test_an_inclusive_gateway_waits_for_those_it_sent(go: str) -> None:
    case = begin(chosen(), go=list(go), o={"x": 0})
    assert case.stands_at == sorted(go)
    for name in go:
        assert "After" not in case.stands_at
        case.complete(name, o={**case.inputs(name)["o"], name: 1})

    assert case.stands_at == ["After"]
    assert case.inputs("After")["o"] == {"x": 0, **dict.fromkeys(go, 1)}
    case.complete("After")
    assert case.ended_at == ["Done"]


def test_an_inclusive_gateway_takes_its_default_alone() -> None:
    assert begin(chosen(default="toC"), go=[]).stands_at == ["C"]
    assert begin(chosen(default="toC"), go=["A"]).stands_at == ["A"]
    with pytest.raises(CannotProceed, match="draw a default flow"):
        begin(chosen(), go=[])


def test_a_branch_that_leaves_is_not_waited_for() -> None:
    drawing = Drawing().start().node("inclusiveGateway", "Split", default="d")
    drawing.when("=a").user("A").node("inclusiveGateway", "Join").user("After").end()
    drawing.at("Split").when(flow_id="d").user("D").to("Join")
    drawing.at("Split").when("=b").user("B").xor("X", default="away").when("=back").to("Join")
    drawing.at("X").when(flow_id="away").user("Away").end("EAway")
    case = begin(drawing, a=True, b=True, back=False)
    case.complete("A")
    assert case.stands_at == ["B"]
    case.complete("B")

    assert case.stands_at == ["After", "Away"]


def test_a_boundary_event_may_still_lead_to_the_gateway() -> None:
    drawing = Drawing().start().fork("F").user("A").node("inclusiveGateway", "Join").user("After")
    drawing.end().at("F").user("B").end("EB")
    drawing.boundary("Late", "B", timer("PT1H")).to("Join")
    early = begin(drawing)
    early.complete("A")
    assert early.stands_at == ["B"]
    early.complete("B")
    assert early.stands_at == ["After"]

    late = begin(drawing)
    late.complete("A")
    late.advance(timedelta(hours=1))
    assert late.stands_at == ["After"]


def test_an_inclusive_gateway_in_a_loop() -> None:
    drawing = Drawing().start().xor("Again").node("inclusiveGateway", "Split")
    drawing.when("=true").user("A").node("inclusiveGateway", "Join").xor("More", default="e")
    drawing.when("=n < 3").script("S", "=n + 1", "n").to("Again")
    drawing.at("More").when(flow_id="e").end()
    drawing.at("Split").when("=n > 1").user("B").to("Join")
    case = begin(drawing, n=1)
    case.complete("A")
    for _ in range(2):
        assert case.stands_at == ["A", "B"]
        case.complete("B")
        case.complete("A")

    assert case.ended_at == ["Done"]


def test_two_tokens_by_one_flow_go_on_one_after_the_other() -> None:
    drawing = Drawing().start().fork("F").user("A").xor("X").node("inclusiveGateway", "Join")
    drawing.user("After").end().at("F").user("B").to("X").at("F").user("C").to("Join")
    case = begin(drawing)
    case.complete("A")
    assert case.stands_at == ["B", "C"]
    case.complete("C")

    # B leads only to the flow by which a token has come: nobody waits for it (§13.4.3).
    assert case.stands_at == ["After", "B"]
    case.complete("B")
    assert case.stands_at == ["After", "After"]


# messages that are thrown


@pytest.mark.parametrize("kind", ["intermediateThrowEvent", "endEvent"])
def test_a_message_is_thrown_by_a_job(kind: str) -> None:
    task = tag("zeebe:taskDefinition", type="send.mail", retries="5")
    headers = tag("zeebe:taskHeaders", tag("zeebe:header", key="k", value="v"))
    drawing = Drawing().start().user("Before")
    drawing.node(
        kind,
        "Send",
        drawing.message("mail"),
        extension=task + headers + mapping({"to": "=who"}, {"sent": "=at"}),
    )
    if kind != "endEvent":
        drawing.user("After").end()
    case = begin(drawing, who="lin")
    case.complete("Before")
    wait = case.wait("Send")
    assert (wait.kind, wait.topic, wait.retries) == (WaitKind.SERVICE_TASK, "send.mail", 5)
    assert (wait.variables, wait.headers) == ({"to": "lin"}, {"k": "v"})
    case.complete("Send", at=5)

    assert case.variables == {"who": "lin", "sent": 5}
    assert case.step.ended is (kind == "endEvent")


def test_an_error_of_a_job_that_throws_a_message_goes_outward() -> None:
    task = tag("zeebe:taskDefinition", type="send.mail")
    body = Drawing("i").start("B").end("Send", tag("messageEventDefinition"), extension=task)
    drawing = Drawing().start().sub("Sub", body).end()
    drawing.boundary("Wrong", "Sub", drawing.error("E")).end("WasWrong")
    case: Case = begin(drawing)
    case.throw("Send", "E")

    assert case.ended_at == ["WasWrong"]
