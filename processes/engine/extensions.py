"""What the zeebe extension says about one element, as fields of `Element`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from processes.sentences import say
from processes.xmlreading import BPMN, KNOWN_NAMESPACES, ZEEBE, is_strange

from .findings import Findings
from .types import Assignment
from .vocabulary import ATTRIBUTES, EXTENSIONS, LISTS, TEMPLATE_ATTRIBUTES, WAYS_OUT
from .words import local, owner_of

_XML = "http://www.w3.org/XML/1998/namespace"
_BOOLEANS = {"true": True, "false": False}


def read_extensions(node: etree._Element, findings: Findings) -> dict[str, Any]:
    """The fields that the extension elements of `node` set."""
    owner_id = owner_of(node)
    fields: dict[str, Any] = {}
    seen: set[str] = set()
    allowed = EXTENSIONS.get(local(node), frozenset()) | {"properties"}
    for extension in _extensions(node):
        name = local(extension)
        if etree.QName(extension).namespace != ZEEBE:
            # modeler: and color: elements describe the drawing, not the run.
            continue
        if name not in allowed or name in seen:
            _refuse(node, name, findings, twice=name in seen)
            continue
        seen.add(name)
        fields |= _read(extension, owner_id, findings)
    return fields


def check_attributes(node: etree._Element, findings: Findings) -> None:
    """Refuse attributes of other engines, and of zeebe where they could mean something."""
    for key in node.attrib:
        name = etree.QName(str(key))
        foreign = name.namespace not in (None, _XML) and name.namespace not in KNOWN_NAMESPACES
        word = name.localname
        if foreign or (name.namespace == ZEEBE and word not in TEMPLATE_ATTRIBUTES):
            findings.add(
                "foreign-attribute",
                owner_of(node),
                "Expected extensions as the Camunda 8 properties panel writes them, "
                "found attribute {name}; {way_out}",
                name=word,
                way_out=say(WAYS_OUT.get(word, "remove it")),
            )


def check_strangers(root: etree._Element, findings: Findings) -> None:
    """Refuse elements that only other engines and tools understand, each where it stands."""
    for node in root.iter(etree.Element):
        parent = node.getparent()
        if parent is None or not is_strange(node) or is_strange(parent):
            continue
        name = etree.QName(node)
        findings.add(
            "not-supported",
            owner_of(parent),
            "Expected elements as bpmn.io tools write them, found <{name}> of {namespace!r}; "
            "say it in the Camunda 8 properties panel, or remove it",
            name=name.localname,
            namespace=name.namespace or "",
        )


def _extensions(node: etree._Element) -> Iterator[etree._Element]:
    for container in node.findall(f"{{{BPMN}}}extensionElements"):
        yield from container


def _refuse(node: etree._Element, name: str, findings: Findings, *, twice: bool) -> None:
    findings.add(
        "not-supported",
        owner_of(node),
        "Expected zeebe:{name} once on a {type}, found it twice; remove one"
        if twice
        else "Expected no zeebe:{name} on a {type}: it is not supported; remove it",
        name=name,
        type=local(node),
    )


def _read(extension: etree._Element, owner_id: str, findings: Findings) -> dict[str, Any]:
    name = local(extension)
    attributes = _attributes(extension, owner_id, findings)
    rows = [
        (local(item), _attributes(item, owner_id, findings))
        for item in _items(extension, owner_id, findings)
    ]
    if name == "ioMapping":
        return {f"{side}s": _assignments(side, rows) for side in ("input", "output")}
    if name == "taskHeaders":
        return {"headers": _pairs(rows, "key", owner_id, findings)}
    if name == "properties":
        return {"properties": _pairs(rows, "name", owner_id, findings)}
    return {field: value for field, value in attributes.items() if field}


def _items(
    extension: etree._Element, owner_id: str, findings: Findings
) -> Iterator[etree._Element]:
    allowed = LISTS.get(local(extension), frozenset())
    for item in extension:
        if etree.QName(item).namespace == ZEEBE and local(item) in allowed:
            yield item
        else:
            findings.add(
                "not-supported",
                owner_id,
                "Expected no {item} in zeebe:{name}; remove it",
                item=local(item),
                name=local(extension),
            )


def _attributes(node: etree._Element, owner_id: str, findings: Findings) -> dict[str, Any]:
    name = local(node)
    known = ATTRIBUTES[name]
    fields: dict[str, Any] = {}
    for key, value in _texts(node).items():
        if key not in known or (key == "bindingType" and not _is_binding(value, known[key])):
            findings.add(
                "not-supported",
                owner_id,
                'Expected no {key}="{value}" on zeebe:{name}: it is not supported; remove it',
                key=key,
                value=value,
                name=name,
            )
        elif key.startswith("propagateAll"):
            fields[known[key]] = _BOOLEANS.get(value, True)
            if value not in _BOOLEANS:
                findings.add(
                    "not-supported",
                    owner_id,
                    "Expected {name} to be true or false, found {found!r:.60}",
                    name=key,
                    found=value,
                )
        else:
            fields[known[key]] = value
    return fields


def _is_binding(value: str, field: str) -> bool:
    """Where what is bound is looked at, it may be pinned too."""
    return value in ("latest", "deployment") or (value == "versionTag" and bool(field))


def _texts(node: etree._Element) -> dict[str, str]:
    return {str(key): str(value) for key, value in node.attrib.items()}


def _assignments(side: str, rows: list[tuple[str, dict[str, Any]]]) -> tuple[Assignment, ...]:
    return tuple(
        Assignment(source=row.get("source", ""), target=row.get("target", ""))
        for name, row in rows
        if name == side
    )


def _pairs(
    rows: list[tuple[str, dict[str, Any]]], key: str, owner_id: str, findings: Findings
) -> Mapping[str, str]:
    pairs: dict[str, str] = {}
    for word, row in rows:
        if row.get(key, "") in pairs:
            findings.add(
                "not-supported",
                owner_id,
                "Expected {word} {name!r:.60} once, found it twice; remove one",
                word=word,
                name=row.get(key, ""),
            )
        pairs[row.get(key, "")] = row.get("value", "")
    return pairs
