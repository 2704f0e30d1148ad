"""XML nodes of a diagram, asked in the words of BPMN."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from processes.sentences import say
from processes.xmlreading import BPMN

from .findings import Findings
from .vocabulary import DESCRIPTIVE, WAYS_OUT

_BPMN = f"{{{BPMN}}}"
_PARTS = ("Definition", "LoopCharacteristics")
"""Endings of what has an id but is no element of its own."""


def local(node: etree._Element) -> str:
    """The name of the element without its namespace."""
    # Not through QName: it is asked of every node, many times.
    return str(node.tag).rpartition("}")[2]


def bpmn_children(node: etree._Element) -> Iterator[etree._Element]:
    """What BPMN itself puts into `node`; extensions and drawings left out."""
    return (child for child in node if str(child.tag).startswith(_BPMN))


def triggered_by_event(node: etree._Element | None) -> bool:
    """Whether `node` is an event sub-process."""
    if node is None or local(node) != "subProcess":
        return False
    return node.get("triggeredByEvent", "false") in ("true", "1")


def text_of(node: etree._Element | None) -> str:
    """All text in `node`, trimmed; empty without a node."""
    return "" if node is None else "".join(str(part) for part in node.itertext()).strip()


def line_of(node: etree._Element) -> int:
    """Where `node` begins in its file; 0 when unknown."""
    line: int | None = getattr(node, "sourceline", None)
    return line or 0


def reference(node: etree._Element, attribute: str) -> str:
    """The id that `attribute` of `node` names: a prefix for the file's own names is let be."""
    value = node.get(attribute, "")
    prefix, colon, name = value.partition(":")
    if not colon:
        return value
    target = node.getroottree().getroot().get("targetNamespace")
    return name if target and node.nsmap.get(prefix) == target else value


def owner_of(node: etree._Element) -> str:
    """Id of the drawn element that `node` belongs to: itself, or the nearest around it."""
    owner: etree._Element | None = node
    while owner is not None and (not owner.get("id") or local(owner).endswith(_PARTS)):
        owner = owner.getparent()
    return "" if owner is None else owner.get("id", "")


def check_words(node: etree._Element, known: frozenset[str], findings: Findings) -> None:
    """Refuse what stands in `node` and is neither `known` nor only drawn for people."""
    for child in bpmn_children(node):
        word = local(child)
        if word in known or word in DESCRIPTIVE:
            continue
        drawn = word.lower().endswith(("task", "gateway", "process", "transaction"))
        findings.add(
            "not-supported",
            owner_of(child if drawn else node),
            "Expected no {word}: it is not supported; {way_out}",
            word=word,
            way_out=say(WAYS_OUT.get(word, "remove it")),
        )
