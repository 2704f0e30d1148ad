"""Multi-instance: an activity once for each item of a list."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from xml.sax.saxutils import escape

import pytest

from processes import engine
from processes.engine import CannotProceed, Outcome, WaitKind
from tests.engine.cases import ENVIRONMENT, begin, problems_of
from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.scenarios.driver import Case


def each(
    *,
    sequential: bool = False,
    collection: str = "=items",
    item: str | None = "item",
    results: str | None = "results",
    result: str | None = "=out",
    until: str = "",
) -> str:
    loop = tag(
        "zeebe:loopCharacteristics",
        inputCollection=collection,
        inputElement=item,
        outputCollection=results,
        outputElement=result,
    )
    return tag(
        "multiInstanceLoopCharacteristics",
        tag("extensionElements", loop)
        + (tag("completionCondition", escape(until)) if until else ""),
        isSequential="true" if sequential else "false",
    )


def asked(extension: str = "", **options: Any) -> Drawing:
    drawing = Drawing().start().node("userTask", "Ask", each(**options), extension=extension)
    return drawing.user("After").end()


def answer(case: Case, number: int, **output: Any) -> None:
    """Complete the task of the given place among those that wait."""
    wait = [w for w in case.step.waits if w.element_id == "Ask"][number]
    case.step = case._moved(
        engine.complete(
            case.spec, case.step.state, ENVIRONMENT, token_id=wait.token_id, output=output
        )
    )


def test_all_items_at_once_and_results_in_their_order() -> None:
    case = begin(asked(), items=["a", "b", "c"])
    assert [(w.variables["item"], w.variables["loopCounter"]) for w in case.step.waits] == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
    ]
    answer(case, 2, out="C", by_c=1)
    answer(case, 0, out="A", by_a=1)
    answer(case, 0, out="B", item="changed")

    assert case.inputs("After") == {
        "items": ["a", "b", "c"],
        "results": ["A", "B", "C"],
        "by_a": 1,
        "by_c": 1,
    }


def test_items_in_turn() -> None:
    case = begin(asked(sequential=True), items=["a", "b", "c"], n=0)
    for number, item in enumerate("abc"):
        assert case.inputs("Ask")["item"] == item
        assert case.inputs("Ask")["n"] == number
        case.complete("Ask", out=item * 2, n=number + 1)

    assert case.inputs("After") == {
        "items": ["a", "b", "c"],
        "results": ["aa", "bb", "cc"],
        "n": 3,
    }


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("count", [0, 1])
def test_few_items(sequential: bool, count: int) -> None:
    case = begin(asked(sequential=sequential), items=["x"] * count)
    for _ in range(count):
        case.complete("Ask", out=1)

    assert case.inputs("After") == {"items": ["x"] * count, "results": [1] * count}


@pytest.mark.parametrize("sequential", [True, False])
def test_it_is_over_when_its_condition_holds(sequential: bool) -> None:
    until = "=numberOfCompletedInstances >= 2 or out = null"
    case = begin(asked(sequential=sequential, until=until), items=[1, 2, 3, 4])
    answer(case, 0, out="x")
    answer(case, 0, out="y")

    assert case.stands_at == ["After"]
    assert case.inputs("After")["results"] == ["x", "y", None, None]
    cancelled = [p for p in case.step.passages if p.outcome is Outcome.CANCELLED]
    assert len(cancelled) == (0 if sequential else 2)


def test_each_item_has_its_own_mappings() -> None:
    own = mapping({"q": '=item + "?"'}, {"said": "=answer", "out": "=q + answer"})
    case = begin(asked(own), items=["a", "b"])
    assert [dict(w.variables) for w in case.step.waits] == [{"q": "a?"}, {"q": "b?"}]
    answer(case, 1, answer="no")
    answer(case, 0, answer="yes")

    assert case.inputs("After")["results"] == ["a?yes", "b?no"]
    assert case.inputs("After")["said"] == "yes"
    assert "answer" not in case.inputs("After")


@pytest.mark.parametrize("sequential", [True, False])
def test_what_has_the_name_of_an_items_input_stays_with_the_item(sequential: bool) -> None:
    lines = mapping({"x": "=item"}, {"x": "=x + 1", "out": "=x", "seen": "=x"})
    case = begin(asked(lines, sequential=sequential), items=[1, 2], x=0)
    for _ in range(2):
        answer(case, 0)

    assert case.inputs("After") == {"items": [1, 2], "x": 0, "seen": 3, "results": [2, 3]}


@pytest.mark.parametrize("sequential", [True, False])
def test_a_sub_process_for_each_item(sequential: bool) -> None:
    inner = Drawing("i").start("B").user("Ask").script("Make", "=item + answer", "out").end("E")
    drawing = Drawing().start()
    body = each(sequential=sequential) + "".join(inner.content)
    drawing.node("subProcess", "Sub", body).user("After").end()
    drawing.boundary("Late", "Sub", timer("PT1H")).end("TooLate")
    case = begin(drawing, items=["a", "b"])
    for said in "xy":
        answer(case, 0, answer=said)

    assert case.stands_at == ["After"]
    assert case.inputs("After")["results"] == ["ax", "by"]
    assert "item" not in case.inputs("After")
    assert "loopCounter" not in case.inputs("After")


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ("=loopCounter", [1, 2]),
        ("=null", [None, None]),
        ("=item.n", [5, 6]),
        ("={n: item.n, by: who}", [{"n": 5, "by": "x"}, {"n": 6, "by": "x"}]),
    ],
)
def test_a_result_is_any_expression(result: str, expected: list[object]) -> None:
    case = begin(asked(result=result), items=[{"n": 5}, {"n": 6}])
    answer(case, 1, who="x")
    answer(case, 0, who="x")

    assert case.inputs("After")["results"] == expected
    assert "item" not in case.inputs("After")


def test_a_boundary_event_interrupts_all_items() -> None:
    drawing = asked()
    drawing.boundary("Late", "Ask", timer("PT1H")).end("TooLate")
    case = begin(drawing, items=[1, 2, 3])
    assert len([w for w in case.step.waits if w.kind is WaitKind.TIMER]) == 1
    answer(case, 1, out=1, kept=True)
    case.advance(timedelta(hours=1))

    assert case.ended_at == ["TooLate"]
    assert case.variables == {"items": [1, 2, 3], "kept": True}


def test_an_error_of_one_item_goes_to_the_boundary_of_all() -> None:
    drawing = Drawing().start()
    task = tag("zeebe:taskDefinition", type="pay")
    drawing.node("serviceTask", "Pay", each(results=None, result=None), extension=task).end()
    drawing.boundary("Wrong", "Pay", drawing.error("E")).end("WasWrong")
    case = begin(drawing, items=[1, 2])
    token = case.step.waits[1].token_id
    step = engine.throw_error(case.spec, case.step.state, ENVIRONMENT, token_id=token, code="E")

    assert step.ended
    assert [p.outcome for p in step.passages if p.element_id == "Pay"] == [
        Outcome.CANCELLED,
        Outcome.CANCELLED,
        Outcome.ERROR,
    ]


@pytest.mark.parametrize("sequential", [True, False])
def test_a_call_for_each_item(sequential: bool) -> None:
    child = Drawing("child").start("CB").user("Ask").end("CE")
    drawing = Drawing().start()
    called = tag("zeebe:calledElement", processId="child")
    drawing.node("callActivity", "Call", each(sequential=sequential), extension=called)
    case = begin(drawing.user("After").end(), child, items=["a", "b"])
    answer(case, 0, out=1, item="z", more=1)
    answer(case, 0, out=2)

    assert case.inputs("After") == {"items": ["a", "b"], "results": [1, 2], "more": 1}


def test_a_message_for_each_item_reaches_exactly_one() -> None:
    drawing = Drawing().start()
    drawing.message("parcel", "=item")
    drawing.node("receiveTask", "Parcel", each(), messageRef="m_parcel").user("After").end()
    case = begin(drawing, items=["a", "b"])
    wait = next(w for w in case.step.waits if w.correlation_key == "b")
    step = engine.deliver(
        case.spec, case.step.state, ENVIRONMENT, token_id=wait.token_id, payload={"out": 5}
    )

    assert [w.correlation_key for w in step.waits] == ["a"]


def test_many_items_cost_no_more_each_than_few() -> None:
    def seconds(count: int, *, sequential: bool) -> float:
        drawing = Drawing().start()
        script = tag("zeebe:script", expression="=item * 2", resultVariable="out")
        drawing.node("scriptTask", "S", each(sequential=sequential), extension=script).user("After")
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            case = begin(drawing.end() if _ == 0 else drawing, items=list(range(count)))
            best = min(best, time.process_time() - began)
        assert case.inputs("After")["results"] == [2 * n for n in range(count)]
        return best / count

    for sequential in (True, False):
        assert seconds(1000, sequential=sequential) <= 2.5 * seconds(100, sequential=sequential)


def test_items_in_a_loop_leave_nothing_behind() -> None:
    drawing = Drawing().start().xor("Again")
    drawing.node("userTask", "Ask", each()).user("Try").to("Again")
    case = begin(drawing, items=[1, 2])
    sizes = []
    for _ in range(40):
        answer(case, 1, out=2)
        answer(case, 0, out=1)
        case.complete("Try")
        sizes.append(len(case.step.state))

    assert sizes[-1] <= sizes[9] + 8


@pytest.mark.parametrize("items", [None, "abc", 3, {"a": 1}])
def test_what_is_no_list_cannot_proceed(items: object) -> None:
    with pytest.raises(CannotProceed, match="Ask: Expected '=items' to give a list"):
        begin(asked(), items=items)


def test_a_condition_that_is_neither_cannot_proceed() -> None:
    case = begin(asked(until="=maybe"), items=[1, 2])
    with pytest.raises(CannotProceed, match="to be true or false, found null"):
        answer(case, 0)


@pytest.mark.parametrize(
    ("marker", "sentence"),
    [
        (each(collection=""), "an input collection"),
        (each(collection="items"), "the input collection in FEEL"),
        (each(item="a b"), "a variable as the input element"),
        (each(item="loopCounter"), "another input element"),
        (each(results=None), "output collection and output element"),
        (each(result=None), "output collection and output element"),
        (each(result="out"), "the output element in FEEL"),
        (each(until="enough"), "the completion condition in FEEL"),
        (each() + each(), "found several"),
        (
            tag("multiInstanceLoopCharacteristics", tag("loopDataInputRef", "a")),
            "set the input collection",
        ),
        (tag("multiInstanceLoopCharacteristics", behavior="One"), "behavior"),
    ],
)
def test_is_refused(marker: str, sentence: str) -> None:
    problems = problems_of(Drawing().start().node("userTask", "Ask", marker).end())

    assert any(sentence in found for found in problems["Ask"]), problems
