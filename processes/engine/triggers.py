"""What events wait for and throw: their definitions, and what these refer to in the file."""

from __future__ import annotations

from typing import Any

from lxml import etree

from processes.sentences import say
from processes.xmlreading import BPMN

from .extensions import read_extensions
from .findings import Findings
from .vocabulary import DESCRIPTIVE, EVENT_SUB_STARTS, EVENTS
from .words import (
    bpmn_children,
    check_words,
    local,
    owner_of,
    reference,
    text_of,
    triggered_by_event,
)

_DEFINITION = "EventDefinition"
DECLARATIONS = frozenset({"message", "signal", "error", "escalation"})


class Triggers:
    """Reads event definitions of one file; messages, errors and escalations are its own."""

    def __init__(self, root: etree._Element, findings: Findings) -> None:
        self._findings = findings
        self._declared = {
            (local(node), node.get("id", "")): node
            for node in bpmn_children(root)
            if local(node) in DECLARATIONS
        }

    def of_event(self, node: etree._Element) -> dict[str, Any]:
        """Fields of an event."""
        definitions = [n for n in bpmn_children(node) if local(n).endswith(_DEFINITION)]
        kind = local(definitions[0]).removesuffix(_DEFINITION) if definitions else "none"
        begins = local(node) == "startEvent" and triggered_by_event(node.getparent())
        allowed = EVENT_SUB_STARTS if begins else EVENTS[local(node)]
        known = frozenset(f"{word}{_DEFINITION}" for word in allowed)
        check_words(node, known, self._findings)
        if len(definitions) > 1 or (kind == "none" and "none" not in allowed):
            found = len(definitions)
            self._add(
                "event",
                node,
                "Expected one event definition, found {found}; draw an event for each",
                found=found,
            )
        fields: dict[str, Any] = {"event": kind}
        if local(node) == "boundaryEvent":
            fields["attached_to"] = reference(node, "attachedToRef")
            fields["interrupting"] = node.get("cancelActivity", "true") in ("true", "1")
        if begins:
            fields["interrupting"] = node.get("isInterrupting", "true") in ("true", "1")
        if not definitions or kind not in allowed:
            return fields
        if kind == "message" and local(node) in ("intermediateThrowEvent", "endEvent"):
            # Who does the job sends it.
            return fields
        readers = {
            "timer": self._timer,
            "message": self.of_message,
            "signal": self._signal,
            "terminate": _nothing,
            "cancel": _nothing,
            "conditional": self._condition,
            "compensate": self._compensate,
            "link": _link,
        }
        return fields | readers.get(kind, self._code)(definitions[0])

    def of_message(self, node: etree._Element) -> dict[str, Any]:
        """Fields of what waits for a message: an event definition or a receive task."""
        message = self._reference(node, "message")
        if message is None:
            return {}
        if not message.get("name"):
            self._add("missing", node, "Expected a message with a name, found none")
        fields = read_extensions(message, self._findings)
        key = fields.get("correlation_key", "")
        return {"message": message.get("name", ""), "correlation_key": key}

    def _add(self, rule: str, node: etree._Element, template: str, /, **parameters: object) -> None:
        self._findings.add(rule, owner_of(node), template, **parameters)

    def _timer(self, node: etree._Element) -> dict[str, Any]:
        kinds = [child for child in bpmn_children(node) if local(child) not in DESCRIPTIVE]
        kind = local(kinds[0]).removeprefix("time").lower() if len(kinds) == 1 else ""
        if kind not in ("duration", "date", "cycle"):
            self._add(
                "bad-timer",
                node,
                "Expected one duration, one date or one cycle, found {found}",
                found=[local(child) for child in kinds],
            )
            return {}
        if kind == "cycle" and not _comes_again(node.getparent()):
            self._add(
                "bad-timer",
                node,
                "Expected a cycle on non-interrupting events only, for here a timer "
                "fires once; choose a duration, or draw a loop",
            )
        if kind == "duration" and _begins_process(node.getparent()):
            self._add(
                "bad-timer",
                node,
                "Expected a date or a cycle to begin a process with, found a duration; choose "
                "one of them",
            )
        return {"timer": text_of(kinds[0]), "timer_kind": kind}

    def _code(self, node: etree._Element) -> dict[str, Any]:
        kind = local(node).removesuffix(_DEFINITION)
        parent = node.getparent()
        catches = parent is not None and local(parent) in ("boundaryEvent", "startEvent")
        if catches and not node.get(f"{kind}Ref"):
            return {}
        declared = self._reference(node, kind)
        code = "" if declared is None else declared.get(f"{kind}Code", "")
        if declared is not None and (not code or code.startswith("=")):
            self._add(
                "missing",
                node,
                "Expected the {kind} to have a fixed code, found {found!r}",
                kind=say(kind),
                found=code,
            )
        return {"code": code}

    def _compensate(self, node: etree._Element) -> dict[str, Any]:
        if node.get("waitForCompletion", "true") not in ("true", "1"):
            self._add("no-waiting", node, "Expected to wait until all is undone; mark it so")
        return {"compensates": reference(node, "activityRef")}

    def _condition(self, node: etree._Element) -> dict[str, Any]:
        check_words(node, frozenset({"condition"}), self._findings)
        text = text_of(node.find(f"{{{BPMN}}}condition"))
        if not text:
            self._add("missing", node, "Expected a condition in FEEL, found nothing")
        return {"condition": text}

    def _signal(self, node: etree._Element) -> dict[str, Any]:
        declared = self._reference(node, "signal")
        name = "" if declared is None else declared.get("name", "")
        if declared is not None and (not name or name.startswith("=")):
            self._add(
                "missing", node, "Expected a signal with a fixed name, found {found!r}", found=name
            )
        return {"signal": name}

    def _reference(self, node: etree._Element, kind: str) -> etree._Element | None:
        name = reference(node, f"{kind}Ref")
        declared = self._declared.get((kind, name)) if name else None
        if declared is None:
            self._add(
                "unknown-reference",
                node,
                "Expected the {kind} declared in this file, found {found}",
                kind=say(kind),
                found=name or say("none"),
            )
        return declared


def _comes_again(event: etree._Element | None) -> bool:
    """Whether the event lets go on what it interrupts, and so may come more than once."""
    if event is None:
        return False
    if _begins_process(event):
        return True
    if local(event) == "startEvent" and triggered_by_event(event.getparent()):
        return event.get("isInterrupting", "true") in ("false", "0")
    return local(event) == "boundaryEvent" and event.get("cancelActivity", "true") in ("false", "0")


def _begins_process(event: etree._Element | None) -> bool:
    if event is None or local(event) != "startEvent":
        return False
    parent = event.getparent()
    return parent is not None and local(parent) == "process"


def _link(node: etree._Element) -> dict[str, Any]:
    return {"link": node.get("name", "")}


def _nothing(_node: etree._Element) -> dict[str, Any]:
    return {}
