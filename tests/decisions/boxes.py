"""Boxed logic drawn as text, and what it answers."""

from __future__ import annotations

from typing import Any

import pytest

from processes.decisions import InvalidDecision, parse_decisions
from processes.feel import to_json
from tests.decisions.drawing import decision, file, literal


def needs_function(logic: str, *ids: str) -> str:
    required = "".join(
        f"<knowledgeRequirement><requiredKnowledge href='#{each}'/></knowledgeRequirement>"
        for each in ids
    )
    return f"<decision id='D' name='D'><variable name='D'/>{required}{logic}</decision>"


def function(name: str, parameters: str, body: str, requires: str = "") -> str:
    drawn = "".join(
        "<formalParameter name='{}' {}/>".format(
            each.split(":")[0], f"typeRef='{each.split(':')[1]}'" if ":" in each else ""
        )
        for each in parameters.split()
    )
    return (
        f"<businessKnowledgeModel id='{name}' name='{name}'>{requires}<encapsulatedLogic>"
        f"{drawn}{body}</encapsulatedLogic></businessKnowledgeModel>"
    )


def context(**entries: str) -> str:
    return "<context>{}</context>".format(
        "".join(
            "<contextEntry>{}{}</contextEntry>".format(
                "" if name == "result" else f"<variable name='{name}'/>", logic
            )
            for name, logic in entries.items()
        )
    )


def decide(*elements: str, **variables: Any) -> Any:
    return to_json(parse_decisions(file(*elements))["D"].evaluate(variables))


def refused(*elements: str, others: tuple[bytes, ...] = ()) -> list[str]:
    with pytest.raises(InvalidDecision) as caught:
        parse_decisions(file(*elements), others)
    return [str(problem) for problem in caught.value.problems]


SERVICE = (
    "<decisionService id='S' name='S'><outputDecision href='#O'/><inputDecision href='#G'/>"
    "<inputData href='#I'/></decisionService>"
)


INSIDE = (
    "<inputData id='I' name='n'><variable name='n' typeRef='number'/></inputData>",
    "<decision id='O' name='O'><informationRequirement><requiredDecision href='#G'/>"
    "</informationRequirement><informationRequirement><requiredInput href='#I'/>"
    f"</informationRequirement>{literal('n + G')}</decision>",
    decision(literal("1000"), id="G"),
)
