"""What begins cases by itself: the moments and messages at the start events of a process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import cycles
from .errors import CannotProceed
from .events import StartEvent, moment
from .moments import from_number, to_number
from .parsing import Spec
from .types import Environment


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """One start event that waits, outside of any instance: for a message or a moment."""

    element_id: str
    message: str = ""
    due_at: datetime | None = None
    rhythm: tuple[Any, ...] | None = None
    """Of a cycle: how it goes on, for `next_beginning`. Plain JSON."""


def beginnings(spec: Spec, environment: Environment) -> tuple[Beginning, ...]:
    """What begins instances of the process from now on, in the order drawn.

    Raises:
        CannotProceed: a value gives no moment, or no message name.
    """
    nodes = spec.scopes[spec.process_id].task_specs.values()
    return tuple(
        _beginning(node, environment)
        for node in nodes
        if isinstance(node, StartEvent) and node.element.event != "none"
    )


def next_beginning(
    due_at: datetime, rhythm: tuple[Any, ...], now: datetime
) -> tuple[datetime, tuple[Any, ...]] | None:
    """The next moment of a cycle after `now`, and how it goes on; None: no more.

    `due_at` has come. One beginning stands for all that were missed meanwhile.

    Raises:
        CannotProceed: the next moment would be after the year 9999.
    """
    try:
        found = cycles.following(to_number(due_at), list(rhythm), to_number(now))
    except ValueError as error:
        raise CannotProceed(str(error)) from error
    return None if found is None else (from_number(found[0]), tuple(found[1]))


def _beginning(node: StartEvent, environment: Environment) -> Beginning:
    element = node.element
    if element.event == "message":
        name = node.message.string({}, environment)
        return Beginning(element_id=element.id, message=name)
    text = node.timer.string({}, environment)
    if element.timer_kind != "cycle":
        due = moment(text, node.timer, environment)
        return Beginning(element_id=element.id, due_at=from_number(due))
    try:
        due, rhythm = cycles.begin(text, environment.now)
    except ValueError as error:
        raise CannotProceed(f"{element.timer}: {error}", element_id=element.id) from error
    return Beginning(element_id=element.id, due_at=from_number(due), rhythm=tuple(rhythm))
