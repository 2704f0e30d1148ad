"""Standard loops: one activity, again and again while a condition holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processes.sentences import say

from . import branches
from .errors import CannotProceed
from .expressions import Compiler
from .loops import COUNTER, KEPT
from .merging import Data
from .nodes import ITEM, SEEN
from .patches import Scope, TaskState, Token
from .types import Element, Loop

if TYPE_CHECKING:
    from .nodes import Node


class Turns:
    """What an activity does turn by turn; belongs to body and node, as `Each` does."""

    def __init__(self, element: Element, loop: Loop, compiler: Compiler) -> None:
        self._test_before = loop.test_before
        self._maximum = int(loop.maximum) if loop.maximum.isdecimal() else 0
        what = say("the loop condition")
        self._again = (
            compiler.formula(element.id, loop.condition, what=what) if loop.condition else None
        )
        self.node: Node
        """Where the work of each turn is done."""

    def begin(self, body: Token, scope: Scope) -> None:
        """Let the first turn begin, if there is one."""
        body.internal_data[KEPT] = {"done": 0}
        first = scope.task_tree = scope.instance.token(scope, self.node, scope.entry)
        if self._test_before and not self._goes_on(0, {**scope.entry, COUNTER: 0}, first):
            first._set_state(TaskState.COMPLETED)
            scope.instance.finish(scope, scope.entry)
        else:
            self._start(first, 1)

    def done(self, token: Token) -> None:
        """A turn is done: begin the next one, or end."""
        scope = token.workflow
        body = scope.activity
        assert body is not None  # noqa: S101 — such a scope belongs to a body
        body.internal_data[KEPT]["done"] += 1
        count = body.internal_data[KEPT]["done"]
        if self._goes_on(count, token.internal_data.pop(SEEN), token):
            newcomer = scope.instance.token(scope, self.node, token.data)
            branches.replace(token, newcomer)
            self._start(newcomer, count + 1)
        else:
            scope.instance.finish(scope, token.data)

    def with_results(self, body: Token) -> Data:
        """The variables of `body`: turns work on them, there are no other results."""
        return body.data

    def first_kept(self, kept: dict[str, Any]) -> dict[str, Any]:
        """What the first version of states kept of the body."""
        return kept

    def _start(self, token: Token, number: int) -> None:
        token.internal_data[ITEM] = {COUNTER: number}
        self.node._update(token)

    def _goes_on(self, count: int, seen: Data, token: Token) -> bool:
        if self._maximum and count >= self._maximum:
            return False
        if self._again is None:
            return True
        found = self._again.value(seen, token.workflow.instance.environment)
        if isinstance(found, bool):
            return found
        sentence = say(
            "Expected the loop condition {condition!r} to be true or false, found {found:.60}",
            condition=self._again.text,
            found="null" if found is None else repr(found),
        )
        raise CannotProceed(sentence, element_id=self._again.element_id)
