"""The two ways to write a drawing down: zeebe with FEEL, and SpiffWorkflow's with Python."""

from __future__ import annotations

from xml.sax.saxutils import escape

from .drawing import Drawing, Node, Text, every_node, tag

_NO_LIMIT = {"name": "noLimit", "value": "A benchmark waits for nobody"}


class Zeebe:
    """What an analyst draws in the modeler, and Afterflow runs."""

    def expression(self, text: Text) -> str:
        return text.feel

    def condition(self, text: Text) -> str:
        return "=" + text.feel

    def duration(self, iso: str) -> str:
        return iso

    def call(self, node: Node) -> dict[str, str]:  # noqa: ARG002  # the extension says it
        return {}

    def detail(self, node: Node) -> str:
        """Return the extension elements; a caught message names its definition beside them."""
        extension = self._extension(node)
        inner = tag("bpmn:extensionElements", {}, extension) if extension else ""
        if node.message:
            attributes = {"id": f"{node.id}_message", "messageRef": f"Message_{node.message}"}
            inner += tag("bpmn:messageEventDefinition", attributes)
        return inner

    def definitions(self, process: Drawing) -> str:
        return "".join(self._message(node) for node in every_node(process) if node.message)

    def _extension(self, node: Node) -> str:
        match node.type:
            case "userTask":
                return "".join(
                    (
                        tag("zeebe:userTask", {}),
                        tag("zeebe:assignmentDefinition", {"candidateGroups": "seller"}),
                        tag("zeebe:properties", {}, tag("zeebe:property", _NO_LIMIT)),
                    )
                )
            case "serviceTask":
                return tag("zeebe:taskDefinition", {"type": f"bench.{node.id}", "retries": "3"})
            case "scriptTask" if node.expression:
                written = {"expression": "=" + node.expression.feel, "resultVariable": node.result}
                return tag("zeebe:script", written)
            case "callActivity":
                return tag(
                    "zeebe:calledElement",
                    {"processId": node.calls, "propagateAllChildVariables": "true"},
                )
            case "businessRuleTask":
                written = {"decisionId": node.calls, "resultVariable": node.result}
                return tag("zeebe:calledDecision", written)
        return ""

    def _message(self, node: Node) -> str:
        key = node.key.feel if node.key else ""
        subscription = tag("zeebe:subscription", {"correlationKey": "=" + key})
        return tag(
            "bpmn:message",
            {"id": f"Message_{node.message}", "name": node.message},
            tag("bpmn:extensionElements", {}, subscription),
        )


class Stock:
    """What SpiffWorkflow 3.2 reads as shipped (its `spiff` package)."""

    def expression(self, text: Text) -> str:
        return text.python

    def condition(self, text: Text) -> str:
        return text.python

    def duration(self, iso: str) -> str:
        return f'"{iso}"'

    def call(self, node: Node) -> dict[str, str]:
        return {"calledElement": node.calls}

    def detail(self, node: Node) -> str:
        match node.type:
            case "serviceTask":
                return tag("bpmn:extensionElements", {}, self._operator(node))
            case "scriptTask" if node.expression:
                return tag("bpmn:script", {}, f"{node.result} = {escape(node.expression.python)}")
            case "businessRuleTask":
                called = tag("spiffworkflow:calledDecisionId", {}, node.calls)
                return tag("bpmn:extensionElements", {}, called)
        return self._caught(node) if node.message else ""

    def definitions(self, process: Drawing) -> str:
        nodes = [node for node in every_node(process) if node.message]
        if not nodes:
            return ""
        messages = [
            tag("bpmn:message", {"id": node.message, "name": node.message}) for node in nodes
        ]
        paths = [
            tag(
                "bpmn:correlationPropertyRetrievalExpression",
                {"messageRef": node.message},
                tag("bpmn:messagePath", {}, "key"),
            )
            for node in nodes
        ]
        wanted = tag("bpmn:correlationPropertyRef", {}, "key")
        collaboration = tag(
            "bpmn:collaboration",
            {"id": "Collaboration"},
            tag("bpmn:participant", {"id": "Participant", "processRef": process.id}),
            tag("bpmn:correlationKey", {"id": "keys", "name": "keys"}, wanted),
        )
        known = tag("bpmn:correlationProperty", {"id": "key", "name": "key"}, *paths)
        return collaboration + "".join(messages) + known

    def _operator(self, node: Node) -> str:
        attributes = {"id": f"bench.{node.id}", "resultVariable": node.id}
        return tag(
            "spiffworkflow:serviceTaskOperator", attributes, tag("spiffworkflow:parameters", {})
        )

    def _caught(self, node: Node) -> str:
        key = escape(node.key.python) if node.key else ""
        correlation = tag(
            "spiffworkflow:processVariableCorrelation",
            {},
            tag("spiffworkflow:propertyId", {}, "key"),
            tag("spiffworkflow:expression", {}, key),
        )
        variable = tag("spiffworkflow:messageVariable", {}, node.id)
        inner = tag("bpmn:extensionElements", {}, variable, correlation)
        return tag("bpmn:messageEventDefinition", {"messageRef": node.message}, inner)
