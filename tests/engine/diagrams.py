"""Draws small diagrams as text: a pen that connects what it draws to where it stands."""

from __future__ import annotations

from typing import Self
from xml.sax.saxutils import escape, quoteattr

_NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


def tag(name: str, inner: str = "", /, **attributes: str | None) -> str:
    """One XML element; attributes that are None are left out."""
    written = "".join(
        f" {key}={quoteattr(value)}" for key, value in attributes.items() if value is not None
    )
    return f"<{name}{written}>{inner}</{name}>"


def mapping(inputs: dict[str, str] | None, outputs: dict[str, str] | None) -> str:
    """A `zeebe:ioMapping`; keys are targets, values are sources."""
    rows = [tag("zeebe:input", source=s, target=t) for t, s in (inputs or {}).items()]
    rows += [tag("zeebe:output", source=s, target=t) for t, s in (outputs or {}).items()]
    return tag("zeebe:ioMapping", "".join(rows)) if rows else ""


def timer(text: str, kind: str = "Duration") -> str:
    return tag("timerEventDefinition", tag(f"time{kind}", escape(text)))


class Drawing:
    """A process, or what is drawn inside a sub-process."""

    def __init__(self, process_id: str = "p") -> None:
        self.id = process_id
        self.content: list[str] = []
        self.declared: dict[str, str] = {}
        self._pen = ""
        self._flows = 0
        self._next_flow: dict[str, str | None] = {}

    # Moving the pen

    def at(self, element_id: str) -> Self:
        self._pen = element_id
        return self

    def to(self, element_id: str) -> Self:
        """Connect to what is drawn already, or will be."""
        self._flows += 1
        condition = self._next_flow.pop("condition", None)
        inner = tag("conditionExpression", escape(condition)) if condition else ""
        flow_id = self._next_flow.pop("id", None) or f"{self.id}_flow{self._flows}"
        self.content.append(
            tag("sequenceFlow", inner, id=flow_id, sourceRef=self._pen, targetRef=element_id)
        )
        return self.at(element_id)

    def when(self, condition: str | None = None, *, flow_id: str | None = None) -> Self:
        """Say what the next flow is called and under which condition it is taken."""
        self._next_flow = {"condition": condition, "id": flow_id}
        return self

    # Drawing

    def node(
        self,
        kind: str,
        element_id: str,
        inner: str = "",
        *,
        extension: str = "",
        **attributes: str | None,
    ) -> Self:
        if self._pen and kind not in ("startEvent", "boundaryEvent"):
            self.to(element_id)
        if extension:
            inner = tag("extensionElements", extension) + inner
        self.content.append(tag(kind, inner, id=element_id, **attributes))
        return self.at(element_id)

    def start(self, element_id: str = "Begin") -> Self:
        return self.node("startEvent", element_id)

    def end(self, element_id: str = "Done", inner: str = "", *, extension: str = "") -> Self:
        return self.node("endEvent", element_id, inner, extension=extension)

    def user(
        self,
        element_id: str,
        extension: str = "",
        *,
        inputs: dict[str, str] | None = None,
        outputs: dict[str, str] | None = None,
    ) -> Self:
        return self.node("userTask", element_id, extension=extension + mapping(inputs, outputs))

    def job(
        self,
        element_id: str,
        topic: str = "work",
        *,
        inputs: dict[str, str] | None = None,
        outputs: dict[str, str] | None = None,
        kind: str = "serviceTask",
        extension: str = "",
    ) -> Self:
        task = tag("zeebe:taskDefinition", type=topic)
        return self.node(kind, element_id, extension=task + mapping(inputs, outputs) + extension)

    def script(self, element_id: str, expression: str, result: str) -> Self:
        script = tag("zeebe:script", expression=expression, resultVariable=result)
        return self.node("scriptTask", element_id, extension=script)

    def xor(self, element_id: str, default: str | None = None) -> Self:
        return self.node("exclusiveGateway", element_id, default=default)

    def fork(self, element_id: str) -> Self:
        return self.node("parallelGateway", element_id)

    def catch(self, element_id: str, definition: str, *, extension: str = "") -> Self:
        return self.node("intermediateCatchEvent", element_id, definition, extension=extension)

    def throw(self, element_id: str, definition: str = "", *, extension: str = "") -> Self:
        return self.node("intermediateThrowEvent", element_id, definition, extension=extension)

    def boundary(
        self,
        element_id: str,
        on: str,
        definition: str,
        *,
        interrupting: bool = True,
        outputs: dict[str, str] | None = None,
    ) -> Self:
        return self.node(
            "boundaryEvent",
            element_id,
            definition,
            extension=mapping(None, outputs),
            attachedToRef=on,
            cancelActivity="true" if interrupting else "false",
        )

    def call(self, element_id: str, process_id: str, extension: str = "", **options: str) -> Self:
        called = tag("zeebe:calledElement", processId=process_id, **options)
        return self.node("callActivity", element_id, extension=called + extension)

    def sub(self, element_id: str, inner: Drawing, *, extension: str = "") -> Self:
        self.declared |= inner.declared
        return self.node("subProcess", element_id, "".join(inner.content), extension=extension)

    def event_sub(
        self,
        element_id: str,
        inner: Drawing,
        definition: str,
        *,
        interrupting: bool = True,
        outputs: dict[str, str] | None = None,
    ) -> Self:
        """An event sub-process; `inner` is drawn with the pen at its start, `{id}Start`."""
        start = Drawing().node(
            "startEvent",
            f"{element_id}Start",
            definition,
            extension=mapping(None, outputs),
            isInterrupting="true" if interrupting else "false",
        )
        self.declared |= inner.declared
        body = "".join(start.content + inner.content)
        self.content.append(tag("subProcess", body, id=element_id, triggeredByEvent="true"))
        return self

    # What events refer to; declared on the way

    def message(self, name: str, key: str = "=key") -> str:
        subscription = tag("zeebe:subscription", correlationKey=key)
        self.declared[f"m_{name}"] = tag(
            "message", tag("extensionElements", subscription), id=f"m_{name}", name=name
        )
        return tag("messageEventDefinition", messageRef=f"m_{name}")

    def error(self, code: str = "") -> str:
        return self._coded("error", code)

    def escalation(self, code: str = "") -> str:
        return self._coded("escalation", code)

    def _coded(self, kind: str, code: str) -> str:
        if not code:
            return tag(f"{kind}EventDefinition")
        identifier = f"{kind}_{code}"
        self.declared[identifier] = (
            f'<{kind} id="{identifier}" name={quoteattr(code)} {kind}Code={quoteattr(code)}/>'
        )
        return f'<{kind}EventDefinition {kind}Ref="{identifier}"/>'

    # The text

    def xml(self, *others: Drawing) -> bytes:
        """A file with this process and `others`."""
        processes = "".join(
            tag("process", "".join(one.content), id=one.id, isExecutable="true")
            for one in (self, *others)
        )
        declared: dict[str, str] = {}
        for one in (self, *others):
            declared |= one.declared
        return (
            f"<definitions {_NAMESPACES} targetNamespace='urn:test'>"
            f"{processes}{''.join(declared.values())}</definitions>"
        ).encode()
