"""The one door for uploaded XML: what is not a drawn diagram does not come in."""

from __future__ import annotations

from pathlib import Path

import pytest

from processes.xmlreading import BPMN, XmlRefused, read_xml
from tests.engine.diagrams import Drawing

REPOSITORY = Path(__file__).parents[2]
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def text(inner: str = "", head: str = "", attributes: str = "") -> bytes:
    return f'{head}<definitions xmlns="{BPMN}" {attributes}>{inner}</definitions>'.encode()


@pytest.mark.parametrize("file", [*REPOSITORY.glob("bpmn/*.bpmn"), *REPOSITORY.glob("bpmn/*.dmn")])
def test_what_the_modeler_writes_is_read(file: Path) -> None:
    assert read_xml(file.read_bytes()).tag.endswith("definitions")


def test_comments_are_no_part_of_the_text() -> None:
    root = read_xml(text("<process>=a<!-- or b --> and c<![CDATA[ < d]]></process>"))

    assert root[0].text == "=a and c < d"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "well-formed XML"),
        (b"<a", "well-formed XML"),
        (text() + text(), "well-formed XML"),
        (text(head='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "document type"),
        (text(head=f"<!DOCTYPE d [<!ENTITY l0 'ha'>{_LAUGHS}]>"), "document type"),
        (text(head="<!doctype d>"), "document type"),
        (text("&x;"), "well-formed XML"),
        (text(head='<?xml-stylesheet href="x"?>'), "nothing beside it"),
        (text("<?php x ?>"), "elements and text only"),
        (text(head='<?xml version="1.0" encoding="UTF-7"?>'), "encoding UTF-8, found utf-7"),
        (text().decode().encode("utf-16"), "UTF-8, found other bytes"),
        (b"\xff" + text(), "UTF-8, found other bytes"),
        (text("\x00"), "well-formed XML"),
        (text('<x xmlns="http://www.w3.org/2001/XInclude"/>'), "as bpmn.io tools write them"),
        (text('<x xmlns=""/>'), "as bpmn.io tools write them"),
        (text("<process>" * 64 + "</process>" * 64), "nested at most 64 deep"),
        (text("<process/>" * 20_000), "at most 20000 elements"),
        (text(f"<process>{'x' * 70_000}</process>"), "at most 65536 characters"),
        (text(attributes=f'name="{"x" * 70_000}"'), "at most 65536 characters"),
        (text(attributes=" ".join(f'a{n}="1"' for n in range(65))), "at most 64 attributes"),
        (text(attributes=" ".join(f'xmlns:a{n}="u"' for n in range(65))), "at most 64 names"),
        (text("x" * 2_000_000), "at most 2000000 bytes"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(XmlRefused, match=sentence):
        read_xml(data)


def test_a_byte_order_mark_is_no_harm() -> None:
    assert read_xml(b"\xef\xbb\xbf" + Drawing().start().end().xml()) is not None
