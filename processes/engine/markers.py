"""What marks an activity that is done several times: multi-instance and the standard loop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from processes.xmlreading import BPMN

from .extensions import read_extensions
from .findings import Findings
from .types import Loop
from .vocabulary import ACTIVITIES, LOOP, MARKERS, TURNS
from .words import bpmn_children, check_words, local, owner_of, text_of

_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    LOOP: frozenset({"id", "isSequential"}),
    TURNS: frozenset({"id", "testBefore", "loopMaximum"}),
}


def read_marker(node: etree._Element, findings: Findings) -> dict[str, Any]:
    """The field `loop` of an activity that has such a marker."""
    found = [child for child in bpmn_children(node) if local(child) in MARKERS]
    if not found or local(node) not in ACTIVITIES:
        return {}
    if len(found) > 1:
        findings.add(
            "loop",
            owner_of(node),
            "Expected one marker for what is done several times, found several",
        )
    for name in map(str, found[0].attrib):
        if name not in _ATTRIBUTES[local(found[0])]:
            findings.add(
                "not-supported",
                owner_of(node),
                "Expected no {name} on the marker of a loop; remove it",
                name=name,
            )
    read = _multi_instance if local(found[0]) == LOOP else _standard_loop
    return {"loop": read(found[0], findings)}


def _multi_instance(marker: etree._Element, findings: Findings) -> Loop:
    check_words(marker, frozenset({"completionCondition", "loopCardinality"}), findings)
    return Loop(
        sequential=marker.get("isSequential", "false") in ("true", "1"),
        completion_condition=_text(marker, "completionCondition"),
        cardinality=_text(marker, "loopCardinality"),
        **read_extensions(marker, findings),
    )


def _standard_loop(marker: etree._Element, findings: Findings) -> Loop:
    check_words(marker, frozenset({"loopCondition"}), findings)
    return Loop(
        standard=True,
        sequential=True,
        condition=_text(marker, "loopCondition"),
        test_before=marker.get("testBefore", "false") in ("true", "1"),
        maximum=marker.get("loopMaximum", ""),
    )


def _text(marker: etree._Element, name: str) -> str:
    return text_of(marker.find(f"{{{BPMN}}}{name}"))
