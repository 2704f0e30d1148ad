"""The diagrams of a case as the browser draws them: where its tokens stand, which way they came."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lxml import etree

from processes import queries
from processes.xmlreading import BPMN, ZEEBE, read_xml
from webapp import wording


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What the diagram island takes."""

    key: str
    name: str
    version: int
    xml: str
    """With names in the reader's language."""
    states: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]
    """Names by element id."""
    busy: bool
    """A token stands in it."""

    @property
    def xml_id(self) -> str:
        """Id of the script element with the diagram; `states_id` of the one with the states."""
        return f"{self.key}-xml"

    @property
    def states_id(self) -> str:
        return f"{self.key}-states"

    @property
    def in_words(self) -> str:
        """For those who do not see the picture."""
        here = [
            self.names.get(id, "") for id, said in self.states.items() if said["state"] != "passed"
        ]
        if not any(here):
            return _("Diagram of the case. Nothing stands here now.")
        return _("Diagram of the case. It stands at: %(names)s.") % {
            "names": ", ".join(filter(None, here))
        }


def drawings_of(instance_ids: Sequence[int], waiting: Mapping[str, str]) -> list[Drawing]:
    """The diagram in which the case stands first, then those of its instances, the newest
    first, and of what each called; a diagram that comes again is shown as it was last.

    `waiting` says by element id who is waited for.
    """
    found: dict[str, Drawing] = {}
    for instance_id in reversed(instance_ids):
        for drawing in _with_children(queries.diagram(instance_id), waiting):
            found.setdefault(drawing.key, drawing)
    drawings = list(found.values())
    innermost = next((drawing for drawing in reversed(drawings) if drawing.busy), None)
    first = innermost or next(iter(drawings), None)
    return [one for one in (first,) if one] + [one for one in drawings if one is not first]


def _with_children(diagram: queries.Diagram, waiting: Mapping[str, str]) -> Iterator[Drawing]:
    states = dict.fromkeys((*diagram.done, *diagram.flows), "passed")
    states |= dict.fromkeys(diagram.active, "waiting")
    states |= dict.fromkeys(diagram.incidents, "incident")
    labelled = {id: {"state": states[id], "label": waiting.get(id, "")} for id in states}
    xml, names = _in_our_language(diagram.xml)
    yield Drawing(
        key=diagram.process_key,
        name=wording.process(diagram.process_key),
        version=diagram.version,
        xml=xml,
        states=labelled,
        names=names,
        busy=bool(diagram.active),
    )
    for child in diagram.children:
        yield from _with_children(child, waiting)


def _in_our_language(xml: str) -> tuple[str, dict[str, str]]:
    """The diagram with the names its analyst gave for the language, and the names by id."""
    root = read_xml(xml.encode())
    language = get_language() or ""
    names = {}
    for element in root.iter(f"{{{BPMN}}}*"):
        name, id = element.get("name"), element.get("id")
        if name and id:
            names[id] = queries.localised(name, _own_names(element), language)
            element.set("name", names[id])
    return etree.tostring(root, encoding="unicode"), names


def _own_names(element: etree._Element) -> dict[str, str]:
    properties = element.iterfind(
        f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}properties/{{{ZEEBE}}}property"
    )
    return {
        entry.get("name", "").removeprefix("name:"): entry.get("value", "")
        for entry in properties
        if entry.get("name", "").startswith("name:")
    }
