"""Of the table: lanes, data objects and decisions."""

from __future__ import annotations

from typing import Any

import pytest

from processes import engine
from processes.engine import CannotProceed
from tests.engine.cases import ENVIRONMENT
from tests.engine.diagrams import Drawing, tag
from tests.engine.matrix.table import right
from tests.engine.matrix.twin import Twin, run

LAYERS = ("< 100", '"auto"'), ("< 500", '"lead"'), ("-", '"mgr"')


def lane(lane_id: str, *nodes: str, inner: str = "") -> str:
    refs = "".join(tag("flowNodeRef", node) for node in nodes)
    return tag("lane", refs + inner, id=lane_id, name=lane_id)


def in_lanes(lanes: str) -> Drawing:
    assigned = tag("zeebe:assignmentDefinition", candidateGroups="seller")
    drawing = Drawing().start().user("U", assigned).user("V").end()
    drawing.content.insert(0, tag("laneSet", lanes, id="ls"))
    return drawing


@right("lanes")
@right("nested lanes (childLaneSet)")
def test_lanes_are_drawn_for_people_and_groups_are_set_at_the_task() -> None:
    nested = tag("childLaneSet", lane("l11", "U"), id="cls")
    for lanes in (lane("l1", "U") + lane("l2", "V"), lane("l1", "U", inner=nested)):
        case = run(in_lanes(lanes))
        assert case.wait("U").candidate_groups == ("seller",)
        case.complete("U")
        case.complete("V")
        assert case.ended_at == ["Done"]


@right("data objects")
@right("data store without implementation class")
def test_data_is_in_the_variables_whatever_is_drawn() -> None:
    writes = tag("dataOutputAssociation", tag("targetRef", "x_ref"), id="doa")
    drawing = Drawing().start().node("userTask", "U", writes).user("V").end()
    drawing.content += [
        tag("dataObject", id="x"),
        tag("dataObjectReference", id="x_ref", dataObjectRef="x"),
        tag("dataStoreReference", id="s_ref", dataStoreRef="s"),
    ]
    drawing.declared["s"] = tag("dataStore", id="s", name="orders")
    case = run(drawing)
    case.complete("U", x=7)
    assert case.inputs("V") == {"x": 7}


def table(policy: str, *rules: tuple[str, str], more: str = "", **attributes: str) -> str:
    rows = "".join(
        tag(
            "rule",
            tag("inputEntry", f"<text><![CDATA[{when}]]></text>", id=f"i{number}")
            + tag("outputEntry", f"<text>{then}</text>", id=f"o{number}"),
            id=f"r{number}",
        )
        for number, (when, then) in enumerate(rules or LAYERS)
    )
    given = tag("inputExpression", "<text>amount</text>", id="ie", typeRef="number")
    values = tag("outputValues", '<text>"mgr","lead","auto"</text>', id="ov")
    output = tag("output", values if policy == "PRIORITY" else "", id="out", name="level")
    body = tag("input", given, id="in") + output + rows
    decision = tag("decisionTable", body, id="dt", hitPolicy=policy, **attributes)
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" '
        f'namespace="x"><decision id="dec" name="dec">{decision}</decision>{more}</definitions>'
    )


def decided(text: str, amount: int = 50, decision: str = "dec") -> Any:
    called = tag("zeebe:calledDecision", decisionId=decision, resultVariable="level")
    drawing = Drawing().start().node("businessRuleTask", "Decide", extension=called).end()
    specs = engine.parse({"a.bpmn": drawing.xml(), "a.dmn": text.encode()})
    return Twin(specs["p"], {"amount": amount}, ENVIRONMENT).variables["level"]


@right("DMN UNIQUE, one match")
def test_one_rule_fits() -> None:
    assert decided(table("UNIQUE"), 600) == "mgr"


@right("DMN UNIQUE with several matches must fail")
def test_several_rules_fit_where_one_may() -> None:
    with pytest.raises(CannotProceed, match="Decide"):
        decided(table("UNIQUE"))


@right("DMN FIRST")
def test_the_first_rule_that_fits() -> None:
    assert decided(table("FIRST")) == "auto"


@right("DMN ANY with conflicting outputs must fail")
def test_rules_that_contradict_each_other() -> None:
    with pytest.raises(CannotProceed, match="Decide"):
        decided(table("ANY"))
    assert decided(table("ANY", ("< 100", "1"), ("< 500", "1"))) == 1


@right("DMN PRIORITY (outputValues order)")
def test_the_first_of_the_output_values() -> None:
    assert decided(table("PRIORITY")) == "mgr"


@right("DMN RULE ORDER")
def test_all_in_the_order_of_the_rules() -> None:
    assert decided(table("RULE ORDER")) == ["auto", "lead", "mgr"]


@right("DMN COLLECT")
def test_all_that_fit() -> None:
    assert sorted(decided(table("COLLECT"))) == ["auto", "lead", "mgr"]


@right("DMN COLLECT SUM")
def test_the_sum_of_all_that_fit() -> None:
    assert decided(table("COLLECT", ("< 100", "1"), ("< 500", "2"), aggregation="SUM")) == 3


@right("DMN no rule matches")
def test_no_rule_fits_and_the_result_is_null() -> None:
    assert decided(table("UNIQUE", ("> 1000", "1"))) is None


@right('DMN FEEL syntax: range [1..100], list "a","b", not()')
def test_cells_are_unary_tests() -> None:
    for cell in ("[1..100]", "not(5)", "1,50"):
        assert decided(table("UNIQUE", (cell, "1"))) == 1
    assert decided(table("UNIQUE", ("not(50)", "1"))) is None


@right('DMN python-ish: "10 <= ? <= 100", "? in [1,50]"')
def test_cells_are_feel_and_not_python() -> None:
    assert decided(table("UNIQUE", ("? in [1,50]", "1"))) == 1
    # In FEEL this compares true or false with a number: null, and no rule would ever fit.
    with pytest.raises(engine.InvalidDiagram, match="two comparisons joined by 'and'"):
        decided(table("UNIQUE", ("10 <= ? <= 100", "1")))


@right("DMN with two decisions (DRG) in one file")
def test_a_decision_needs_another() -> None:
    needed = (
        '<informationRequirement id="ir"><requiredDecision href="#dec"/></informationRequirement>'
    )
    more = tag(
        "decision",
        f'<variable id="v" name="both"/>{needed}'
        '<literalExpression id="le"><text>dec + "!"</text></literalExpression>',
        id="both",
        name="both",
    )
    assert decided(table("FIRST", more=more), decision="both") == "auto!"
