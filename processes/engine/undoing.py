"""Compensation: what was completed is undone by its handlers, the last one first.

A scope keeps a record of its completed activities that have a handler, and of sub-processes
in which some were. Who throws waits until all handlers of that scope have been done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import branches
from .activities import SubProcess
from .merging import Data
from .nodes import ITEM, SEEN
from .patches import Scope, Token

if TYPE_CHECKING:
    from collections.abc import Iterator

HANDLERS = "!"
"""Behind the name of a process: the scope in which its handlers are."""
TODO = "todo"
"""Of who throws: the handlers that are still to be done."""


class Undoing:
    """What a handler does when it is done: lets the next one begin."""

    def done(self, token: Token) -> None:
        """Go on with the next handler, or let who threw go on."""
        scope = token.workflow
        thrower = scope.activity
        assert thrower is not None  # noqa: S101 — such a scope belongs to who threw
        token.internal_data.pop(SEEN, None)
        todo = thrower.internal_data[TODO]
        if not todo:
            scope.instance.finish(scope, token.data)
            return
        newcomer = scope.instance.token(scope, scope.spec.task_specs[todo.pop(0)], token.data)
        branches.replace(token, newcomer)
        begin(newcomer)


def begin(token: Token) -> None:
    """Let the handler at which `token` stands begin."""
    token.internal_data[ITEM] = {}
    token.task_spec._update(token)


class CompensationEvent(SubProcess):
    """Throws compensation, in the flow or at its end, and waits until all is undone."""

    def _run_hook(self, my_task: Token) -> bool | None:
        scope = _undone(my_task)
        only = self.element.compensates
        chosen = [entry for entry in scope.record if only in ("", entry[0])]
        scope.record = [entry for entry in scope.record if entry not in chosen]
        todo = list(_handlers(chosen))
        if not todo:
            return True
        instance = my_task.workflow.instance
        # With what other branches have done: a handler sees what its activity wrote.
        undoing = instance.scope(
            my_task.workflow.spec.handlers, activity=my_task, data=branches.gathered(scope)
        )
        first = undoing.spec.task_specs[todo.pop(0)]
        my_task.internal_data[TODO] = todo
        undoing.task_tree = instance.token(undoing, first, undoing.entry)
        begin(undoing.task_tree)
        return None

    def return_from(self, token: Token, scope: Scope, data: Data) -> None:
        """Go on; all branches learn what the handlers wrote, for some have what is undone."""
        around = _undone(token).task_tree
        if around is not None and data is not scope.entry:
            branches.catch_up(around, scope.entry, data)
        token.complete()


def _undone(thrower: Token) -> Scope:
    """The scope whose activities are undone: an event sub-process undoes those around it."""
    scope = thrower.workflow
    while scope.activity is not None and scope.activity.task_spec.element.triggered_by_event:
        scope = scope.activity.workflow
    return scope


def _handlers(entries: list[Any]) -> Iterator[str]:
    for _, done in reversed(entries):
        if isinstance(done, str):
            yield done
        else:
            yield from _handlers(done)
