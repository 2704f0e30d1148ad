"""Diagrams of tests, judged."""

from __future__ import annotations

from typing import Any

from processes import engine
from processes.engine.errors import Problem
from processes.lint import Surroundings, check
from tests.engine.diagrams import Drawing

WORK = Surroundings(topics={"work"}, forms={})


def problems(
    drawing: Drawing, *others: Drawing, around: Surroundings = WORK, **more: Any
) -> list[Problem]:
    """What stands out in `drawing`; who owns tasks, and for how long, is left aside."""
    resources = {"d.bpmn": drawing.xml(*others), **more.get("files", {})}
    spec = engine.parse(resources, functions=around.functions)[drawing.id]
    found = check(spec.elements, spec.flows, around)
    return [each for each in found if each.rule not in ("no-owner", "no-limit")]


def found(drawing: Drawing, *others: Drawing, **more: Any) -> set[tuple[str, str]]:
    """Rule and element of each problem."""
    return {(each.rule, each.element_id) for each in problems(drawing, *others, **more)}
