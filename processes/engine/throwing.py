"""BPMN errors and escalations: from where they are thrown outward to who catches them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .errors import UncaughtBpmnError
from .merging import Data
from .patches import Token
from .types import Outcome

if TYPE_CHECKING:
    from .events import BoundaryEvent


def throw_error(token: Token, *, code: str, variables: Data) -> None:
    """Let the nearest boundary event catch error `code`, which `token` threw.

    `token` is an activity, or an error end event in a sub-process or called process.

    Raises:
        UncaughtBpmnError: nobody catches it.
    """
    for activity, event in _catchers(token, kind="error", code=code):
        interrupt(activity, event, variables, outcome=Outcome.ERROR)
        return
    raise UncaughtBpmnError(element_id=token.task_spec.name, code=code)


def escalate(token: Token, *, code: str, variables: Data) -> bool:
    """Let the nearest boundary event catch escalation `code`; if none does, nothing happens.

    False: `token` is gone, because what it belonged to was interrupted.
    """
    for activity, event in _catchers(token, kind="escalation", code=code):
        if event.element.interrupting:
            interrupt(activity, event, variables, outcome=Outcome.CANCELLED)
            return False
        newcomer = activity.workflow.instance.token(
            activity.workflow, event, activity.data, parent=activity
        )
        event.catch_beside(activity, newcomer, variables)
        return True
    return True


def interrupt(activity: Token, event: BoundaryEvent, variables: Data, *, outcome: Outcome) -> None:
    """End `activity` and go on at the boundary `event`, which is not armed for it."""
    instance = activity.workflow.instance
    newcomer = instance.token(activity.workflow, event, activity.data, parent=activity)
    event.catch_instead(activity, newcomer, variables, outcome=outcome)


def end_scope(token: Token) -> None:
    """Cancel everybody else in the scope of `token`, and let the scope end with its variables."""
    token.workflow.instance.finish(token.workflow, token.data)


def _catchers(token: Token, *, kind: str, code: str) -> Iterator[tuple[Token, BoundaryEvent]]:
    activity: Token | None = token
    while activity is not None:
        catching = [
            event
            for event in activity.task_spec.boundary_events
            if event.element.event == kind and event.element.code in (code, "")
        ]
        # The event that names the code comes before the one that catches all.
        catching.sort(key=lambda event: event.element.code == "")
        yield from ((activity, event) for event in catching)
        activity = activity.workflow.activity
