"""BPMN errors and escalations: from where they are thrown outward to who catches them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import branches
from .errors import UncaughtBpmnError
from .merging import Data
from .patches import Token

if TYPE_CHECKING:
    from .events import BoundaryEvent
    from .eventsubs import EventSubProcess


def throw_error(token: Token, *, code: str, variables: Data) -> None:
    """Let the nearest event catch error `code`, which `token` threw.

    `token` is an activity, or an error end event in a sub-process or called process.

    Raises:
        UncaughtBpmnError: nobody catches it.
    """
    for activity, event in _catchers(token, kind="error", code=code):
        inside: Token | None = token
        while inside is not None and inside.workflow is not activity.workflow:
            inside.workflow.failed = True
            inside = inside.workflow.activity
        event.catch_thrown(activity, variables)
        return
    raise UncaughtBpmnError(element_id=token.task_spec.name, code=code)


def escalate(token: Token, *, code: str, variables: Data) -> bool:
    """Let the nearest event catch escalation `code`; if none does, nothing happens.

    False: `token` is gone, because what it belonged to was interrupted.
    """
    for activity, event in _catchers(token, kind="escalation", code=code):
        event.catch_thrown(activity, variables)
        return not event.caught.interrupting
    return True


def end_scope(token: Token) -> None:
    """Cancel everybody else in the scope of `token`; what they have done so far remains."""
    token.workflow.instance.finish(token.workflow, branches.gathered(token.workflow))


def _catchers(
    token: Token, *, kind: str, code: str
) -> Iterator[tuple[Token, BoundaryEvent | EventSubProcess]]:
    activity: Token | None = token
    while activity is not None:
        attached = [
            event
            for event in activity.task_spec.boundary_events
            if event.caught.event == kind and event.caught.code in (code, "")
        ]
        around = [
            event
            for event in _around(activity)
            if event.caught.event == kind and event.caught.code in (code, "")
        ]
        # The event that names the code comes before the one that catches all.
        attached.sort(key=lambda event: event.caught.code == "")
        around.sort(key=lambda event: event.caught.code == "")
        yield from ((activity, event) for event in (*attached, *around))
        activity = activity.workflow.activity


def _around(activity: Token) -> tuple[EventSubProcess, ...]:
    """The event sub-processes that may catch what `activity` threw, or what left it.

    None catches what it threw itself, nor any after one has interrupted the scope or it was
    cancelled.
    """
    scope = activity.workflow
    root = scope.task_tree
    begun = root is not None and not branches.is_fork(root) and root.task_spec
    if begun and begun.element.triggered_by_event and begun.caught.interrupting:
        return ()
    if begun and begun.element.event == "cancel":
        return ()
    return tuple(node for node in scope.spec.event_subs if node is not activity.task_spec)
