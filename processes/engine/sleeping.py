"""Items of a multi-instance activity that nobody acts on: they stay the bytes they were read from.

A thousand people may be asked at once; an act touches one of them. In the scope of such an
activity the branches at rest are kept as `lines`, each with all that stands in it: a token,
and the sub-process that goes on in it. Who asks for a token by its id wakes its branch, and
so does a moment that has come; whoever asks for the branches as such (`branches.children`)
wakes all. Nobody sleeps in an activity in which somebody waits for a condition.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from . import branches, lines
from .asleep import as_list
from .events import MESSAGE
from .patches import Scope, Token

if TYPE_CHECKING:
    from .instance import Instance

Revive = Callable[[Scope, Token, list[Any]], None]
"""Makes a branch of a scope, below its fork, from its row."""


class Sleepers:
    """Those of one scope."""

    def __init__(
        self, scope: Scope, raw: bytes, revive: Revive, *, due: int = 0, changed: bool = False
    ) -> None:
        self._scope = scope
        self._revive = revive
        self.raw = raw
        self.due = due
        """The first moment that somebody in them waits for; 0: nobody does."""
        self.changed = changed
        """Whether somebody in them may have other variables than those around him."""

    @property
    def several(self) -> bool:
        """Whether they are more than one."""
        return self.raw.find(lines.BEGIN, 1) > 0

    def wake(self, token_id: str) -> bool:
        """Wake the branch in which `token_id` may be; False: there is none."""
        start = lines.naming(self.raw, token_id)
        return self._wake_at([start] if start >= 0 else [])

    def wake_youngest(self, than: int) -> bool:
        """Wake the branch with the youngest token if it is younger than `than`."""
        younger = lines.last(self.raw) > than
        return self._wake_at([self.raw.rfind(lines.BEGIN)] if younger else [])

    def wake_due(self, now: int) -> bool:
        """Wake the branches in which somebody has waited until `now`; False: nobody has."""
        return self._wake_at(lines.until(self.raw, now) if 0 < self.due <= now else [])

    def wait_for(self, message: Sequence[str]) -> bool:
        """Whether one of them may wait for the message of this name and key."""
        return orjson.dumps({MESSAGE: message})[1:-1] in self.raw

    def wake_all(self) -> None:
        """Let nobody sleep in the scope."""
        for row in orjson.loads(as_list(self.raw)):
            self._awake(row)
        self._end()

    def _wake_at(self, starts: list[int]) -> bool:
        """Wake those whose lines begin there, told from the last to the first."""
        for start in starts:
            line, self.raw = lines.taken(self.raw, start)
            self._awake(orjson.loads(line))
        if starts and self.due:
            self.due = lines.first_due(self.raw, self.due)
        if not self.raw:
            self._end()
        return bool(starts)

    def _end(self) -> None:
        """Nobody sleeps any more: the branches stand in their order again."""
        scope, fork = self._scope, self._scope.task_tree
        scope.asleep = None
        if fork is not None:
            fork._children.sort(key=lambda child: scope.tasks[child].number)

    def _awake(self, row: list[Any]) -> None:
        fork = self._scope.task_tree
        assert fork is not None  # noqa: S101 — it is what they are branches of
        self._revive(self._scope, fork, row)


def may_sleep(scope: Scope) -> bool:
    """Whether the branches of `scope` are kept as lines."""
    root = scope.task_tree
    return bool(scope.spec.sleeps) and root is not None and branches.is_fork(root)


def of(instance: Instance) -> list[Sleepers]:
    """All in `instance`."""
    return [scope.asleep for scope in instance.scopes.values() if scope.asleep is not None]


def wake(instance: Instance, token_id: str) -> bool:
    """Wake those who may be `token_id`, or have it inside; False: there are none left."""
    known = token_id.isascii() and token_id.isalnum() and int(token_id, 36) <= instance.counter
    return known and any(sleepers.wake(token_id) for sleepers in of(instance))


def wake_youngest(instance: Instance, than: int) -> bool:
    """Wake those who are younger than `than`; False: there were none."""
    return any(sleepers.wake_youngest(than) for sleepers in of(instance))


def wake_due(instance: Instance, now: int) -> None:
    """Wake all who have waited until `now`."""
    while any(sleepers.wake_due(now) for sleepers in of(instance)):
        pass


def wake_changed(instance: Instance) -> None:
    """Wake all who may have other variables than those around them."""
    while changed := [sleepers for sleepers in of(instance) if sleepers.changed]:
        for sleepers in changed:
            sleepers.wake_all()


def wake_all(instance: Instance) -> None:
    """Let nobody sleep."""
    while found := of(instance):
        for sleepers in found:
            sleepers.wake_all()
