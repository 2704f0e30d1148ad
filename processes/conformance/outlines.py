"""What a file draws, read without the engine's reader: the witness that nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from processes.engine import Spec
from processes.xmlreading import BPMN

_ENDINGS = ("Task", "Gateway", "Event", "subProcess", "SubProcess", "transaction", "callActivity")


@dataclass(frozen=True)
class Outline:
    """Nodes by id, and flows by their ends, each as often as it is drawn."""

    nodes: Counter[tuple[str, str]]
    flows: Counter[tuple[str, str]]


def drawn_in(data: bytes) -> dict[str, Outline]:
    """What stands in each process of `data`, which the engine has accepted."""
    found: dict[str, Outline] = {}
    for process in etree.fromstring(data).iter(f"{{{BPMN}}}process"):
        outline = Outline(Counter(), Counter())
        for node in process.iter(f"{{{BPMN}}}*"):
            kind = etree.QName(node).localname
            if kind == "sequenceFlow":
                ends = node.get("sourceRef", ""), node.get("targetRef", "")
                outline.flows[ends] += 1
            elif kind == "task" or kind.endswith(_ENDINGS):
                outline.nodes[node.get("id", ""), kind] += 1
        found[process.get("id", "")] = outline
    return found


def lost_in(spec: Spec, outlines: Iterable[Outline]) -> list[str]:
    """What is drawn and not in `spec`, or in `spec` and not drawn; one sentence each."""
    nodes: Counter[tuple[str, str]] = Counter()
    flows: Counter[tuple[str, str]] = Counter()
    for outline in outlines:
        nodes += outline.nodes
        flows += outline.flows
    read_nodes = Counter((element.id, element.type) for element in spec.elements)
    read_flows = Counter((flow.source, flow.target) for flow in spec.flows)
    lost, made = "Expected {} to be read, found it lost", "Expected no {}, for none is drawn"
    return [
        *(f"{name}: {lost.format(kind)}" for name, kind in nodes - read_nodes),
        *(f"{name}: {made.format(kind)}" for name, kind in read_nodes - nodes),
        *(f"{a}: {lost.format(f'its flow to {b}')}" for a, b in flows - read_flows),
        *(f"{a}: {made.format(f'flow to {b}')}" for a, b in read_flows - flows),
    ]
