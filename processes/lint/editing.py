"""Edits of a drawn file that leave every other byte as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape


@dataclass(frozen=True, order=True)
class Edit:
    """The bytes from `start` to `end` become `text`."""

    start: int
    end: int
    text: bytes = b""


def applied(data: bytes, edits: Iterable[Edit]) -> bytes:
    """`data` with `edits`; of two that touch the same bytes the first one is done."""
    parts, at = [], 0
    for edit in sorted(set(edits)):
        if edit.start >= at:
            parts += [data[at : edit.start], edit.text]
            at = edit.end
    return b"".join([*parts, data[at:]])


@dataclass(eq=False)
class Tag:
    """One element as it is written: where its tags begin and end."""

    name: str
    """Without its prefix."""
    attributes: dict[str, str]
    start: int
    inside: int
    """Behind the first tag."""
    end: int = 0
    """Behind the last tag."""
    children: list[Tag] = field(default_factory=list)

    def below(self) -> Iterator[Tag]:
        """All elements in it."""
        for child in self.children:
            yield child
            yield from child.below()

    def child(self, name: str) -> Tag | None:
        """The first element of this name anywhere in it."""
        return next((tag for tag in self.below() if tag.name == name), None)


class Written:
    """A file whose elements are known by their places. It has been read by `read_xml` before."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._open = [Tag("", {}, 0, 0)]
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._finish
        self._parser.Parse(data, True)
        self.root = self._open[0]
        self._by_id = {tag.attributes["id"]: tag for tag in self.tags() if "id" in tag.attributes}

    def tags(self) -> Iterator[Tag]:
        """All elements, in document order."""
        return self.root.below()

    def tag(self, element_id: str) -> Tag | None:
        """The element of this id."""
        return self._by_id.get(element_id)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        start = self._parser.CurrentByteIndex
        tag = Tag(name.rpartition(":")[2], attributes, start, self._behind(start))
        self._open[-1].children.append(tag)
        self._open.append(tag)

    def _finish(self, _name: str) -> None:
        tag = self._open.pop()
        if self.data[: tag.inside].endswith(b"/>"):
            tag.end = tag.inside
        else:
            tag.end = self._behind(self._parser.CurrentByteIndex)

    def _behind(self, start: int) -> int:
        """Where the tag that begins at `start` ends: a sign in quotes does not end it."""
        found = _TAG.match(self.data, start)
        return found.end() if found else start

    # Edits

    def without_attribute(self, tag: Tag, name: str) -> list[Edit]:
        """Remove an attribute, and the space before it."""
        found = self._attribute(tag, name)
        return [Edit(*found.span())] if found else []

    def with_attribute(self, tag: Tag, name: str, value: str) -> list[Edit]:
        """Give an attribute a value, as its last one if it had none of this name."""
        written = escape(value, {'"': "&quot;"}).encode()
        found = self._attribute(tag, name)
        if found:
            start, end = found.span("value")
            return [Edit(start + 1, end - 1, written)]
        text = self.data[tag.start : tag.inside]
        at = tag.start + len(text.rstrip(b"/>").rstrip())
        return [Edit(at, at, b" " + name.encode() + b'="' + written + b'"')]

    def with_prefix(self, tag: Tag, name: str, prefix: bytes) -> list[Edit]:
        """Put something before the value of an attribute."""
        found = self._attribute(tag, name)
        return [Edit(found.start("value") + 1, found.start("value") + 1, prefix)] if found else []

    def with_text_prefix(self, tag: Tag, prefix: bytes) -> list[Edit]:
        """Put something before the text of an element."""
        found = _LEADING.match(self.data, tag.inside)
        at = found.end() if found else tag.inside
        return [Edit(at, at, prefix)]

    def without(self, tag: Tag) -> list[Edit]:
        """Remove an element, and the space before it."""
        before = self.data[: tag.start]
        return [Edit(len(before.rstrip()), tag.end)]

    def _attribute(self, tag: Tag, name: str) -> re.Match[bytes] | None:
        # One after the other: what looks like an attribute may be the text of another one.
        found = _ATTRIBUTE.finditer(self.data, tag.start, tag.inside)
        return next((each for each in found if each["name"] == name.encode()), None)


_TAG = re.compile(rb"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(rb"\s+(?P<name>[^\s=<>/]+)\s*=\s*(?P<value>\"[^\"]*\"|'[^']*')")
_LEADING = re.compile(rb"\s*(?:<!\[CDATA\[\s*)?")
