"""Decisions that require what another file holds (DMN 1.3 §6.3.3)."""

from __future__ import annotations

import pytest

from processes.bundles import bundles, read_files
from processes.decisions import parse_decisions
from tests.decisions.boxes import (
    function,
    refused,
)
from tests.decisions.drawing import decision, file, literal

SPACE = "http://afterflow/other"


def imported(*elements: str, space: str = SPACE) -> bytes:
    return file(*elements).replace(b"'http://afterflow'", f"'{space}'".encode())


DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"


IMPORT = f"<import name='lib' namespace='{SPACE}' importType='{DMN}'/>"


USES = (
    "<decision id='D' name='D'><informationRequirement>"
    f"<requiredDecision href='{SPACE}#R'/></informationRequirement><knowledgeRequirement>"
    f"<requiredKnowledge href='{SPACE}#twice'/></knowledgeRequirement>"
    f"{literal('lib.twice(lib.Rate)')}</decision>"
)


LIBRARY = (
    decision(literal("n + 1"), id="R", name="Rate"),
    function("twice", "x", literal("x * 2")),
)


def test_a_decision_requires_what_another_file_holds() -> None:
    found = parse_decisions(file(IMPORT, USES), [imported(*LIBRARY), imported(space="http://no")])

    assert set(found) == {"D"}
    assert found["D"].evaluate({"n": 4}) == 10
    assert found["D"].inputs == {"n"}


@pytest.mark.parametrize(
    ("elements", "others", "sentence"),
    [
        ((IMPORT, USES), (), f"Expected one file of namespace '{SPACE}'"),
        ((IMPORT, USES), (imported(*LIBRARY), imported()), "Expected one file of namespace"),
        ((USES,), (imported(*LIBRARY),), f"D: Expected an import of '{SPACE}'"),
        (
            (IMPORT, IMPORT.replace(SPACE, "http://2"), USES),
            (imported(*LIBRARY), imported(*LIBRARY, space="http://2")),
            "f: Expected imports to have different names",
        ),
        ((IMPORT, USES), (imported(),), "D: Expected 'R' in the same file or an imported one"),
    ],
)
def test_what_is_not_there_to_import_is_refused(
    elements: tuple[str, ...], others: tuple[bytes, ...], sentence: str
) -> None:
    assert any(sentence in each for each in refused(*elements, others=others))


def test_a_version_of_a_process_holds_the_files_that_its_decisions_import() -> None:
    process = (
        b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' id='b'>"
        b"<process id='p' isExecutable='true'><businessRuleTask id='t'><extensionElements>"
        b"<zeebe:calledDecision xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' decisionId='D'"
        b" resultVariable='x'/></extensionElements></businessRuleTask></process></definitions>"
    )
    resources = {
        "a.bpmn": process,
        "d.dmn": file(IMPORT, USES),
        "lib.dmn": imported(*LIBRARY),
        "no.dmn": imported(decision(literal("1"), id="E"), space="http://no"),
    }
    drawn, _problems = read_files(resources)

    assert set(bundles(resources, drawn)[0].resources) == {"a.bpmn", "d.dmn", "lib.dmn"}
