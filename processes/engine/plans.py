"""What a surgery would do: the same step, compared with how the instance stands before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .errors import BadState, EngineError
from .types import Passage, Step, Wait


@dataclass(frozen=True, kw_only=True)
class Alteration:
    """One thing that is waited for before and after, but not in the same way."""

    before: Wait
    after: Wait

    @property
    def due(self) -> tuple[datetime | None, datetime | None]:
        """When it was due, and when it is due after it."""
        return self.before.due_at, self.after.due_at


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All that an act would change, or why it is refused. Nothing has changed yet."""

    closed: tuple[Wait, ...] = ()
    """What is waited for now, but not after it."""
    opened: tuple[Wait, ...] = ()
    """What is waited for after it, but not now."""
    altered: tuple[Alteration, ...] = ()
    """What goes on in another way: another element, name, form or moment."""
    passages: tuple[Passage, ...] = ()
    """The elements that tokens would leave, oldest first."""
    ended: bool = False
    """Whether nothing would be left to wait for."""
    refusals: tuple[str, ...] = ()
    """Why it cannot be done, one sentence each; then all else is empty."""


def compared(before: Step, after: Step) -> Plan:
    """What `after` changes of `before`."""
    old = {(wait.kind, wait.token_id): wait for wait in before.waits}
    new = {(wait.kind, wait.token_id): wait for wait in after.waits}
    return Plan(
        closed=tuple(wait for key, wait in old.items() if key not in new),
        opened=tuple(wait for key, wait in new.items() if key not in old),
        altered=tuple(
            Alteration(before=old[key], after=wait)
            for key, wait in new.items()
            if key in old and old[key] != wait
        ),
        passages=after.passages,
        ended=after.ended,
    )


def planned(before: Step, act: Callable[[], Step]) -> Plan:
    """What `act` would change of `before`, or why it refuses.

    Raises:
        BadState: the state was altered or is not of this definition.
    """
    try:
        return compared(before, act())
    except BadState:
        raise
    except EngineError as error:
        return Plan(refusals=getattr(error, "sentences", (str(error),)))
