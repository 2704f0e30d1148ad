"""Diagrams with a few things done to them that no tool would do; the same for the same number."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from lxml import etree

from processes.xmlreading import BPMN
from tests.engine.odd_words import ATTRIBUTES, BYTES, FEEL, NAMESPACES, TAGS, VALUES
from tests.engine.seeds import DRAWINGS, drawn

_FOLDER = Path(__file__).parents[2] / "bpmn"
_SHAPES = re.compile(rb"<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>", re.DOTALL)
_LENT = re.compile(rb"\b(?:deadline|poll_delay|major|minor)\(")
"""Functions of the house: here they are something that FEEL itself knows."""


def _product(path: Path) -> bytes:
    return _LENT.sub(b"count(", _SHAPES.sub(b"", path.read_bytes()))


PRODUCT: Mapping[str, bytes] = {path.name: _product(path) for path in sorted(_FOLDER.glob("*.*mn"))}
"""What the product itself runs."""
_SMALL = {name: drawn(name) for name in DRAWINGS}
_LARGE = {name: data for name, data in PRODUCT.items() if name.endswith(".bpmn")}
SEEDS: Mapping[str, bytes] = _SMALL | _LARGE


def mutant(number: int) -> tuple[str, bytes]:
    """The name of the seed, and what became of it."""
    chance = random.Random(number)
    name = chance.choice([*(_LARGE if chance.random() < 0.003 else _SMALL)])
    data = SEEDS[name]
    if chance.random() < 0.85:
        data = _grown(data, chance)
    if chance.random() < 0.2:
        for _ in range(chance.randint(1, 3)):
            data = chance.choice(_ON_BYTES)(data, chance)
    return name, data


def _grown(data: bytes, chance: random.Random) -> bytes:
    root = etree.fromstring(data)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5))):
        nodes = [node for node in root.iter(etree.Element) if node.getparent() is not None]
        if nodes:
            chance.choice(_ON_TREES)(chance.choice(nodes), chance.choice(nodes), chance)
    return etree.tostring(root)


# Trees


def _remove(node: etree._Element, _other: etree._Element, _chance: random.Random) -> None:
    node.getparent().remove(node)


def _copy(node: etree._Element, other: etree._Element, chance: random.Random) -> None:
    twin = copy.deepcopy(node)
    if chance.random() < 0.7:
        # With names of its own: what would be refused as a duplicate goes further.
        for each in twin.iter(etree.Element):
            if each.get("id"):
                each.set("id", f"{each.get('id')}_{chance.randint(1, 99)}")
    _inside(other, chance).append(twin)


def _move(node: etree._Element, other: etree._Element, chance: random.Random) -> None:
    target = _inside(other, chance)
    if node not in (target, *target.iterancestors()):
        target.append(node)


def _inside(node: etree._Element, chance: random.Random) -> etree._Element:
    return node.getparent() if chance.random() < 0.5 else node


def _swap(node: etree._Element, other: etree._Element, chance: random.Random) -> None:
    shared = sorted({*node.attrib} & {*other.attrib})
    if shared:
        key = chance.choice(shared)
        one, two = node.get(key, ""), other.get(key, "")
        node.set(key, two)
        other.set(key, one)


def _set(node: etree._Element, other: etree._Element, chance: random.Random) -> None:
    key = chance.choice([*node.attrib] if node.attrib and chance.random() < 0.7 else ATTRIBUTES)
    ids = [other.get("id", "x"), node.get("id", "x"), *other.attrib.values()]
    value = chance.choice((chance.choice(VALUES), chance.choice(FEEL), chance.choice(ids)))
    node.set(key, value)


def _unset(node: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    if node.attrib:
        del node.attrib[chance.choice([*node.attrib])]


def _retag(node: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    node.tag = f"{{{BPMN}}}{chance.choice(TAGS)}"


def _move_namespace(node: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    name = etree.QName(node).localname
    namespace = chance.choice(NAMESPACES)
    node.tag = f"{{{namespace}}}{name}" if namespace else name


def _text(node: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    node.text = chance.choice((chance.choice(VALUES), chance.choice(FEEL)))


def _mix(node: etree._Element, other: etree._Element, chance: random.Random) -> None:
    """Splice two texts into one, mostly FEEL into FEEL."""
    texts = [text for each in (node, other) for text in (each.text or "", *each.attrib.values())]
    one, two = chance.choice(texts), chance.choice((*texts, *FEEL))
    spliced = one[: chance.randint(0, len(one))] + two[chance.randint(0, len(two)) :]
    if node.attrib and chance.random() < 0.7:
        node.set(chance.choice([*node.attrib]), spliced)
    else:
        node.text = spliced


def _nest(node: etree._Element, _other: etree._Element, chance: random.Random) -> None:
    for number in range(chance.choice((1, 3, 40, 70))):
        inner = etree.SubElement(
            node, f"{{{BPMN}}}{chance.choice(('subProcess', 'documentation'))}"
        )
        inner.set("id", f"n{number}")
        node = inner


def _wire(node: etree._Element, other: etree._Element, chance: random.Random) -> None:
    flow = etree.SubElement(_inside(node, chance), f"{{{BPMN}}}sequenceFlow")
    flow.set("id", f"w{chance.randint(1, 9999)}")
    flow.set("sourceRef", node.get("id", "x"))
    flow.set("targetRef", other.get("id", "x"))


def _insert(node: etree._Element, other: etree._Element, chance: random.Random) -> None:
    """Put an element into the middle of a flow."""
    if etree.QName(node).localname != "sequenceFlow":
        return _wire(node, other, chance)
    name = f"i{chance.randint(1, 9999)}"
    inserted = etree.SubElement(node.getparent(), f"{{{BPMN}}}{chance.choice(TAGS[:21])}")
    inserted.set("id", name)
    flow = copy.deepcopy(node)
    flow.set("id", f"{name}_flow")
    flow.set("sourceRef", name)
    node.set("targetRef", name)
    node.getparent().append(flow)
    return None


_ON_TREES: Sequence[Callable[[etree._Element, etree._Element, random.Random], None]] = (
    _remove, _copy, _copy, _move, _swap, _swap, _set, _set, _set, _unset, _retag, _retag,
    _move_namespace, _text, _mix, _mix, _nest, _wire, _wire, _insert, _insert,
)  # fmt: skip


# Bytes


def _flip(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + data[at + chance.choice((1, 5, 50, len(data))) :]


def _repeat(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + data[at : at + chance.choice((1, 20, 200))] * chance.choice((2, 3, 200))


def _strew(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) or 1)
    return data[:at] + chance.choice(BYTES) + data[at:]


def _recode(data: bytes, chance: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(
        chance.choice(("utf-16", "utf-32", "cp037", "utf-8-sig")), "replace"
    )


def _replace(data: bytes, chance: random.Random) -> bytes:
    """Put the value of one attribute into another, wherever they are."""
    values = re.findall(rb'"([^"]*)"', data)
    if not values:
        return data
    return data.replace(b'"%s"' % chance.choice(values), b'"%s"' % chance.choice(values), 1)


_ON_BYTES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    _flip, _flip, _cut, _repeat, _strew, _strew, _recode, _replace, _replace, _replace,
)  # fmt: skip
