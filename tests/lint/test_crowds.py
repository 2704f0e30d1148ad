"""Work that is done for many items at once is told what it needs, and not everything."""

from __future__ import annotations

import pytest

from tests.engine.diagrams import Drawing, mapping, tag
from tests.lint.judging import found

EACH = tag("zeebe:loopCharacteristics", inputCollection="=items", inputElement="item")
INPUTS = mapping({"sku": "=item.sku"}, None)


def several(*, in_turn: bool = False) -> str:
    each = tag("extensionElements", EACH)
    return tag("multiInstanceLoopCharacteristics", each, isSequential=str(in_turn).lower())


@pytest.mark.parametrize("kind", ["userTask", "serviceTask"])
@pytest.mark.parametrize(
    ("marker", "inputs", "told"),
    [
        (several(), "", True),
        (several(), INPUTS, False),
        (several(in_turn=True), "", False),
        ("", "", False),
    ],
)
def test_each_of_many_tasks_names_what_it_needs(
    kind: str, marker: str, inputs: str, told: bool
) -> None:
    work = tag("zeebe:taskDefinition", type="work") if kind == "serviceTask" else ""
    drawing = Drawing().start().node(kind, "Each", marker, extension=work + inputs).end()

    assert (("all-variables", "Each") in found(drawing)) is told


def test_so_does_a_task_in_a_sub_process_that_is_done_for_many() -> None:
    inside = Drawing("i").start("B").user("Ask").end("E")
    drawing = Drawing().start().node("subProcess", "Each", several() + "".join(inside.content))

    assert ("all-variables", "Ask") in found(drawing.end())
