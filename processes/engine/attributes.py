"""The attributes BPMN has for what runs: any other would be ignored, so it is refused."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from processes.xmlreading import ZEEBE

from .findings import Findings
from .vocabulary import ACTIVITIES, EVENTS, GATEWAYS, LOOP, TURNS
from .words import local, owner_of

_ACTIVITY = "name isForCompensation startQuantity completionQuantity default"
_FORMULA = "language evaluatesToTypeRef"
_OWN: Mapping[str, str] = {
    **dict.fromkeys(ACTIVITIES, ""),
    **dict.fromkeys(GATEWAYS, "name gatewayDirection default"),
    **dict.fromkeys(EVENTS, "name"),
    "userTask": "implementation",
    "serviceTask": "implementation operationRef",
    "sendTask": "implementation operationRef messageRef",
    "receiveTask": "implementation operationRef messageRef instantiate",
    "businessRuleTask": "implementation",
    "scriptTask": "scriptFormat",
    "callActivity": "calledElement",
    "subProcess": "triggeredByEvent",
    "transaction": "triggeredByEvent method",
    "parallelGateway": "name gatewayDirection",
    "eventBasedGateway": "name gatewayDirection instantiate eventGatewayType",
    "startEvent": "name parallelMultiple isInterrupting",
    "intermediateCatchEvent": "name parallelMultiple",
    "boundaryEvent": "name parallelMultiple attachedToRef cancelActivity",
    "sequenceFlow": "name sourceRef targetRef isImmediate",
    "process": "name definitionalCollaborationRef isClosed isExecutable processType",
    "timerEventDefinition": "",
    "messageEventDefinition": "messageRef",
    "signalEventDefinition": "signalRef",
    "errorEventDefinition": "errorRef",
    "escalationEventDefinition": "escalationRef",
    "compensateEventDefinition": "activityRef waitForCompletion",
    "conditionalEventDefinition": "",
    "terminateEventDefinition": "",
    "cancelEventDefinition": "",
    "linkEventDefinition": "name",
    "timeDuration": _FORMULA,
    "timeDate": _FORMULA,
    "timeCycle": _FORMULA,
    "conditionExpression": _FORMULA,
    "completionCondition": _FORMULA,
    "condition": _FORMULA,
    "loopCardinality": _FORMULA,
    "loopCondition": _FORMULA,
    LOOP: "isSequential behavior oneBehaviorEventRef noneBehaviorEventRef",
    TURNS: "testBefore loopMaximum",
    "message": "name itemRef",
    "signal": "name structureRef",
    "error": "name errorCode structureRef",
    "escalation": "name escalationCode structureRef",
}
_KNOWN: Mapping[str, frozenset[str]] = {
    word: frozenset(f"id {own} {_ACTIVITY if word in ACTIVITIES else ''}".split())
    for word, own in _OWN.items()
}
_LANGUAGES = frozenset({"language", "scriptFormat"})
_BOOLEANS = frozenset(
    {
        "isForCompensation",
        "triggeredByEvent",
        "instantiate",
        "parallelMultiple",
        "isInterrupting",
        "cancelActivity",
        "isExecutable",
        "waitForCompletion",
        "isSequential",
        "testBefore",
    }
)


def check_own_attributes(node: etree._Element, findings: Findings) -> None:
    """Refuse attributes of `node` that BPMN does not have there, and yes or no that is neither."""
    known = _KNOWN.get(local(node))
    if known is None:
        return
    for key, value in node.attrib.items():
        name = str(key)
        if name.startswith("{"):
            continue
        if name not in known:
            findings.add(
                "not-supported",
                owner_of(node),
                "Expected no attribute {name} on {word}: BPMN has none there; remove it",
                name=name,
                word=local(node),
            )
        elif name in _BOOLEANS and value not in ("true", "false", "1", "0"):
            findings.add(
                "not-supported",
                owner_of(node),
                "Expected {name} to be true or false, found {found!r:.60}",
                name=name,
                found=str(value),
            )
        elif name in _LANGUAGES and "feel" not in str(value).lower() and _is_ours(node):
            findings.add(
                "bad-feel",
                owner_of(node),
                "Expected FEEL, found {name} {found!r:.60}; write it in FEEL, and remove {name}",
                name=name,
                found=str(value),
            )


def _is_ours(node: etree._Element) -> bool:
    """Whether what `node` says is for our engine: not the script of a job."""
    return local(node) != "scriptTask" or node.find(f".//{{{ZEEBE}}}script") is not None
