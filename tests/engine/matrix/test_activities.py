"""Of the table: multi-instance and loops, calls, ends, tasks that nobody does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

from tests.engine.cases import problems_of
from tests.engine.diagrams import Drawing, tag, timer
from tests.engine.matrix.table import refused, right
from tests.engine.matrix.twin import run


def each(*, sequential: bool = False, result: str = "=out", results: str = "outs") -> str:
    loop = tag(
        "zeebe:loopCharacteristics",
        inputCollection="=items",
        inputElement="item",
        outputCollection=results,
        outputElement=result,
    )
    return _marker(tag("extensionElements", loop), sequential=sequential)


def _marker(inner: str, *, sequential: bool) -> str:
    turns = "true" if sequential else "false"
    return tag("multiInstanceLoopCharacteristics", inner, isSequential=turns)


def asked(marker: str) -> Drawing:
    return Drawing().start().node("userTask", "Ask", marker).end()


@right("multi-instance sequential, user task, collection in/out")
def test_items_in_turn() -> None:
    case = run(asked(each(sequential=True)), items=[1, 2, 3])
    for number in range(3):
        assert [wait.variables["item"] for wait in case.step.waits] == [number + 1]
        case.complete("Ask", out=number * 10)
    assert case.variables == {"items": [1, 2, 3], "outs": [0, 10, 20]}


@right("multi-instance parallel, user task, collection in/out")
def test_items_at_once() -> None:
    case = run(asked(each()), items=[1, 2, 3])
    assert [wait.variables["item"] for wait in case.step.waits] == [1, 2, 3]
    for number in range(3):
        case.complete_one("Ask", 0, out=number * 10)
    assert case.variables == {"items": [1, 2, 3], "outs": [0, 10, 20]}


@right("multi-instance parallel: result order when completed out of order")
def test_results_are_in_the_order_of_the_items() -> None:
    case = run(asked(each(result="=item")), items=["a", "b", "c"])
    for _ in range(3):
        case.complete_one("Ask", -1)
    assert case.variables["outs"] == ["a", "b", "c"]


@right("multi-instance: completionCondition")
def test_enough_is_enough() -> None:
    cardinality = tag("loopCardinality", "=5")
    until = tag("completionCondition", "=stop")
    case = run(asked(_marker(cardinality + until, sequential=False)), stop=False)
    assert len(case.step.waits) == 5
    case.complete_one("Ask", 0, stop=False)
    case.complete_one("Ask", 0, stop=True)
    assert case.ended_at == ["Done"]
    assert case.path.count("Ask") == 2 + 3 + 1


@right("multi-instance over subprocess with boundary timer inside")
def test_an_item_may_be_late_alone() -> None:
    inner = Drawing("s").start("B").user("In").end("E")
    inner.boundary("Late", "In", timer("PT1H")).script("Miss", '="late"', "out").end("E2")
    drawing = Drawing().start().node("subProcess", "Sub", each() + "".join(inner.content)).end()
    case = run(drawing, items=[1, 2])
    case.complete_one("In", 0, out="ok")
    case.advance(timedelta(hours=1))
    assert case.variables == {"items": [1, 2], "outs": ["ok", "late"]}


@right("multi-instance: empty collection")
def test_nothing_to_do_is_done_at_once() -> None:
    case = run(asked(each()), items=[])
    assert case.ended_at == ["Done"]
    assert case.variables == {"items": [], "outs": []}


@right("multi-instance: in-place update (input==output)")
def test_results_may_replace_the_items() -> None:
    case = run(asked(each(result="=item", results="items")), items=[{"q": 1}, {"q": 2}])
    for number in (2, 1):
        case.complete_one("Ask", -1, item={"q": number, "done": True})
    assert case.variables["items"] == [{"q": 1, "done": True}, {"q": 2, "done": True}]


@right("standard loop (loopCondition, loopMaximum)")
def test_a_task_is_done_again_while_its_condition_holds() -> None:
    marker = tag(
        "standardLoopCharacteristics", tag("loopCondition", escape("=again")), loopMaximum="5"
    )
    case = run(asked(marker), again=True)
    case.complete("Ask", again=True)
    case.complete("Ask", again=False)
    assert case.ended_at == ["Done"]
    case = run(asked(marker), again=True)
    for _ in range(5):
        case.complete("Ask")
    assert case.ended_at == ["Done"]


@right("loop back through exclusive gateway (5x)")
def test_a_gateway_leads_back() -> None:
    drawing = Drawing().start().user("Try").xor("G", default="d").when("=again").to("Try")
    drawing.at("G").when(flow_id="d").end()
    case = run(drawing)
    for turn in range(6):
        case.complete("Try", again=turn < 5)
    assert case.ended_at == ["Done"]
    assert case.path.count("Try") == 6


@right("call activity + data in/out")
def test_a_called_process_is_given_variables_and_gives_them_back() -> None:
    called = Drawing("q").start("QB").user("In").end("QE")
    case = run(Drawing().start().call("Call", "q").end(), called, a=1)
    assert case.inputs("In") == {"a": 1}
    case.complete("In", b=2)
    assert case.variables == {"a": 1, "b": 2}


@right("call activity calledElement by expression")
def test_feel_chooses_the_called_process() -> None:
    called = [Drawing(key).start(f"{key}B").user(f"In_{key}").end(f"{key}E") for key in ("q", "r")]
    case = run(Drawing().start().call("Call", '=if n > 1 then "r" else "q"').end(), *called, n=2)
    assert case.stands_at == ["In_r"]
    case.complete("In_r")
    assert case.ended_at == ["Done"]


@right("call activity: recursion (process calls itself)")
def test_a_process_calls_itself() -> None:
    drawing = Drawing().start().script("Less", "=n - 1", "n").xor("G", default="d")
    drawing.when("=n > 0").call("Call", "p").end("E1").at("G").when(flow_id="d").end()
    case = run(drawing, n=5)
    assert case.step.ended
    assert case.path.count("Less") == 5
    assert case.variables == {"n": 0}


@right("terminate end event")
def test_terminate_ends_all_else() -> None:
    drawing = Drawing().start().fork("F").user("A").end("Stop", tag("terminateEventDefinition"))
    case = run(drawing.at("F").user("B").end())
    case.complete("A")
    assert case.ended_at == ["Stop"]


@right("terminate end event inside subprocess ends only the subprocess")
def test_terminate_ends_its_sub_process_only() -> None:
    inner = Drawing("s").start("B0").fork("F").user("A")
    inner.end("Stop", tag("terminateEventDefinition")).at("F").user("B").end("E")
    case = run(Drawing().start().sub("Sub", inner).user("After").end())
    case.complete("A")
    assert case.stands_at == ["After"]
    case.complete("After")
    assert case.ended_at == ["Done"]


@right('global/manual/undefined "task"')
def test_tasks_that_nobody_does_are_passed() -> None:
    drawing = Drawing().start().node("task", "Plain").node("manualTask", "ByHand").end()
    assert run(drawing).path == ["Begin", "Plain", "ByHand", "Done"]


def in_transaction() -> Drawing:
    inner = Drawing("t").start("B").user("Book").xor("G", default="d").when("=quit")
    inner.end("Cancel", tag("cancelEventDefinition")).at("G").when(flow_id="d").end("E")
    drawing = Drawing().start().node("transaction", "Trip", "".join(inner.content)).end()
    drawing.boundary("Cancelled", "Trip", tag("cancelEventDefinition")).end("WasCancelled")
    return drawing.boundary("Failed", "Trip", drawing.error()).end("HasFailed")


@right("transaction subprocess + cancel end/boundary")
def test_a_transaction_is_cancelled_or_not() -> None:
    case = run(in_transaction())
    case.complete("Book", quit=True)
    assert case.ended_at == ["WasCancelled"]
    case = run(in_transaction())
    case.complete("Book", quit=False)
    assert case.ended_at == ["Done"]


def ad_hoc(**attributes: Any) -> dict[str, list[str]]:
    inner = Drawing("s").user("A").at("").user("B")
    until = tag("completionCondition", "=enough")
    body = "".join(inner.content) + until
    return problems_of(Drawing().start().node("adHocSubProcess", "Any", body, **attributes).end())


@refused("ad-hoc subprocess (parallel)")
@refused("ad-hoc subprocess without data object")
@refused('ad-hoc ordering="Sequential" is rejected')
def test_work_in_any_order_is_not_drawn() -> None:
    for ordering in (None, "Parallel", "Sequential"):
        sentences = ad_hoc(ordering=ordering)["Any"]
        assert any("draw the order of its activities" in sentence for sentence in sentences)
