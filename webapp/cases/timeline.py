"""The history of a case in words: who did what, when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from processes import queries
from webapp import wording

Text = str | Promise


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    actor: str
    label: Text
    detail: Text = ""
    css: str = ""


_KINDS: dict[str, tuple[Text, str]] = {
    "process_started": (_("The case began"), "af-strong"),
    "task_claimed": (_("Task claimed"), "af-minor"),
    "task_released": (_("Task given back"), "af-minor"),
    "task_assigned": (_("Task handed over"), "af-minor"),
    "task_completed": (_("Task done"), "af-strong"),
    "job_completed": (_("Step done"), "af-minor"),
    "error_thrown": (_("Refused"), "af-bad"),
    "message_delivered": (_("News arrived"), "af-strong"),
    "timer_fired": (_("Time ran out"), "af-strong"),
    "case_modified": (_("Tokens were moved by hand"), "af-bad"),
    "case_migrated": (_("The case goes on with another version"), "af-strong"),
    "process_cancelled": (_("The case was cancelled"), "af-bad"),
    "incident_raised": (_("Stuck"), "af-bad"),
    "incident_resolved": (_("Tried again"), "af-strong"),
}


def entries_of(events: Iterable[queries.EventRow]) -> list[Entry]:
    """The lines of the timeline, newest first."""
    return [_entry(event) for event in reversed(list(events))]


def _entry(event: queries.EventRow) -> Entry:
    label, css = _KINDS.get(event.kind, (event.kind.replace("_", " "), ""))
    detail = wording.named(event) if event.element_id else ""
    if event.kind == "process_started":
        detail = ""
    return Entry(at=event.at, actor=event.actor, label=label, detail=detail, css=css)
