"""Small diagrams for tests, drawn in a line or two each."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from xml.sax.saxutils import quoteattr

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' id="Drawing" targetNamespace="http://example.org/drawing">'
)


def attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in values.items() if value)


def zeebe(tag: str, **values: str) -> str:
    return f"<zeebe:{tag}{attributes(**values)}/>"


def extensions(*parts: str, no_limit: str = "") -> str:
    if no_limit:
        parts = (*parts, properties(noLimit=no_limit))
    inside = "".join(parts)
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>" if inside else ""


def properties(**values: str) -> str:
    inside = "".join(zeebe("property", name=name, value=value) for name, value in values.items())
    return f"<zeebe:properties>{inside}</zeebe:properties>"


def mapping(*lines: str) -> str:
    """Lines such as `in =a -> b` or `out =c -> d`."""
    inside = ""
    for line in lines:
        way, _, rest = line.partition(" ")
        source, _, target = rest.partition(" -> ")
        tag = {"in": "input", "out": "output"}[way]
        inside += zeebe(tag, source=source, target=target)
    return f"<zeebe:ioMapping>{inside}</zeebe:ioMapping>"


def node(tag: str, id: str, inside: str = "", name: str = "", **values: str) -> str:
    return f"<bpmn:{tag}{attributes(id=id, name=name, **values)}>{inside}</bpmn:{tag}>"


def user(
    id: str, groups: str = "seller", *more: str, form: str = "", limit: str = "none is needed"
) -> str:
    parts = [zeebe("userTask"), zeebe("assignmentDefinition", candidateGroups=groups), *more]
    if form:
        parts.insert(1, zeebe("formDefinition", formId=form))
    return node("userTask", id, extensions(*parts, no_limit=limit), name=id)


def service(id: str, topic: str, *more: str, retries: str = "3") -> str:
    return node(
        "serviceTask", id, extensions(zeebe("taskDefinition", type=topic, retries=retries), *more)
    )


def boundary_timer(id: str, attached: str, duration: str, *, interrupting: bool = True) -> str:
    return node(
        "boundaryEvent",
        id,
        timer(duration),
        attachedToRef=attached,
        cancelActivity=str(interrupting).lower(),
    )


def boundary_error(id: str, attached: str, error: str) -> str:
    return node(
        "boundaryEvent",
        id,
        f'<bpmn:errorEventDefinition errorRef="{error}"/>',
        attachedToRef=attached,
    )


def timer(duration: str) -> str:
    return (
        "<bpmn:timerEventDefinition>"
        f'<bpmn:timeDuration xsi:type="bpmn:tFormalExpression">{duration}</bpmn:timeDuration>'
        "</bpmn:timerEventDefinition>"
    )


def catch_message(id: str, message: str, *, limit: str = "none is needed") -> str:
    event = f'<bpmn:messageEventDefinition messageRef="{message}"/>'
    return node("intermediateCatchEvent", id, extensions(no_limit=limit) + event)


def catch_timer(id: str, duration: str) -> str:
    return node("intermediateCatchEvent", id, timer(duration))


def message(id: str, name: str, key: str) -> str:
    inside = extensions(zeebe("subscription", correlationKey=key))
    return f"<bpmn:message{attributes(id=id, name=name)}>{inside}</bpmn:message>"


def error(id: str, code: str) -> str:
    return f"<bpmn:error{attributes(id=id, errorCode=code)}/>"


def flows(*ways: str) -> str:
    """Ways such as `Start > Review > End`."""
    found: dict[str, str] = {}
    for way in ways:
        stops = [stop.strip() for stop in way.split(">")]
        for source, target in pairwise(stops):
            id = f"{source}_to_{target}"
            found[id] = f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}"/>'
    return "".join(found.values())


def diagram(
    process_id: str, nodes: Iterable[str], *ways: str, declared: str = "", search: str = ""
) -> bytes:
    """One file that draws one process. `Start` and the ends are drawn by themselves."""
    ends = {stop.strip() for way in ways for stop in [way.split(">")[-1]]}
    drawn = "".join(nodes)
    ends = {end for end in ends if f'id="{end}"' not in drawn}
    head = extensions(properties(searchVariables=search)) if search else ""
    inside = head + node("startEvent", "Start") + drawn
    inside += "".join(node("endEvent", end) for end in sorted(ends)) + flows(*ways)
    process = node("process", process_id, inside, name=f"The {process_id}", isExecutable="true")
    return (_HEAD + declared + process + "</bpmn:definitions>").encode()
