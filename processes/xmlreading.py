"""XML that strangers upload, read so that it can only be a tree of known elements.

The one door for diagrams and decisions. What the elements mean is not judged here.
Refused are document types and entities (XXE, billion laughs), processing instructions,
foreign encodings and namespaces, and sizes no drawn diagram has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

from lxml import etree

from processes.sentences import Said, say

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
DMN = "https://www.omg.org/spec/DMN/20191111/MODEL/"
"""Of DMN 1.3, which bpmn.io writes; the other versions are read as if they were it."""
_OTHER_DMN = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
        "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
        "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
        "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
    }
)
XSI = "http://www.w3.org/2001/XMLSchema-instance"

KNOWN_NAMESPACES = frozenset(
    {
        BPMN,
        ZEEBE,
        DMN,
        XSI,
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
        "http://www.omg.org/spec/DMN/20180521/DMNDI/",
        "https://www.omg.org/spec/DMN/20191111/DMNDI/",
        "https://www.omg.org/spec/DMN/20230324/DMNDI/",
        "http://www.omg.org/spec/DMN/20180521/DI/",
        "http://www.omg.org/spec/DMN/20180521/DC/",
        "http://camunda.org/schema/modeler/1.0",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://bpmn.io/schema/dmn/biodi/1.0",
        "http://bpmn.io/schema/dmn/biodi/2.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
    }
)
"""What bpmn.io tools write. Elements of any other namespace are refused, not skipped."""

MAX_BYTES = 2_000_000
_MAX_ELEMENTS = 20_000
_MAX_DEPTH = 64
_MAX_ATTRIBUTES = 64
_MAX_NAMESPACES = 64
_MAX_TEXT = 65_536
"""Also of an attribute: element templates keep their icon in one."""


class XmlRefused(ValueError):
    """The bytes are not XML, or more than a diagram may hold. The sentence says which."""


def read_xml(data: bytes, *, strangers: bool = False) -> etree._Element:
    """The root of the document in `data`; comments are dropped, entities never resolved.

    With `strangers`, elements of unknown namespaces come in below the root: the caller
    refuses each where it stands.

    Raises:
        XmlRefused: with a sentence for the person who uploaded the file.
    """
    _check_bytes(data)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        msg = say("Expected well-formed XML, found: {found}", found=error.msg)
        raise XmlRefused(msg) from error
    _check_document(root)
    version = etree.QName(root).namespace
    for element in _sound_elements(root):
        if version in _OTHER_DMN:
            _rename(element, str(version))
        if is_strange(element) and (element is root or not strangers):
            _refuse(_strange(element))
    return root


def _rename(element: etree._Element, version: str) -> None:
    """Read an element of another version of DMN as the one of DMN 1.3, which means the same."""
    name = etree.QName(element)
    if name.namespace == version:
        element.tag = f"{{{DMN}}}{name.localname}"


def _strange(element: etree._Element) -> Said:
    tag = etree.QName(element)
    return say(
        "elements as bpmn.io tools write them, found <{name}> of {namespace!r}",
        name=tag.localname,
        namespace=tag.namespace or "",
    )


def is_strange(element: etree._Element) -> bool:
    """Whether `element` is none that bpmn.io tools write."""
    return str(element.tag).rpartition("}")[0][1:] not in KNOWN_NAMESPACES


def _parser() -> etree.XMLParser:
    # A new one each time: a parser of lxml is locked while it reads.
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        collect_ids=False,
    )


def _expect(holds: bool, expectation: Said) -> None:
    if not holds:
        _refuse(expectation)


def _refuse(expectation: Said) -> NoReturn:
    raise XmlRefused(say("Expected {expectation}", expectation=expectation))


def _check_bytes(data: bytes) -> None:
    text = _decoded(data)
    # Before parsing, too: libxml2 counts entities only while it expands them.
    _expect(
        not re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE),
        say("no document type or entity declarations, found one"),
    )
    _expect(
        text.count("xmlns") <= _MAX_NAMESPACES,
        say("at most {most} namespaces", most=_MAX_NAMESPACES),
    )
    _expect(
        text.count("<") <= 2 * _MAX_ELEMENTS + 100,
        say("at most {most} elements", most=_MAX_ELEMENTS),
    )


def _decoded(data: bytes) -> str:
    _expect(
        len(data) <= MAX_BYTES,
        say("at most {most} bytes, found {found}", most=MAX_BYTES, found=len(data)),
    )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        msg = say("Expected UTF-8, found other bytes")
        raise XmlRefused(msg) from None
    declared = re.match(r"\ufeff?\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", text)
    encoding = declared[1].lower() if declared else "utf-8"
    _expect(
        encoding in {"utf-8", "utf8", "us-ascii"},
        say("encoding UTF-8, found {found}", found=encoding),
    )
    return text


def _check_document(root: etree._Element) -> None:
    _expect(root.getroottree().docinfo.internalDTD is None, say("no document type, found one"))
    beside = [*root.itersiblings(preceding=True), *root.itersiblings()]
    _expect(not beside, say("one root element and nothing beside it"))


def _sound_elements(root: etree._Element) -> Iterator[etree._Element]:
    """All elements, each judged before it is given: how many, how deep, what is on it."""
    for count, (element, depth) in enumerate(_walk(root), start=1):
        if count > _MAX_ELEMENTS:
            _refuse(say("at most {most} elements, found more", most=_MAX_ELEMENTS))
        if depth > _MAX_DEPTH:
            _refuse(say("elements nested at most {most} deep, found deeper", most=_MAX_DEPTH))
        if fault := _fault(element):
            _refuse(fault)
        yield element


def _walk(root: etree._Element) -> Iterator[tuple[etree._Element, int]]:
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        yield element, depth
        stack.extend((child, depth + 1) for child in element)


def _fault(element: etree._Element) -> Said | None:
    """What was expected of `element` instead; None when it is as it should be."""
    tag: object = element.tag  # a function for instructions and entities
    if not isinstance(tag, str):
        return say("elements and text only, found an instruction or entity")
    name = tag.rpartition("}")[2]
    if len(element.attrib) > _MAX_ATTRIBUTES:
        return say("at most {most} attributes on <{name}>", most=_MAX_ATTRIBUTES, name=name)
    texts = (element.text or "", element.tail or "", *map(str, element.attrib.values()))
    if any(len(text) > _MAX_TEXT for text in texts):
        return say("texts of at most {most} characters in <{name}>", most=_MAX_TEXT, name=name)
    return None
