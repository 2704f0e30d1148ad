"""A sketch as BPMN text, as an analyst's tool would write it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.engine.reference.sketch import Condition, Flow, Loop, Node, Sketch


def written(sketch: Sketch) -> bytes:
    """One file with all processes of `sketch`."""
    drawings = [_drawing(sketch, process_id) for process_id in sketch.processes]
    first, *others = drawings
    return first.xml(*others)


def _drawing(sketch: Sketch, process_id: str) -> Drawing:
    drawing = Drawing(process_id)
    drawing.content = list(_content(sketch, process_id, drawing))
    return drawing


def _content(sketch: Sketch, scope: str, drawing: Drawing) -> Iterator[str]:
    for node in sketch.inside(scope):
        yield _element(sketch, node, drawing)
        if node.handler:
            yield tag("association", id=f"a_{node.id}", sourceRef=node.id, targetRef=node.handler)
    for flow in sketch.flows:
        if sketch.nodes[flow.source].scope == scope and not _is_link(sketch, flow):
            yield _flow(flow)


def _is_link(sketch: Sketch, flow: Flow) -> bool:
    source = sketch.nodes[flow.source]
    return source.event == "link" and source.kind == "intermediateThrowEvent"


def _flow(flow: Flow) -> str:
    inner = tag("conditionExpression", _feel(flow.condition)) if flow.condition else ""
    return tag("sequenceFlow", inner, id=flow.id, sourceRef=flow.source, targetRef=flow.target)


def _feel(condition: Condition) -> str:
    return "=" + " or ".join(f"{condition.variable} = {value}" for value in condition.values)


def _element(sketch: Sketch, node: Node, drawing: Drawing) -> str:
    inner = _definition(node, drawing)
    if node.loop:
        inner = _turns(node.loop) if node.loop.standard else _marker(node, node.loop)
    if node.kind in ("subProcess", "transaction"):
        inner += "".join(_content(sketch, node.id, drawing))
    if node.kind == "receiveTask":
        drawing.message(node.name, "k")
    extension = _extension(node)
    attributes = {
        "default": node.default or None,
        "attachedToRef": node.host or None,
        "cancelActivity": _word(node.interrupting) if node.host else None,
        "isInterrupting": _word(node.interrupting) if _begins(sketch, node) else None,
        "triggeredByEvent": "true" if node.event_sub else None,
        "isForCompensation": "true" if node.undoes else None,
        "messageRef": f"m_{node.name}" if node.kind == "receiveTask" else None,
    }
    if extension:
        inner = tag("extensionElements", extension) + inner
    return tag(node.kind, inner, id=node.id, **attributes)


def _begins(sketch: Sketch, node: Node) -> bool:
    return node.kind == "startEvent" and bool(node.event)


def _word(value: bool) -> str:
    return "true" if value else "false"


def _extension(node: Node) -> str:
    if node.kind == "serviceTask":
        return tag("zeebe:taskDefinition", type="work") + _mapping(node)
    if node.kind == "scriptTask":
        return tag("zeebe:script", expression=f"={node.script}", resultVariable=f"s_{node.id}")
    if node.kind == "callActivity":
        down, up = map(_word, node.shares)
        return tag(
            "zeebe:calledElement",
            processId=node.called,
            propagateAllParentVariables=down,
            propagateAllChildVariables=up,
        )
    return _mapping(node) if node.kind == "userTask" else ""


def _mapping(node: Node) -> str:
    return mapping(
        {f"in_{node.id}": f"={node.input}"} if node.input else None,
        {f"o_{node.id}": "=mine"} if node.mapped else None,
    )


def _turns(loop: Loop) -> str:
    return tag(
        "standardLoopCharacteristics",
        tag("loopCondition", _feel(loop.again)) if loop.again else "",
        testBefore=_word(loop.before),
        loopMaximum=str(loop.most) if loop.most else None,
    )


def _marker(node: Node, loop: Loop) -> str:
    results = {
        "outputCollection": f"out_{node.id}",
        "outputElement": "=res" if loop.result == "res" else f"=it_{node.id} * 10",
    }
    items = {"inputCollection": f"={list(loop.items)}", "inputElement": f"it_{node.id}"}
    each = tag(
        "zeebe:loopCharacteristics",
        **({} if loop.counted else items),
        **(results if loop.result else {}),
    )
    enough = f"=numberOfCompletedInstances &gt;= {loop.enough}"
    return tag(
        "multiInstanceLoopCharacteristics",
        tag("extensionElements", each)
        + tag("loopCardinality", f"={len(loop.items)}") * loop.counted
        + tag("completionCondition", enough) * bool(loop.enough),
        isSequential=_word(loop.sequential),
    )


def _definition(node: Node, drawing: Drawing) -> str:
    writers: dict[str, Callable[[], str]] = {
        "timer": lambda: _timer(node),
        "message": lambda: drawing.message(node.name, "k"),
        "signal": lambda: _signal(node, drawing),
        "error": lambda: drawing.error(node.name),
        "escalation": lambda: drawing.escalation(node.name),
        "compensate": lambda: tag("compensateEventDefinition", activityRef=node.name or None),
        "link": lambda: tag("linkEventDefinition", name=node.name),
        "terminate": lambda: tag("terminateEventDefinition"),
        "cancel": lambda: tag("cancelEventDefinition"),
        "conditional": lambda: tag(
            "conditionalEventDefinition", tag("condition", f"={node.name} != null")
        ),
    }
    writer = writers.get(node.event)
    return writer() if writer and node.kind != "receiveTask" else ""


def _timer(node: Node) -> str:
    if node.repeats:
        return timer(f"R{node.repeats}/PT{node.minutes}M", "Cycle")
    return timer(f"PT{node.minutes}M")


def _signal(node: Node, drawing: Drawing) -> str:
    drawing.declared[f"s_{node.name}"] = tag("signal", id=f"s_{node.name}", name=node.name)
    return tag("signalEventDefinition", signalRef=f"s_{node.name}")
