"""Of the table: gateways, implicit forks and merges, conditions on flows and events."""

from __future__ import annotations

from xml.sax.saxutils import escape

from tests.engine.diagrams import Drawing, tag
from tests.engine.matrix.table import right
from tests.engine.matrix.twin import run


@right("parallel gateway fork/join")
def test_branches_part_and_meet() -> None:
    drawing = Drawing().start().fork("F").user("A").fork("J").end()
    case = run(drawing.at("F").user("B").to("J"))
    case.complete("A", a=1)
    assert case.stands_at == ["B"]
    case.complete("B", b=2)
    assert case.ended_at == ["Done"]
    assert case.variables == {"a": 1, "b": 2}


@right("inclusive gateway fork/join")
def test_as_many_branches_as_hold_part_and_meet() -> None:
    drawing = Drawing().start().node("inclusiveGateway", "F")
    drawing.when("=a > 0").user("A").node("inclusiveGateway", "J").end()
    drawing.at("F").when("=a > 1").user("B").to("J").at("F").when("=a > 5").user("C").to("J")
    case = run(drawing, a=2)
    assert case.stands_at == ["A", "B"]
    case.complete("A")
    case.complete("B")
    assert case.path.count("J") == 1
    assert case.ended_at == ["Done"]


@right("complex gateway")
def test_a_complex_gateway_parts_like_an_inclusive_one() -> None:
    drawing = Drawing().start().node("complexGateway", "G").when("=a > 0").user("A").end()
    drawing.at("G").when("=a > 1").user("B").end("E2").at("G").when("=a > 5").end("E3")
    case = run(drawing, a=2)
    assert case.stands_at == ["A", "B"]
    assert run(Drawing().start().node("complexGateway", "G").end()).ended_at == ["Done"]


@right("multiple outgoing flows from a task (implicit fork)")
def test_all_flows_out_of_a_task_are_taken() -> None:
    case = run(Drawing().start().user("U").user("A").end("E1").at("U").user("B").end())
    case.complete("U")
    assert case.stands_at == ["A", "B"]


@right("multiple incoming to a task without gateway (implicit merge runs twice)")
def test_a_task_is_done_for_each_token_that_comes() -> None:
    drawing = Drawing().start().fork("F").user("A").script("Count", "=n + 1", "n").end()
    case = run(drawing.at("F").user("B").to("Count"), n=0)
    case.complete("A")
    case.complete("B")
    assert case.path.count("Count") == 2
    assert case.step.ended


@right("conditional sequence flow from a task (conditionExpression on user task flow)")
def test_a_condition_on_a_flow_out_of_a_task_counts() -> None:
    drawing = Drawing().start().node("userTask", "U", default="d").when("=false").user("A").end()
    case = run(drawing.at("U").when(flow_id="d").user("B").end("E2"))
    case.complete("U")
    assert case.stands_at == ["B"]


@right("token multiplication: parallel split whose branches meet at exclusive gateway")
def test_an_exclusive_gateway_does_not_wait() -> None:
    drawing = Drawing().start().fork("F").user("A").xor("M").user("After").end()
    case = run(drawing.at("F").user("B").to("M"))
    case.complete("A")
    case.complete("B")
    assert case.waits_for == ["After", "After"]


@right("conditional event: intermediate catch on data object")
def test_a_condition_is_waited_for() -> None:
    condition = tag("condition", escape("=x = 5"))
    drawing = Drawing().start().fork("F")
    drawing.catch("Until", tag("conditionalEventDefinition", condition)).fork("J").end()
    case = run(drawing.at("F").user("Work").to("J"))
    assert case.path == ["Begin", "F"]
    case.complete("Work", x=5)
    assert case.ended_at == ["Done"]
    assert case.variables == {"x": 5}
