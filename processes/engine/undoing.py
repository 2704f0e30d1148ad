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
from .unfinished import left

if TYPE_CHECKING:
    from collections.abc import Iterator

HANDLERS = "!"
"""Behind the name of a process: the scope in which its handlers are."""
Entry = list[Any]
"""Of a record: an activity, its handler or a record of its own, and what was its own if anything.

Its own is what its input mapping made, and the item of a multi-instance activity."""
Handler = str | list[Any]
"""One that is to be done: its name, or a list of that and what it sees beside the variables."""
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
        branches.replace(token, _begin(scope, todo.pop(0), token.data))


def _begin(scope: Scope, handler: Handler, data: Data) -> Token:
    """Let the next handler begin; it sees what was its activity's own around it."""
    name, own = handler if isinstance(handler, list) else (handler, {})
    token = scope.instance.token(scope, scope.spec.task_specs[name], data)
    token.internal_data[ITEM] = own
    token.task_spec._update(token)
    return token


class CompensationEvent(SubProcess):
    """Throws compensation, in the flow or at its end, and waits until all is undone."""

    def _run_hook(self, my_task: Token) -> bool | None:
        scope = _undone(my_task)
        only = self.element.compensates
        chosen = [entry for entry in scope.record if only in ("", entry[0])]
        scope.record = [entry for entry in scope.record if entry not in chosen]
        return self._undo(my_task, scope, list(_handlers(chosen)))

    def _undo(self, thrower: Token, scope: Scope, todo: list[Handler]) -> bool | None:
        """Let the first handler begin; True: there is none."""
        if not todo:
            return True
        # With what other branches have done: a handler sees what its activity wrote.
        undoing = thrower.workflow.instance.scope(
            thrower.workflow.spec.handlers, activity=thrower, data=branches.gathered(scope)
        )
        first = todo.pop(0)
        thrower.internal_data[TODO] = todo
        undoing.task_tree = _begin(undoing, first, undoing.entry)
        return None

    def give_up(self, token: Token, scope: Scope) -> None:
        """Leave what is not undone to whoever throws next: it was completed, and still is."""
        around = _undone(token)
        around.record = [*left(token.internal_data[TODO], scope, around), *around.record]

    def return_from(self, token: Token, scope: Scope, data: Data) -> None:
        """Go on; all branches learn what the handlers wrote, for some have what is undone."""
        around = _undone(token).task_tree
        if around is not None and data is not scope.entry:
            branches.catch_up(around, scope.entry, data)
        token.complete()


class CancelEndEvent(CompensationEvent):
    """Cancels its transaction: all in it ends, what was done is undone, then it is left.

    It is left by its cancel event. Meanwhile nothing else at the transaction is waited for.
    """

    def _run_hook(self, my_task: Token) -> bool | None:
        scope, transaction = my_task.workflow, _transaction(my_task)
        for event in branches.children(transaction):
            transaction.workflow.tasks.pop(event.id)
        transaction._children = []
        todo = list(_handlers(_completed_in(scope)))
        scope.record = []
        my_task.data = branches.gathered(scope)
        scope.instance.clear(scope)
        my_task._parent = None
        scope.tasks[my_task.id] = scope.task_tree = my_task
        return self._undo(my_task, scope, todo)

    def leave(self, token: Token) -> None:
        """Leave the transaction."""
        transaction = _transaction(token)
        for event in transaction.task_spec.boundary_events:
            if event.caught.event == "cancel":
                event.catch_thrown(transaction, {})


def _transaction(cancel: Token) -> Token:
    found = cancel.workflow.activity
    assert found is not None  # noqa: S101 — it is drawn in one
    return found


def _undone(thrower: Token) -> Scope:
    """The scope whose activities are undone: an event sub-process undoes those around it."""
    scope = thrower.workflow
    while scope.activity is not None and scope.activity.task_spec.element.triggered_by_event:
        scope = scope.activity.workflow
    return scope


def _completed_in(scope: Scope) -> list[Entry]:
    """What was completed in `scope`, and in the sub-processes that go on in it."""
    found = list(scope.record)
    for token in branches.leaves(scope):
        inner = scope.instance.scopes.get(token.id)
        if inner is not None and not inner.spec.is_process:
            todo = token.internal_data.get(TODO)
            done = _completed_in(inner) if todo is None else left(todo, inner, _undone(token))
            found.append([token.task_spec.name, done, _own(token)])
    return found


def _own(token: Token) -> Data:
    return token.task_spec.locals_of(token)


def _handlers(entries: list[Entry], around: Data | None = None) -> Iterator[Handler]:
    """The handlers to be done, the last first; each with what it sees beside the variables."""
    for _, done, *rest in reversed(entries):
        own = {**(around or {}), **(rest[0] if rest else {})}
        if isinstance(done, str):
            yield [done, own] if own else done
        else:
            yield from _handlers(done, own)
