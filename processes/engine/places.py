"""Where the words of BPMN may stand: what is put anywhere else would be lost in silence."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from processes.xmlreading import BPMN, is_strange

from .findings import Findings
from .vocabulary import ACTIVITIES, EVENTS, LOOP, MARKERS, NODES, TURNS
from .words import local, owner_of

_SCOPES = frozenset({"process", "subProcess", "transaction", "adHocSubProcess"})
"""What of them is not supported is refused itself."""
_BPMN = f"{{{BPMN}}}"
_TOP = frozenset({"definitions"})
_DEFINITIONS = frozenset(
    f"{word}EventDefinition" for words in EVENTS.values() for word in words if word != "none"
)
_PLACES: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(NODES | {"sequenceFlow", "transaction", "adHocSubProcess"}, _SCOPES),
    **dict.fromkeys(_DEFINITIONS, frozenset(EVENTS)),
    **dict.fromkeys(MARKERS, ACTIVITIES),
    **dict.fromkeys(("timeDuration", "timeDate", "timeCycle"), frozenset({"timerEventDefinition"})),
    **dict.fromkeys(("process", "message", "signal", "error", "escalation"), _TOP),
    "conditionExpression": frozenset({"sequenceFlow"}),
    "condition": frozenset({"conditionalEventDefinition"}),
    "completionCondition": frozenset({LOOP, "adHocSubProcess"}),
    "loopCardinality": frozenset({LOOP}),
    "loopCondition": frozenset({TURNS}),
}
"""Word → the elements in which it may stand, for all words that change what runs."""


_DATA_WORK = frozenset({"assignment", "transformation"})
"""What would change data on its way between variables and what is drawn as data."""


def check_place(node: etree._Element, findings: Findings) -> None:
    """Refuse `node` where nobody would look for it."""
    association = node.getparent()
    if local(node) in _DATA_WORK and association is not None:
        around = association.getparent()
        findings.add(
            "not-supported",
            owner_of(association if around is None else around),
            "Expected no {word} of data, for data is in the variables; set an input or output "
            "mapping in the panel",
            word=local(node),
        )
    parent = node.getparent()
    places = _PLACES.get(local(node))
    if places is None or parent is None:
        return
    if not str(parent.tag).startswith(_BPMN) or local(parent) not in places:
        _lost(node, parent, findings)


def check_others(node: etree._Element, findings: Findings) -> None:
    """Refuse what is not of BPMN where `node` has it: it would be skipped."""
    if local(node) == "extensionElements":
        return
    for child in node:
        known = str(child.tag).startswith(_BPMN) or local(child) == "BPMNDiagram"
        if not known and not is_strange(child):
            _lost(child, node, findings)


def _lost(node: etree._Element, parent: etree._Element, findings: Findings) -> None:
    findings.add(
        "place",
        owner_of(node),
        "Expected no {word} in {parent}: nobody would look for it there; draw it again",
        word=local(node),
        parent=local(parent),
    )
