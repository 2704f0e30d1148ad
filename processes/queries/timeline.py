"""What happened to a case, from its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processes.drawn import Drawing
from processes.history import Kind
from processes.models import HistoryEvent

from .drawings import drawing_of


@dataclass(frozen=True, kw_only=True)
class PassageRow:
    """A token left an element."""

    element_id: str
    name: str
    names: Mapping[str, str]
    type: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """One change of a case."""

    seq: int
    at: datetime
    actor: str
    via: str
    kind: str
    """A `history.Kind`."""
    element_id: str
    element_name: str
    names: Mapping[str, str]
    outcome: str
    """How the token left the element: `completed`, `cancelled`, `error`; else empty."""
    note: Mapping[str, Any]
    changes: Mapping[str, Mapping[str, Any]]
    """Changed variables: name → `before`, `after`."""
    passages: tuple[PassageRow, ...]
    """All elements that tokens left in this change, oldest first."""


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """What a person filled in."""

    at: datetime
    actor: str
    element_id: str
    output: Mapping[str, Any]


def answers(business_key: str, element_id: str) -> list[AnswerRow]:
    """What was answered at a user task of the case, in a process it calls too, oldest first."""
    events = HistoryEvent.objects.filter(
        instance__business_key=business_key, kind=Kind.TASK_COMPLETED, element_id=element_id
    )
    rows = events.order_by("instance_id", "seq").values_list("at", "actor", "body")
    return [
        AnswerRow(at=at, actor=actor, element_id=element_id, output=_output(json.loads(body)))
        for at, actor, body in rows
    ]


def _output(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found = body.get("act", {}).get("args", {}).get("output", {})
    return found if isinstance(found, dict) else {}


def timeline(instance_id: int, *, after: int = 0, limit: int = 200) -> list[EventRow]:
    """Events of a case after the one with number `after`, oldest first."""
    events = (
        HistoryEvent.objects.filter(instance_id=instance_id, seq__gt=after)
        .order_by("seq")
        .values_list("seq", "at", "body", "instance__definition_id")[:limit]
    )
    return [
        _event_row(seq, at, json.loads(body), drawing_of(definition_id))
        for seq, at, body, definition_id in events
    ]


def _event_row(seq: int, at: datetime, body: Mapping[str, Any], drawing: Drawing) -> EventRow:
    element_id = body.get("element", "")
    passages = tuple(_passage_row(row, drawing) for row in body.get("passages", ()))
    left = next((one for one in passages if one.element_id == element_id), None)
    drawn = drawing.elements.get(element_id)
    return EventRow(
        seq=seq,
        at=at,
        actor=body["actor"]["name"],
        via=body["actor"]["via"],
        kind=body["kind"],
        element_id=element_id,
        element_name=drawn.name if drawn else element_id,
        names=drawn.names if drawn else {},
        outcome=left.outcome if left else "",
        note=body.get("note", {}),
        changes=body.get("changes", {}),
        passages=passages,
    )


def _passage_row(row: list[str], drawing: Drawing) -> PassageRow:
    element_id, type_, outcome, name = row
    drawn = drawing.elements.get(element_id)
    return PassageRow(
        element_id=element_id,
        name=name,
        names=drawn.names if drawn else {},
        type=type_,
        outcome=outcome,
    )
