"""Processes that begin by themselves, drawn, and those who make them begin."""

from __future__ import annotations

from datetime import timedelta

from processes import clock, runtime
from processes.contract import Actor
from processes.models import ProcessInstance
from processes.sweeper import Sweeper
from tests.processes import drawing as d

HOUR = timedelta(hours=1)
WEB = Actor(name="web:orders", via="web")


def begun(key: str, event: str, *more: str, declared: str = "", task: str = "Work") -> bytes:
    """A process with a plain start and one with an event, which lead to the same task."""
    nodes = [d.user(task), *more, d.node("startEvent", "Event", event)]
    ways = [f"Start > {task} > Done", f"Event > {task}"]
    return d.diagram(key, nodes, *ways, declared=declared)


def timed(text: str, key: str = "timed", kind: str = "Cycle", **more: str) -> bytes:
    definition = f"<bpmn:time{kind}>{text}</bpmn:time{kind}>"
    event = f"<bpmn:timerEventDefinition>{definition}</bpmn:timerEventDefinition>"
    return begun(key, event, **more)


def asked(key: str = "asked", name: str = "order.asked", **more: str) -> bytes:
    event = '<bpmn:messageEventDefinition messageRef="Asked"/>'
    return begun(key, event, declared=d.message("Asked", name, "=unused"), **more)


def sweep_after(time: timedelta = timedelta()) -> None:
    clock.advance(time)
    sweeper = Sweeper()
    sweeper.tick()
    sweeper.close()


def tell(message_id: str = "m-1", key: str = "", name: str = "order.asked", **payload: object):
    return runtime.publish_message(
        name=name, correlation_key=key, payload=payload, message_id=message_id, actor=WEB
    )


def cases() -> list[ProcessInstance]:
    return list(ProcessInstance.objects.order_by("id"))


def stuck(key: str, event: str, declared: str = "") -> bytes:
    """Its gateway has no way on, whatever comes."""
    nodes = [
        d.node("startEvent", "Event", event),
        d.node("exclusiveGateway", "Which"),
        d.user("A"),
        d.user("B"),
    ]
    drawn = d.diagram(
        key, nodes, "Event > Which > A > Done", "Start > Which > B > Done2", declared=declared
    )
    condition = (
        b"><bpmn:conditionExpression>=1 &gt; 2</bpmn:conditionExpression></bpmn:sequenceFlow>"
    )
    for target in (b"A", b"B"):
        drawn = drawn.replace(
            b'sourceRef="Which" targetRef="' + target + b'"/>',
            b'sourceRef="Which" targetRef="' + target + b'"' + condition,
        )
    return drawn
