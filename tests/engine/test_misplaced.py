"""What stands where nobody looks, or has no name, or the name of another: found by mutation."""

from __future__ import annotations

import pytest

from tests.engine.cases import problems_of
from tests.engine.diagrams import Drawing, tag, timer

LOST = [
    tag("userTask", id="Lost"),
    tag("sequenceFlow", id="Lost", sourceRef="Work", targetRef="Done"),
    tag("subProcess", id="Lost"),
    tag("boundaryEvent", timer("PT1H"), id="Lost", attachedToRef="Work"),
]


@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("place", ["documentation", "extensionElements", "outgoing", "association"])
def test_what_is_drawn_where_nobody_looks_is_not_lost_in_silence(lost: str, place: str) -> None:
    drawing = Drawing().start().node("userTask", "Work", tag(place, lost)).end()

    (sentence,) = [s for s in problems_of(drawing)["Lost"] if "nobody would look" in s]
    assert sentence.startswith("Expected no ")
    assert f" in {place}:" in sentence


@pytest.mark.parametrize("word", ["assignment", "transformation"])
def test_work_on_data_that_nobody_would_do_is_refused(word: str) -> None:
    moved = tag("dataOutputAssociation", tag("targetRef", "x") + tag(word, "=1"), id="doa")
    drawing = Drawing().start().node("userTask", "Work", moved).end()

    (sentence,) = problems_of(drawing)["Work"]
    assert sentence.startswith(f"Expected no {word} of data, for data is in the variables; set an")


def test_a_marker_outside_an_activity_is_refused() -> None:
    marker = tag("multiInstanceLoopCharacteristics", isSequential="true")
    drawing = Drawing().start().user("Work").node("exclusiveGateway", "X", marker).end()

    assert any("nobody would look" in sentence for sentence in problems_of(drawing)["X"])


@pytest.mark.parametrize("kind", ["startEvent", "subProcess", "userTask"])
def test_elements_without_id_are_refused_and_do_not_hang(kind: str) -> None:
    drawing = Drawing().start().user("Work").throw("Undo", tag("compensateEventDefinition")).end()
    drawing.content.append(f"<{kind}/><{kind} id=''/>")
    found = problems_of(drawing)

    named = f"({kind} in line 1)"
    assert "Expected an id of Latin letters" in " ".join(found[named])
    assert "Expected an id of Latin letters" in " ".join(found[f"{named}1"])


def test_an_element_inside_one_of_its_own_name_does_not_hang() -> None:
    inner = Drawing("i").start("B").sub("Sub", Drawing("j").start("B2").end("E2")).end("E")
    drawing = Drawing().start().sub("Sub", inner).throw("Undo", tag("compensateEventDefinition"))

    assert "found this one twice" in problems_of(drawing.end())["Sub"][0]


@pytest.mark.parametrize("process_id", ["p/!", "p#", "", "流程"])
def test_a_process_has_an_id_like_any_element(process_id: str) -> None:
    (sentences,) = [
        sentences
        for sentences in problems_of(Drawing(process_id).start().end()).values()
        if "Latin letters" in sentences[0]
    ]
    assert len(sentences) == 1


@pytest.mark.parametrize(
    ("kind", "attribute"),
    [
        ("userTask", "candidateGroups"),
        ("userTask", "calledElement"),
        ("exclusiveGateway", "defaultFlow"),
        ("parallelGateway", "default"),
    ],
)
def test_an_attribute_that_bpmn_does_not_have_there_is_not_ignored(
    kind: str, attribute: str
) -> None:
    found = problems_of(Drawing().start().node(kind, "X", **{attribute: "x"}).end())

    assert (
        f"Expected no attribute {attribute} on {kind}: BPMN has none there; remove it" in found["X"]
    )


@pytest.mark.parametrize("value", ["FALSE", "no", "", " true"])
def test_yes_or_no_is_neither_guessed_nor_ignored(value: str) -> None:
    drawing = Drawing().start().user("Work").end()
    drawing.node("boundaryEvent", "Late", timer("PT1H"), attachedToRef="Work", cancelActivity=value)

    assert (
        f"Expected cancelActivity to be true or false, found {value!r}"
        in problems_of(drawing.end("E2"))["Late"]
    )


@pytest.mark.parametrize(
    "namespace", ["http://www.omg.org/spec/BPMN/20100524/DI", "http://camunda.org/schema/zeebe/1.0"]
)
def test_a_word_of_bpmn_in_another_namespace_is_not_skipped(namespace: str) -> None:
    definition = f'<o:terminateEventDefinition xmlns:o="{namespace}"/>'
    drawing = Drawing().start().user("Work").end("Done", definition)

    assert any("nobody would look" in sentence for sentence in problems_of(drawing)["Done"])
