"""The models of a folder, each with the files it needs: what it calls and what it decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from processes.xmlreading import BPMN, MAX_BYTES, XmlRefused, read_xml

_MODELS = (".bpmn", ".xml")
_DECISIONS = ".dmn"
_CALLED = {"callActivity": "calledElement", "calledElement": "processId"}
_DECIDED = {"calledDecision": "decisionId"}


@dataclass(frozen=True)
class Model:
    """One file to be judged."""

    name: str
    """Its path in the folder."""
    data: bytes
    beside: Mapping[str, bytes]
    """Files of the folder that it needs, by name."""
    fault: str = ""
    """Why it cannot be read at all."""


def models_in(folder: Path) -> Iterator[Model]:
    """All models below `folder`, in the order of their names.

    What a model calls or decides is taken from the folder when the file itself does not have
    it: from the file next to it, whose name is most like its own.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (*_MODELS, _DECISIONS))
    shelf = _Shelf(folder, paths)
    for path in paths:
        if path.suffix in _MODELS and not path.is_dir():
            yield shelf.model(path)


class _Shelf:
    """The files of one folder, and where each process and decision is to be found."""

    def __init__(self, folder: Path, paths: Sequence[Path]) -> None:
        self._folder = folder
        self._places: dict[str, list[Path]] = {}
        for path in paths:
            for name in _names(_read(path)[0]):
                self._places.setdefault(name, []).append(path)

    def model(self, path: Path) -> Model:
        data, fault = _read(path)
        found: dict[Path, bytes] = {path: data}
        pending = [data]
        while pending:
            text = pending.pop()
            known = {name for each in found.values() for name in _names(each)}
            for wanted in _needs(text) - known:
                other = self._nearest(path, self._places.get(wanted, ()))
                if other is not None and other not in found:
                    found[other] = _read(other)[0]
                    pending.append(found[other])
        beside = {self._name(other): each for other, each in found.items() if other != path}
        return Model(self._name(path), data, beside, fault)

    def _name(self, path: Path) -> str:
        return path.relative_to(self._folder).as_posix()

    def _nearest(self, path: Path, places: Iterable[Path]) -> Path | None:
        near = [place for place in places if place.parent == path.parent]
        return max(near, key=lambda place: _alike(place.name, path.name), default=None)


def _alike(one: str, other: str) -> int:
    """How many letters they have in common from the beginning."""
    return next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1),
        min(len(one), len(other)),
    )


def _read(path: Path) -> tuple[bytes, str]:
    """Its bytes, one more at the most than a diagram may have; or why there are none."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1), ""
    except OSError as error:
        return b"", f"Expected a file that can be read, found: {error.strerror}"


def _elements(data: bytes) -> Iterator[etree._Element]:
    with suppress(XmlRefused):
        yield from read_xml(data, strangers=True).iter(etree.Element)


def _names(data: bytes) -> set[str]:
    """The processes and decisions that are drawn in `data`."""
    drawn = ("process", "decision")
    return {n.get("id", "") for n in _elements(data) if etree.QName(n).localname in drawn}


def _needs(data: bytes) -> set[str]:
    """The processes and decisions that are named in `data`."""
    found = set()
    for node in _elements(data):
        name = etree.QName(node)
        wanted = _CALLED if name.namespace == BPMN or "zeebe" in str(name.namespace) else {}
        attribute = (wanted | _DECIDED).get(name.localname)
        if attribute and node.get(attribute):
            found.add(node.get(attribute, "").rpartition(":")[2])
    return found
