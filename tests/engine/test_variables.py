"""What tokens carry: mappings, branches that do not see each other, joins that lose nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from processes import engine
from processes.engine import CannotProceed
from processes.engine.merging import difference, merge, patched, same
from tests.engine.cases import ENVIRONMENT, begin
from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.feel.test_values import Reason


def parallel() -> Drawing:
    drawing = Drawing().start().fork("Both").user("A").fork("Join").user("After").end()
    return drawing.at("Both").user("B").to("Join")


def test_without_mapping_the_whole_output_is_merged_at_the_top() -> None:
    case = begin(Drawing().start().user("Work").user("After").end(), a=1, b=1)
    case.complete("Work", b=2, c={"d": 3})

    assert case.inputs("After") == {"a": 1, "b": 2, "c": {"d": 3}}


def test_with_mapping_only_what_is_mapped_goes_in_and_out() -> None:
    drawing = (
        Drawing()
        .start()
        .job(
            "Pay",
            inputs={"cents": "=amount * 100", "double.it": "=cents * 2", "unit": "CNY"},
            outputs={"paid.at": "=when", "rest": "=cents - amount"},
        )
    )
    case = begin(drawing.end(), amount=5, paid={"by": "lin"})
    assert case.inputs("Pay") == {"cents": 500, "double": {"it": 1000}, "unit": "CNY"}
    case.complete("Pay", when="now", noise=1)

    assert case.variables == {"amount": 5, "paid": {"by": "lin", "at": "now"}, "rest": 495}


INSIDE = Drawing("q").start("QB").user("In").end("QE")
KEPT = {
    "job": lambda: Drawing().start().job("In", inputs={"x": "=1"}),
    "user": lambda: Drawing().start().user("In", inputs={"x": "=1"}),
    "call": lambda: Drawing().start().call("Call", "q", mapping({"x": "=1"}, None)),
    "sub-process": lambda: (
        Drawing()
        .start()
        .sub(
            "Sub",
            Drawing("s").start("SB").user("In").end("SE"),
            extension=mapping({"x": "=1"}, None),
        )
    ),
}


@pytest.mark.parametrize("kind", KEPT)
def test_output_of_the_name_of_an_input_stays_inside_unless_it_is_mapped(kind: str) -> None:
    called = [INSIDE] if kind == "call" else []
    case = begin(KEPT[kind]().user("After").end(), *called, x=0)
    case.complete("In", x=7, y=8)

    assert case.inputs("After") == {"x": 0, "y": 8}


def test_a_result_of_the_name_of_an_input_stays_inside_too() -> None:
    script = tag("zeebe:script", expression="=x + 1", resultVariable="x")
    drawing = Drawing().start()
    drawing.node("scriptTask", "S", extension=script + mapping({"x": "=41"}, None))
    assert begin(drawing.end(), x=0).variables == {"x": 0}


def test_branches_do_not_see_each_other() -> None:
    case = begin(parallel(), o={"x": 1})
    case.complete("A", o={"x": 2})

    assert case.inputs("B") == {"o": {"x": 1}}


@pytest.mark.parametrize("order", ["AB", "BA"])
def test_a_join_keeps_what_each_branch_changed(order: str) -> None:
    case = begin(parallel(), o={"x": 1, "y": 1, "z": [1]}, keep=1)
    outputs: dict[str, dict[str, Any]] = {
        "A": {"o": {"x": 2, "y": 1, "z": [1]}, "a": 1},
        "B": {"o": {"x": 1, "y": 2, "z": [1, 2]}, "b": 1},
    }
    for branch in order:
        case.complete(branch, **outputs[branch])

    assert case.inputs("After") == {
        "o": {"x": 2, "y": 2, "z": [1, 2]},
        "keep": 1,
        "a": 1,
        "b": 1,
    }


def test_a_counter_raised_in_one_branch_of_a_loop_grows() -> None:
    drawing = Drawing().start().xor("Again").fork("Both").script("Raise", "=n + 1", "n")
    drawing.fork("Join").xor("More", default="enough").when("=n < 5").to("Again").at("More")
    drawing.when(flow_id="enough").end().at("Both").script("Other", "=1", "other").to("Join")

    assert begin(drawing, n=0).variables == {"n": 5, "other": 1}


def test_nested_forks_lose_nothing_at_one_join() -> None:
    drawing = Drawing().start().fork("F").user("A").fork("J").user("After").end()
    drawing.at("F").script("Set", "=2", "x").fork("G").user("B").to("J")
    drawing.at("G").user("C").to("J")
    case = begin(drawing, x=1)
    case.complete("B", x=3, b=1)
    case.complete("C", c=1)
    case.complete("A", a=1)

    assert case.inputs("After") == {"x": 3, "a": 1, "b": 1, "c": 1}


def test_what_an_ended_branch_did_stays_with_those_that_go_on() -> None:
    drawing = Drawing().start().user("Work").user("After").end()
    drawing.boundary("Remind", "Work", timer("PT1H"), interrupting=False)
    drawing.script("Count", "=reminders + 1", "reminders").end("Reminded")
    case = begin(drawing, reminders=0, mine=1)
    case.advance(timedelta(hours=1))
    case.complete("Work", mine=2)

    assert case.inputs("After") == {"reminders": 1, "mine": 2}


def test_what_an_ended_branch_did_is_seen_inside_a_sub_process() -> None:
    body = Drawing("i").start("B").user("In").user("Next").end("E")
    drawing = Drawing().start().fork("F").sub("Sub", body).user("After").end()
    drawing.at("F").user("Beside").end("E2")
    case = begin(drawing, x=1, y=1)
    case.complete("Beside", x=2)
    assert case.inputs("In") == {"x": 2, "y": 1}
    case.complete("In", y=2)
    case.complete("Next")

    assert case.inputs("After") == {"x": 2, "y": 2}


def test_what_several_ended_branches_did_is_kept_until_one_is_left() -> None:
    drawing = Drawing().start().fork("F").user("A").end("EA")
    for name in ("B", "C"):
        drawing.at("F").user(name).end(f"E{name}")
    case = begin(drawing, o={"x": 0})
    case.complete("A", o={"x": 0, "a": 1})
    assert case.inputs("C") == {"o": {"x": 0}}
    case.complete("B", o={"x": 0, "b": 1})

    assert case.inputs("C") == {"o": {"x": 0, "a": 1, "b": 1}}


def test_two_branches_of_three_meet_and_the_third_goes_on() -> None:
    drawing = Drawing().start().fork("F").user("A").fork("J").user("Met").end("E1")
    drawing.at("F").user("B").to("J").at("F").user("C").end("E2")
    case = begin(drawing, x=0)
    case.complete("A", a=1)
    case.complete("B", b=1)
    assert case.inputs("Met") == {"x": 0, "a": 1, "b": 1}
    case.complete("C", c=1)
    assert case.inputs("Met") == {"x": 0, "a": 1, "b": 1, "c": 1}
    case.complete("Met")

    assert case.variables == {"x": 0, "a": 1, "b": 1, "c": 1}


def test_what_is_handed_in_and_out_is_not_shared_with_the_instance() -> None:
    drawing = Drawing().start().user("A").user("B").end()
    order: dict[str, Any] = {"lines": [1]}
    case = begin(drawing, order=order)
    order["lines"].append(2)
    case.inputs("A")["order"]["lines"].append(3)
    case.complete("A")

    assert case.inputs("B") == {"order": {"lines": [1]}}


def test_any_json_survives() -> None:
    strange = {
        "typename": "datetime",
        "__builtins__": {"__class__": "x"},
        "Start": None,
        "": {"": []},
        "a.b": {"=": "=1"},
        "data_objects": True,
        "数": ["退款", 1.5, -1, 2**62, False, {"typename": [{"typename": "x"}]}],
        "nul": "\x00\u2028\U0001f600",
    }
    case = begin(Drawing().start().user("A").end(), **strange)
    case.complete("A", typename={"typename": 1})

    assert case.variables == strange | {"typename": {"typename": 1}}


def test_true_is_not_one_when_branches_are_compared() -> None:
    case = begin(parallel(), flag=1)
    case.complete("A", flag=True)
    case.complete("B")

    assert case.inputs("After")["flag"] is True


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1: 2}, {1}, b"x", 2**64, "\ud800", object()]
)
def test_what_is_not_json_is_refused(value: object) -> None:
    case = begin(Drawing().start().user("A").end())

    with pytest.raises(CannotProceed, match="A: Expected"):
        case.complete("A", x=value)


def test_a_member_of_an_enumeration_is_its_value() -> None:
    case = begin(Drawing().start().user("A").end())
    case.complete("A", x=Reason.DAMAGED)

    assert case.variables == {"x": "damaged"}


def test_what_is_too_deep_is_refused() -> None:
    value: list[Any] = []
    for _ in range(70):
        value = [value]

    with pytest.raises(CannotProceed, match="plain JSON"):
        begin(Drawing().start().user("A").end(), x=value)


def test_a_number_too_large_for_json_is_refused() -> None:
    with pytest.raises(CannotProceed, match="variables that JSON can hold"):
        begin(Drawing().start().script("A", "=10 ** 25", "x").end())


def test_a_decision_is_made_where_the_task_stands() -> None:
    dmn = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
        'namespace="t"><decision id="rate" name="rate"><decisionTable id="t1" hitPolicy="FIRST">'
        '<input id="i"><inputExpression id="ie"><text>amount</text></inputExpression></input>'
        '<output id="o" name="rate"/>'
        '<rule id="r1"><inputEntry id="a"><text>&gt; 100</text></inputEntry>'
        '<outputEntry id="b"><text>2</text></outputEntry></rule>'
        '<rule id="r2"><inputEntry id="c"><text>-</text></inputEntry>'
        '<outputEntry id="e"><text>1</text></outputEntry></rule>'
        "</decisionTable></decision></definitions>"
    )
    task = tag("zeebe:calledDecision", decisionId="rate", resultVariable="result")
    drawing = Drawing().start().node("businessRuleTask", "Rate", extension=task).end()
    spec = engine.parse({"p.bpmn": drawing.xml(), "d.dmn": dmn.encode()})["p"]
    step = engine.start(spec, {"amount": 500}, ENVIRONMENT)

    assert step.variables == {"amount": 500, "result": 2}


# the merge itself


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ({"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}),
        ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"a": 2}, {"a": 3}, {"a": 3}),
        ({"a": 1}, {"a": 1}, {}, {}),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "c": 1}}, {"a": {"b": 1}}, {"a": {"b": 2}}),
        ({}, {"a": {"b": 1}}, {"a": {"c": 2}}, {"a": {"b": 1, "c": 2}}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1, 3]}, {"a": [1, 3]}),
    ],
)
def test_a_merge_takes_what_changed(base: Any, mine: Any, theirs: Any, merged: Any) -> None:
    assert merge(base, mine, theirs) == merged


@pytest.mark.parametrize(
    ("one", "other"), [({}, {"a": 1}), ({"a": 1}, {}), ({"a": 1, "b": 2}, {"a": True})]
)
def test_a_difference_can_be_applied_again(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert same(patched(one, difference(one, other)), other)
