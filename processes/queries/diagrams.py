"""The diagram of a case: the picture, where its tokens stand and which way they came."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from processes.drawn import Drawing, DrawnElement
from processes.models import HistoryEvent, Incident, ProcessInstance
from processes.xmlreading import BPMN, read_xml

from .cases import waits_of
from .drawings import drawing_of
from .timeline import timeline


@dataclass(frozen=True, kw_only=True)
class Diagram:
    """One picture of a case: its own process, or one that it calls."""

    process_key: str
    name: str
    version: int
    """Of the case's definition."""
    xml: str
    """Exactly as drawn."""
    done: tuple[str, ...]
    """Elements that a token has left."""
    flows: tuple[str, ...]
    """Sequence flows between elements that were left or stand: the way, as far as it is
    known from them."""
    active: tuple[str, ...]
    """Elements at which a token stands."""
    incidents: tuple[str, ...]
    """Elements that cannot go on."""
    children: tuple[Diagram, ...] = ()
    """Pictures of the processes it calls that a token has been in."""


def diagram(instance_id: int) -> Diagram:
    """The pictures of a case.

    Raises:
        ProcessInstance.DoesNotExist: there is no such case.
    """
    found = ProcessInstance.objects.select_related("definition").defer("state")
    instance = found.get(pk=instance_id)
    drawing = drawing_of(instance.definition_id)
    stuck = Incident.objects.filter(instance_id=instance_id, resolved_at=None)
    traces = _Traces(
        drawing=drawing,
        left=_left(instance_id),
        standing={row.element_id for row in waits_of(instance_id) if row.kind != "timer"},
        stuck=set(stuck.values_list("element_id", flat=True)),
    )
    texts = _texts(instance.definition.resources)
    return _picture(instance, instance.definition_key, texts, traces, seen=frozenset())


@dataclass(frozen=True, kw_only=True)
class _Traces:
    drawing: Drawing
    left: set[str]
    standing: set[str]
    stuck: set[str]

    def of(self, process_key: str) -> list[DrawnElement]:
        return [e for e in self.drawing.elements.values() if e.process_key == process_key]

    def flows(self, left: Collection[str], touched: Collection[str]) -> tuple[str, ...]:
        drawn = self.drawing.flows
        return tuple(id for id, source, to in drawn if source in left and to in touched)

    def is_in(self, process_key: str, among: Collection[str]) -> bool:
        return any(element.id in among for element in self.of(process_key))


def _picture(
    instance: ProcessInstance,
    process_key: str,
    texts: Mapping[str, tuple[str, str]],
    traces: _Traces,
    *,
    seen: frozenset[str],
) -> Diagram:
    xml, name = texts[process_key]
    elements = traces.of(process_key)
    called = {key for e in elements for key in e.callees} - seen - {process_key}
    children = tuple(
        _picture(instance, key, texts, traces, seen=seen | {process_key})
        for key in sorted(called & texts.keys())
        if traces.is_in(key, traces.left | traces.standing)
    )
    busy = {child.process_key for child in children if child.active}
    active = tuple(e.id for e in elements if e.id in traces.standing or busy & {*e.callees})
    done = tuple(e.id for e in elements if e.id in traces.left)
    return Diagram(
        process_key=process_key,
        name=name,
        version=instance.definition.version,
        xml=xml,
        done=done,
        flows=traces.flows(done, {*active, *done}),
        active=active,
        incidents=tuple(e.id for e in elements if e.id in traces.stuck),
        children=children,
    )


def _left(instance_id: int) -> set[str]:
    last = HistoryEvent.objects.filter(instance_id=instance_id).count()
    events = timeline(instance_id, limit=max(1, last))
    return {passage.element_id for event in events for passage in event.passages}


def _texts(resources: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Process key → the text that draws it, and its name."""
    found: dict[str, tuple[str, str]] = {}
    for file, text in resources.items():
        if file.endswith(".bpmn"):
            for process in read_xml(text.encode()).iter(f"{{{BPMN}}}process"):
                key = process.get("id", "")
                found[key] = (text, process.get("name", "") or key)
    return found
