"""Which words of BPMN and of the zeebe extension a diagram may use, as tables.

Whatever is not listed here is refused: nothing is accepted and then done wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping

ACTIVITIES = frozenset(
    {
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "scriptTask",
        "businessRuleTask",
        "receiveTask",
        "callActivity",
        "subProcess",
        "transaction",
    }
)
SCOPES = frozenset({"subProcess", "transaction"})
"""Activities in which others are drawn."""
GATEWAYS = frozenset(
    {
        "exclusiveGateway",
        "inclusiveGateway",
        "complexGateway",
        "parallelGateway",
        "eventBasedGateway",
    }
)
CHOICES = frozenset({"exclusiveGateway", "inclusiveGateway", "complexGateway"})
"""Gateways that look at the conditions of their flows."""
EVENTS: Mapping[str, frozenset[str]] = {
    "startEvent": frozenset({"none", "message", "timer"}),
    "endEvent": frozenset(
        {"none", "message", "signal", "error", "escalation", "compensate", "cancel", "terminate"}
    ),
    "intermediateCatchEvent": frozenset({"timer", "message", "signal", "conditional", "link"}),
    "intermediateThrowEvent": frozenset(
        {"none", "message", "signal", "escalation", "compensate", "link"}
    ),
    "boundaryEvent": frozenset(
        {
            "timer",
            "message",
            "signal",
            "conditional",
            "error",
            "escalation",
            "compensate",
            "cancel",
        }
    ),
}
"""Type of event → what it may catch or throw."""

EVENT_SUB_STARTS = frozenset({"timer", "message", "signal", "conditional", "error", "escalation"})
"""What may begin an event sub-process."""
LOOP = "multiInstanceLoopCharacteristics"
TURNS = "standardLoopCharacteristics"
MARKERS = frozenset({LOOP, TURNS})
"""Of an activity that is done several times."""

NODES = ACTIVITIES | GATEWAYS | frozenset(EVENTS)

_BY_HANDLER = "give the task a topic (task definition type): a handler does the work"
_BY_PANEL = "set it in the properties panel again"
WAYS_OUT: Mapping[str, str] = {
    **dict.fromkeys(("class", "delegateExpression", "expression", "triggerable"), _BY_HANDLER),
    **dict.fromkeys(("assignee", "candidateGroups", "candidateUsers", "owner"), _BY_PANEL),
    **dict.fromkeys(("formKey", "dueDate", "followUpDate", "priority", "topic"), _BY_PANEL),
    **dict.fromkeys(("collection", "elementVariable", "retries", "decisionRef"), _BY_PANEL),
    "activationCondition": "use a multi-instance activity with a completion condition",
    "adHocSubProcess": "draw the order of its activities in an embedded sub-process",
    "signalEventDefinition": "signals do not leave a case; use a message",
    "linkEventDefinition": "draw a link between a throwing and a catching intermediate event",
    "compensateEventDefinition": "throw it, or draw it on an activity",
    "cancelEventDefinition": "draw it at an end in a transaction, or on a transaction",
    "conditionalEventDefinition": "wait for it in the flow, at an activity or at an event "
    "sub-process; begin a process with a message",
    "loopDataInputRef": "set the input collection in the properties panel",
    "loopDataOutputRef": "set the output collection in the properties panel",
    "inputDataItem": "set the input element in the properties panel",
    "outputDataItem": "set the output element in the properties panel",
    "script": "write FEEL into the properties panel, section Script",
    "import": "deploy the other file in the same bundle",
    "eventDefinitionRef": "draw the event definition into the event itself",
    "correlationProperty": "set the correlation key of the message's subscription",
    "correlationKey": "set the correlation key of the message's subscription",
}

DESCRIPTIVE = frozenset(
    {
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "laneSet",
        "lane",
        "textAnnotation",
        "association",
        "group",
        "category",
        "dataObject",
        "dataObjectReference",
        "dataStore",
        "dataStoreReference",
        "dataInputAssociation",
        "dataOutputAssociation",
        "property",
        "ioSpecification",
        "itemDefinition",
        "participant",
        "messageFlow",
        "BPMNDiagram",
    }
)
"""Drawn for people; changes nothing that runs. Data lives in the variables."""

NEUTRAL: Mapping[str, str] = {
    "isForCompensation": "false",
    "triggeredByEvent": "false",
    "instantiate": "false",
    "parallelMultiple": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "eventGatewayType": "Exclusive",
    "method": "##Compensate",
}
"""BPMN attributes that are understood only at their default."""

MAX_PRIORITY = 100
MAX_RETRIES = 1000

TEMPLATE_ATTRIBUTES = frozenset(
    {"modelerTemplate", "modelerTemplateVersion", "modelerTemplateIcon"}
)

_JOB = frozenset({"taskDefinition", "taskHeaders", "ioMapping"})
EXTENSIONS: Mapping[str, frozenset[str]] = {
    "userTask": frozenset(
        {
            "userTask",
            "formDefinition",
            "assignmentDefinition",
            "taskSchedule",
            "priorityDefinition",
            "taskHeaders",
            "ioMapping",
        }
    ),
    "task": frozenset({"ioMapping"}),
    "manualTask": frozenset({"ioMapping"}),
    "serviceTask": _JOB,
    "sendTask": _JOB,
    "scriptTask": _JOB | {"script"},
    "businessRuleTask": _JOB | {"calledDecision"},
    "receiveTask": frozenset({"ioMapping"}),
    "callActivity": frozenset({"calledElement", "ioMapping"}),
    "subProcess": frozenset({"ioMapping"}),
    "transaction": frozenset({"ioMapping"}),
    "startEvent": frozenset({"ioMapping"}),
    "intermediateCatchEvent": frozenset({"ioMapping"}),
    "boundaryEvent": frozenset({"ioMapping"}),
    "intermediateThrowEvent": _JOB,
    "endEvent": _JOB,
    "message": frozenset({"subscription"}),
    "multiInstanceLoopCharacteristics": frozenset({"loopCharacteristics"}),
    "process": frozenset({"versionTag"}),
}
"""Type of element → zeebe elements it may carry; `properties` may stand everywhere."""

ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "userTask": {},
    "formDefinition": {"formId": "form_id", "bindingType": ""},
    "assignmentDefinition": {
        "assignee": "assignee",
        "candidateGroups": "candidate_groups",
        "candidateUsers": "candidate_users",
    },
    "taskSchedule": {"dueDate": "due_date", "followUpDate": "follow_up_date"},
    "priorityDefinition": {"priority": "priority"},
    "taskDefinition": {"type": "topic", "retries": "retries"},
    "script": {"expression": "script", "resultVariable": "result_variable"},
    "calledDecision": {
        "decisionId": "decision_id",
        "resultVariable": "result_variable",
        "bindingType": "",
    },
    "calledElement": {
        "processId": "called_process",
        "propagateAllParentVariables": "propagate_parent",
        "propagateAllChildVariables": "propagate_child",
        "bindingType": "binding",
        "versionTag": "version_tag",
    },
    "loopCharacteristics": {
        "inputCollection": "input_collection",
        "inputElement": "input_element",
        "outputCollection": "output_collection",
        "outputElement": "output_element",
    },
    "subscription": {"correlationKey": "correlation_key"},
    "versionTag": {"value": "version_tag"},
    "input": {"source": "source", "target": "target"},
    "output": {"source": "source", "target": "target"},
    "header": {"key": "key", "value": "value"},
    "property": {"name": "name", "value": "value"},
    "ioMapping": {},
    "taskHeaders": {},
    "properties": {},
}
"""zeebe element → its attributes and the field each becomes; `""`: read and let be."""

LISTS: Mapping[str, frozenset[str]] = {
    "ioMapping": frozenset({"input", "output"}),
    "taskHeaders": frozenset({"header"}),
    "properties": frozenset({"property"}),
}
"""zeebe element → the elements it lists; all others are leaves."""
