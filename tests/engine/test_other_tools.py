"""What other tools write: plain BPMN runs, what only their engines understand is refused."""

from __future__ import annotations

import pytest

from processes import engine
from tests.engine.cases import ENVIRONMENT, problems_of
from tests.engine.diagrams import Drawing, tag
from tests.scenarios.driver import Case


def case_of(xml: str, **variables: object) -> Case:
    return Case(engine.parse({"test.bpmn": xml.encode()})["p"], variables, ENVIRONMENT)


def problems_in(xml: str) -> set[tuple[str, str]]:
    with pytest.raises(engine.InvalidDiagram) as refusal:
        engine.parse({"test.bpmn": xml.encode()})
    return {(problem.element_id, problem.sentence) for problem in refusal.value.problems}


def without_flow_ids(drawing: Drawing) -> str:
    xml = drawing.xml().decode()
    for number in range(1, 10):
        xml = xml.replace(f' id="p_flow{number}"', "")
    return xml


def test_flows_need_no_id() -> None:
    case = case_of(without_flow_ids(Drawing().start().user("Work").end()))
    case.complete("Work")

    assert case.step.ended


def test_an_inclusive_join_tells_flows_without_id_apart() -> None:
    drawing = Drawing().start().fork("F").user("A").node("inclusiveGateway", "J").user("Last").end()
    drawing.at("F").user("B").to("J")
    case = case_of(without_flow_ids(drawing))

    case.complete("A")
    assert case.stands_at == ["B"]
    case.complete("B")
    assert case.stands_at == ["Last"]


def test_a_second_flow_between_the_same_two_is_a_flow_of_its_own() -> None:
    drawing = Drawing().start().fork("F").to("J").at("F").fork("J").user("Last").end()
    spec = engine.parse({"test.bpmn": without_flow_ids(drawing).encode()})["p"]

    assert len({flow.id for flow in spec.flows}) == len(spec.flows) == 5
    assert Case(spec, {}, ENVIRONMENT).stands_at == ["Last"]


def test_references_may_carry_the_prefix_of_the_files_own_names() -> None:
    drawing = Drawing().start()
    xml = drawing.catch("Event", drawing.message("m", "=key")).end().xml().decode()
    xml = xml.replace("<definitions ", '<definitions xmlns:own="urn:test" ')
    case = case_of(xml.replace('Ref="m_m"', 'Ref="own:m_m"'), key="k")

    assert case.step.waits[0].message == "m"


def test_a_prefix_of_other_names_is_not_ignored() -> None:
    drawing = Drawing().start()
    xml = drawing.catch("Event", drawing.message("m", "=key")).end().xml().decode()
    xml = xml.replace('Ref="m_m"', 'Ref="other:m_m"')

    assert ("Event", "Expected the message declared in this file, found other:m_m") in problems_in(
        xml
    )


@pytest.mark.parametrize("namespace", ["http://operaton.org/schema/1.0/bpmn", "urn:whatever"])
def test_no_attribute_of_an_unknown_engine_is_ignored(namespace: str) -> None:
    xml = Drawing().start().user("Work").end().xml().decode()
    xml = xml.replace('id="Work"', f'id="Work" xmlns:o="{namespace}" o:async="true"')

    (found,) = problems_in(xml)
    assert found[0] == "Work"
    assert "found attribute async" in found[1]


@pytest.mark.parametrize(
    ("attribute", "way_out"),
    [
        ("class", "give the task a topic"),
        ("candidateGroups", "set it in the properties panel again"),
        ("historyTimeToLive", "remove it"),
    ],
)
def test_each_attribute_of_another_engine_has_a_way_out(attribute: str, way_out: str) -> None:
    xml = Drawing().start().user("Work").end().xml().decode()
    other = f'id="Work" xmlns:c="http://camunda.org/schema/1.0/bpmn" c:{attribute}="x"'

    assert way_out in " ".join(
        sentence for _, sentence in problems_in(xml.replace('id="Work"', other))
    )


def test_what_other_engines_add_is_refused_each_where_it_stands() -> None:
    listener = '<o:listener xmlns:o="urn:o"><o:field/></o:listener>'
    drawing = Drawing().start().user("A", listener).user("B", listener).node("adHocSubProcess", "C")
    found = problems_of(drawing.end())

    assert [sentence[:70] for sentence in found["A"]] == [
        "Expected elements as bpmn.io tools write them, found <listener> of 'ur"
    ]
    assert found["A"] == found["B"]
    assert "adHocSubProcess" in found["C"][0]


def test_a_file_that_is_refused_is_not_said_to_lack_a_process() -> None:
    sentences = [sentence for _, sentence in problems_in("<definitions/>")]

    assert sentences == [
        "test.bpmn: Expected elements as bpmn.io tools write them, found <definitions> of ''"
    ]


@pytest.mark.parametrize(
    "extension",
    [
        tag("zeebe:assignmentDefinition", assignee="${who}"),
        tag("zeebe:ioMapping", tag("zeebe:input", source="#{who}", target="who")),
        tag("zeebe:formDefinition", formId="form-${form}"),
    ],
)
def test_expressions_of_other_languages_are_no_texts(extension: str) -> None:
    found = problems_of(Drawing().start().user("Work", extension).end())

    assert "of another language" in found["Work"][0]


def test_a_text_with_a_dollar_in_it_is_a_text() -> None:
    extension = tag("zeebe:assignmentDefinition", assignee="us$ {x}")

    assert problems_of(Drawing().start().user("Work", extension).end()) == {}
