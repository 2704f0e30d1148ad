"""What screens know of a definition's diagrams, made at deployment. Pure.

Screens read this instead of the engine's spec, which is dear to make and says nothing of
names in other languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .engine import Spec

_NAME_IN = "name:"
"""Properties such as `name:zh_Hans` hold an element's name in another language."""


@dataclass(frozen=True, kw_only=True)
class DrawnElement:
    """An element as people know it."""

    id: str
    type: str
    name: str
    """As drawn; the id when the analyst gave none."""
    names: Mapping[str, str]
    """In other languages, e.g. `zh_Hans`."""
    process_key: str
    called_process: str
    parent_id: str
    calls: tuple[str, ...] = ()

    @property
    def callees(self) -> tuple[str, ...]:
        """Keys of the processes that may be called here; old drawings name but one."""
        return tuple(self.calls) or ((self.called_process,) if self.called_process else ())


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All elements and flows of a process and of those it calls."""

    elements: Mapping[str, DrawnElement]
    flows: tuple[tuple[str, str, str], ...]
    """Id, source and target of each sequence flow."""

    def name_of(self, element_id: str) -> str:
        found = self.elements.get(element_id)
        return found.name if found else element_id


def as_json(spec: Spec) -> dict[str, Any]:
    """The drawing of a spec, to be stored with its definition."""
    elements = [
        {
            "id": element.id,
            "type": element.type,
            "name": element.name or element.id,
            "names": {
                name.removeprefix(_NAME_IN): value
                for name, value in element.properties.items()
                if name.startswith(_NAME_IN)
            },
            "process_key": element.process_id,
            "called_process": element.called_process,
            "parent_id": element.parent_id,
            "calls": list(element.calls),
        }
        for element in spec.elements
    ]
    flows = [[flow.id, flow.source, flow.target] for flow in spec.flows]
    return {"elements": elements, "flows": flows}


def from_json(stored: Mapping[str, Any]) -> Drawing:
    """The drawing as it was stored."""
    return Drawing(
        elements={row["id"]: DrawnElement(**row) for row in stored["elements"]},
        flows=tuple((id, source, target) for id, source, target in stored["flows"]),
    )


def localised(name: str, names: Mapping[str, str], language: str) -> str:
    """The name in `language` (`zh-hans` as Django writes it), or as drawn."""
    wanted = language.lower().replace("-", "_")
    return next((text for tag, text in names.items() if tag.lower() == wanted), name)
