"""Whole bundles: what is ignored as drawing only, what lint is told, what is no bundle at all."""

from __future__ import annotations

import re

import pytest

from processes import engine
from processes.engine import InvalidDiagram
from tests.engine.cases import spec_of
from tests.engine.diagrams import Drawing, tag


def plain() -> Drawing:
    return Drawing().start().user("Work").end()


def attributed(**attributes: str) -> Drawing:
    return Drawing().start().node("userTask", "Work", **attributes).end()


def test_attributes_of_other_engines_are_refused_and_of_the_drawing_ignored() -> None:
    text = plain().xml().decode()
    camunda = text.replace(
        '<userTask id="Work"',
        '<userTask xmlns:c="http://camunda.org/schema/1.0/bpmn" c:assignee="x" id="Work"',
    )
    coloured = text.replace(
        '<userTask id="Work"',
        '<userTask xmlns:c="http://bpmn.io/schema/bpmn/biocolor/1.0" c:fill="red" id="Work"',
    )

    with pytest.raises(InvalidDiagram, match="Work: Expected extensions as the Camunda 8"):
        engine.parse({"a.bpmn": camunda.encode()})
    assert engine.parse({"a.bpmn": coloured.encode()})


def test_what_is_only_drawn_for_people_is_accepted() -> None:
    drawing = plain()
    drawing.content += [
        tag("laneSet", tag("lane", tag("flowNodeRef", "Work"), id="l"), id="ls"),
        tag("dataObjectReference", id="dr", dataObjectRef="do"),
        tag("dataObject", id="do"),
        tag("textAnnotation", tag("text", "hello"), id="ta"),
        tag("association", id="as", sourceRef="Work", targetRef="ta"),
    ]
    drawing.declared["c"] = tag(
        "collaboration", tag("participant", id="pa", processRef="p"), id="c"
    )

    assert spec_of(drawing)


def test_an_element_template_leaves_its_name_and_nothing_else() -> None:
    assert spec_of(attributed(**{"zeebe:modelerTemplate": "t", "zeebe:modelerTemplateIcon": "i"}))


def test_lint_finds_what_is_drawn() -> None:
    drawing = (
        Drawing()
        .start()
        .user(
            "Work",
            tag("zeebe:formDefinition", formId="f")
            + tag("zeebe:properties", tag("zeebe:property", name="noLimit", value="asked daily")),
        )
    )
    drawing.call("Call", "child").end()
    spec = spec_of(drawing, Drawing("child").start("CB").job("Pay", "pay").end("CE"))
    by_id = {element.id: element for element in spec.elements}

    assert by_id["Work"].form_id == "f"
    assert by_id["Work"].properties == {"noLimit": "asked daily"}
    assert by_id["Pay"].topic == "pay"
    assert {flow.source for flow in spec.flows} >= {"Work", "Pay"}


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "at least one process"),
        ({"a.txt": b""}, "files named .bpmn or .dmn"),
        ({"a.bpmn": b"<x"}, "a.bpmn: Expected well-formed XML"),
        ({"a.bpmn": b"<!DOCTYPE x><x/>"}, "no document type"),
        ({"a.bpmn": plain().xml(), "b.bpmn": plain().xml()}, "this process once"),
        ({"a.bpmn": plain().xml(), "b.dmn": b"<x/>"}, "b.dmn: Expected"),
        ({"a.bpmn": plain().xml().replace(b'"true"', b'"false"')}, "an executable process"),
    ],
)
def test_a_bundle_that_is_none_is_refused(files: dict[str, bytes], sentence: str) -> None:
    with pytest.raises(InvalidDiagram, match=re.escape(sentence)):
        engine.parse(files)
