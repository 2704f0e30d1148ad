"""Items of a multi-instance activity that nobody acts on: they stay the bytes they were read from.

A thousand people may be asked at once; an act touches one of them. In the scope of such an
activity the branches at rest are kept as lines, each with all that a token is, in the order
of their youngest tokens. Asking for one by its id wakes that one; whoever asks for the
branches as such (`branches.children`) wakes all. What is not waited for by its id never
sleeps: moments, signals and conditions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from . import branches
from .asleep import opened
from .events import MESSAGE
from .merging import difference, patched
from .patches import Scope, Token

_BEGIN = b"\n"
"""Before each line: no JSON text has it inside."""


class Sleepers:
    """Those of one scope."""

    def __init__(self, scope: Scope, raw: bytes) -> None:
        self._scope = scope
        self.raw = raw

    @property
    def several(self) -> bool:
        """Whether they are more than one."""
        return self.raw.find(_BEGIN, 1) > 0

    def wake(self, token_id: str) -> None:
        """Wake the branch in which `token_id` is, if there is one."""
        if token_id.isascii() and token_id.isalnum():
            number = int(token_id, 36)
            start = _first_from(self.raw, number)
            if start < len(self.raw) and _number(self.raw, start) == number:
                self._wake_at(start)

    def wake_youngest(self, than: int) -> None:
        """Wake the youngest of all if it is younger than `than`."""
        start = self.raw.rfind(_BEGIN)
        if start >= 0 and _number(self.raw, start) > than:
            self._wake_at(start)

    def wait_for(self, message: Sequence[str]) -> bool:
        """Whether one of them may wait for the message of this name and key."""
        return orjson.dumps({MESSAGE: message})[1:-1] in self.raw

    def wake_all(self) -> None:
        """Let nobody sleep in the scope."""
        scope, fork = self._scope, self._scope.task_tree
        scope.asleep = None
        for row in orjson.loads(b"[%b]" % self.raw[1:].replace(_BEGIN, b",")):
            self._awake(row)
        if fork is not None:
            fork._children.sort(key=lambda child: scope.tasks[child].number)

    def _wake_at(self, start: int) -> None:
        end = self.raw.find(_BEGIN, start + 1)
        end = len(self.raw) if end < 0 else end
        row = orjson.loads(self.raw[start:end])
        self.raw = self.raw[:start] + self.raw[end:]
        self._awake(row)
        if not self.raw:
            self._scope.asleep = None

    def _awake(self, row: list[Any]) -> None:
        scope, fork = self._scope, self._scope.task_tree
        assert fork is not None  # noqa: S101 — it is what they are branches of
        token_id, state, internals, *change = row
        token = Token(
            scope,
            scope.spec.start_node,
            token_id=token_id,
            parent=fork,
            data=patched(fork.data, change[0] if change else None),
            state=state,
        )
        token.internal_data = internals
        scope.instance.note(token)


def may_sleep(scope: Scope) -> bool:
    """Whether the branches of `scope` are kept as lines."""
    root = scope.task_tree
    return bool(scope.spec.sleeps) and root is not None and branches.is_fork(root)


def lines(scope: Scope) -> bytes:
    """All branches of `scope`, those that sleep and those that do not."""
    fork = scope.task_tree
    assert fork is not None  # noqa: S101 — the caller has asked `may_sleep`
    raw = scope.asleep.raw if scope.asleep is not None else b""
    youngest = _number(raw, raw.rfind(_BEGIN)) if raw else 0
    behind: list[bytes] = []
    for token in sorted((scope.tasks[child] for child in fork._children), key=_by_number):
        line = _BEGIN + orjson.dumps(_row(token, fork))
        if token.number > youngest:
            behind.append(line)
        else:
            raw = _inserted(raw, token.number, line)
    return raw + b"".join(behind)


def _row(token: Token, fork: Token) -> list[Any]:
    row = [token.id, token._state, token.internal_data]
    change = difference(fork.data, token.data)
    if change is None:
        return row
    # In the order of their names: it must not depend on who was awake in between.
    changed = opened({name: change[0][name] for name in sorted(change[0])})
    return [*row, [changed, *change[1:]]]


def _inserted(raw: bytes, number: int, line: bytes) -> bytes:
    at = _first_from(raw, number)
    return raw[:at] + line + raw[at:]


def _first_from(raw: bytes, number: int) -> int:
    """Where the first line begins whose number is not below `number`; else the end."""
    low, high = 0, len(raw)
    while low < high:
        middle = raw.rfind(_BEGIN, low, (low + high) // 2 + 1)
        if _number(raw, middle) < number:
            low = raw.find(_BEGIN, middle + 1, high)
            low = high if low < 0 else low
        else:
            high = middle
    return low


def _number(raw: bytes, start: int) -> int:
    """Of the token with whose id the line at `start` begins."""
    begin = start + 3
    return int(raw[begin : raw.index(b'"', begin)], 36)


def _by_number(token: Token) -> int:
    return token.number
