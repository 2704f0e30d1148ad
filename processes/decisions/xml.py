"""The parts of a DMN file that a reader asks for again and again."""

from __future__ import annotations

from lxml import etree

from processes.xmlreading import DMN

Element = etree._Element


def children(element: Element, name: str) -> list[Element]:
    return list(element.findall(f"{{{DMN}}}{name}"))


def child(element: Element, name: str) -> Element | None:
    return element.find(f"{{{DMN}}}{name}")


def local_name(element: Element) -> str:
    return str(etree.QName(element).localname)


def text_of(element: Element) -> str:
    """The FEEL in `element`."""
    return (element.findtext(f"{{{DMN}}}text") or "").strip()
