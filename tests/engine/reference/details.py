"""What one drawn element says of itself, in the words of sketches: its event, timer, loop.

How elements stand in one another, and which way tokens go, is read in `sketching`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from processes.xmlreading import BPMN, ZEEBE
from tests.engine.reference.sketch import CONSTANTS, Condition, Loop

_EVENTS = ("timer", "message", "signal", "error", "escalation", "compensate", "link", "terminate")
_MINUTES = re.compile(r"(?:R(\d*)/)?PT(?:(\d{1,4})H)?(?:(\d{1,6})M)?")
_FOR_EVER = 1_000_000


class Unknown(Exception):
    """Something is drawn that sketches do not know."""


def local(node: etree._Element) -> str:
    return etree.QName(node).localname


def yes(node: etree._Element, name: str, default: str) -> bool:
    return node.get(name, default) in ("true", "1")


def expect(holds: object) -> None:
    if not holds:
        raise Unknown


def condition_of(node: etree._Element | None) -> Condition | None:
    """Conditions are about what never changes: which way was drawn first says the rest."""
    if node is None:
        return None
    match = re.fullmatch(r"=\s*(k\d) = (\d)\s*", "".join(node.itertext()).strip())
    expect(match and match[1] in CONSTANTS)
    assert match is not None
    return Condition(variable=match[1], values=(int(match[2]),))


class Details:
    """Reads elements of one file, and what they refer to in it."""

    def __init__(self, root: etree._Element) -> None:
        self.declared = {node.get("id"): node for node in root if node.get("id")}

    def event(self, node: etree._Element, kind: str) -> dict[str, Any]:
        if not kind.endswith("Event"):
            return {}
        (definition,) = [n for n in node if local(n).endswith("EventDefinition")] or [None]
        if definition is None:
            return {}
        event = local(definition).removesuffix("EventDefinition")
        throws = kind in ("intermediateThrowEvent", "endEvent")
        expect(event in _EVENTS and not (event == "message" and throws))
        kept = "cancelActivity" if kind == "boundaryEvent" else "isInterrupting"
        fields: dict[str, Any] = {"event": event, "interrupting": yes(node, kept, "true")}
        if event == "timer":
            return fields | self._timer(definition)
        names: Mapping[str, Callable[[], str]] = {
            "compensate": lambda: definition.get("activityRef", ""),
            "link": lambda: definition.get("name", ""),
            "terminate": lambda: "",
        }
        found = names[event]() if event in names else self.called(definition, event)
        return fields | {"name": found}

    def called(self, node: etree._Element, kind: str) -> str:
        """The name, or code, of what `node` refers to; of a message, its key is a plain text."""
        declared = self.declared.get(node.get(f"{kind}Ref"))
        if declared is None:
            return ""
        if kind == "message":
            found = declared.find(f".//{{{ZEEBE}}}subscription")
            expect(found is None or not found.get("correlationKey", "=").startswith("="))
        name = "name" if kind in ("message", "signal") else f"{kind}Code"
        expect(not declared.get(name, "").startswith("="))
        return declared.get(name, "")

    def _timer(self, definition: etree._Element) -> dict[str, int]:
        text = "".join(definition.itertext()).strip()
        match = _MINUTES.fullmatch(text)
        expect(match)
        assert match is not None
        minutes = 60 * int(match[2] or 0) + int(match[3] or 0)
        expect(minutes)
        repeats = 0 if match[1] is None else int(match[1] or _FOR_EVER)
        return {"minutes": minutes, "repeats": repeats}

    def extensions(self, node: etree._Element, kind: str) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for each in node.findall(f"{{{BPMN}}}extensionElements/*"):
            if local(each) == "calledElement" and kind == "callActivity":
                shares = [
                    yes(each, f"propagateAll{whose}Variables", "true")
                    for whose in ("Parent", "Child")
                ]
                fields = {"called": each.get("processId", ""), "shares": tuple(shares)}
            else:
                expect(local(each) in ("taskDefinition", "properties"))
        return fields

    def loop(self, marker: etree._Element, name: str) -> Loop:
        found = marker.find(f".//{{{ZEEBE}}}loopCharacteristics")
        expect(found is not None and set(map(local, marker)) == {"extensionElements"})
        items = re.fullmatch(r"=\[([\d, ]*)\]", found.get("inputCollection", ""))
        expect(items and found.get("inputElement") == f"it_{name}")
        expect(found.get("outputCollection") is None)
        assert items is not None
        return Loop(
            items=tuple(int(item) for item in items[1].split(",") if item.strip()),
            sequential=yes(marker, "isSequential", "false"),
        )
