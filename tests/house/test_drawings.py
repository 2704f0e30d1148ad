"""The diagrams as people see them: no arrow runs through a step that it does not belong to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from processes.xmlreading import BPMN, read_xml

ROOT = Path(__file__).resolve().parents[2]
INSIDE = 3
"""Pixels from the border from which a point counts as within a shape."""
SURROUNDING = ("subProcess", "transaction", "textAnnotation")
Box = tuple[float, float, float, float]


@pytest.mark.parametrize("path", sorted((ROOT / "bpmn").glob("*.bpmn")), ids=lambda path: path.stem)
def test_no_arrow_runs_through_a_step(path):
    root = read_xml(path.read_bytes())
    drawn = {one.get("id"): one for one in root.iter(f"{{{BPMN}}}*")}
    boxes = {
        one.get("bpmnElement"): _box(one)
        for one in root.iter("{*}BPMNShape")
        if not _is(drawn[one.get("bpmnElement")], *SURROUNDING)
    }

    through = [
        (edge.get("bpmnElement"), name)
        for edge in root.iter("{*}BPMNEdge")
        for name, box in boxes.items()
        if any(_crosses(*line, box) for line in pairwise(_points(edge)))
        and not (_is(drawn[name], "boundaryEvent") or _is(drawn[name], "exclusiveGateway"))
    ]

    assert not through


def _is(element: etree._Element, *kinds: str) -> bool:
    return etree.QName(element).localname in kinds


def _box(shape: etree._Element) -> Box:
    bounds = next(shape.iterchildren("{*}Bounds"))
    x, y, width, height = (float(bounds.get(name, 0)) for name in ("x", "y", "width", "height"))
    return x + INSIDE, y + INSIDE, x + width - INSIDE, y + height - INSIDE


def _points(edge: etree._Element) -> Iterator[tuple[float, float]]:
    return ((float(p.get("x", 0)), float(p.get("y", 0))) for p in edge.iter("{*}waypoint"))


def _crosses(a: tuple[float, float], b: tuple[float, float], box: Box) -> bool:
    """Of lines that run straight or stand upright, as ours do."""
    (left, right), (top, bottom) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    return left < box[2] and right > box[0] and top < box[3] and bottom > box[1]
