"""Multi-instance: one activity, once for each item of a list, side by side or in turn.

The body stands at the activity and has its boundary events; what is done for each item goes
on in a scope of its own, at a node that is drawn like the activity but without them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from processes.sentences import Said, say

from . import branches
from .activities import SubProcess
from .asleep import Items, Results
from .errors import CannotProceed
from .expressions import Compiler, Expression
from .instance import MAX_MOVES
from .merging import Data, written
from .nodes import ITEM, SEEN, Node
from .patches import Scope, TaskState, Token
from .types import Element, Loop
from .vocabulary import LOOP, TURNS

if TYPE_CHECKING:
    from .building import ScopeSpec
    from .turns import Turns

KEPT = "mi"
"""Of the body: how many items there are, how many are done, results, and what is to come."""
COUNTER = "loopCounter"


class Each:
    """What an activity does with its items; belongs to body and node."""

    def __init__(self, element: Element, loop: Loop, compiler: Compiler) -> None:
        self._loop = loop
        self._items = (
            compiler.expression(element.id, loop.cardinality)
            if loop.cardinality
            else compiler.formula(
                element.id, loop.input_collection, what=say("the input collection")
            )
        )
        self._result = _optional(element, loop.output_element, say("the output element"), compiler)
        self._enough = _optional(
            element, loop.completion_condition, say("the completion condition"), compiler
        )
        self.node: Node
        """Where the work is done for each item."""

    def begin(self, body: Token, scope: Scope) -> None:
        """Let the work begin: for all items, or for the first."""
        items = self._items_of(body)
        kept: dict[str, Any] = {"n": len(items), "done": 0, "out": Results()}
        body.internal_data[KEPT] = kept
        instance = scope.instance
        if not items:
            # Nothing to do: the scope ends as it begins.
            scope.task_tree = instance.token(scope, self.node, scope.entry)
            scope.task_tree._set_state(TaskState.COMPLETED)
            instance.finish(scope, scope.entry)
            return
        first = scope.task_tree = instance.token(scope, self.node, scope.entry)
        if self._loop.sequential:
            kept["items"] = [] if self._loop.cardinality else Items.of(items, taken=1)
            self._start(first, 0, items[0])
            return
        came = branches.part(first, [self.node] * len(items)) if len(items) > 1 else [first]
        for index, token in enumerate(came):
            self._start(token, index, items[index])

    def done(self, token: Token) -> None:
        """The work of `token` is done: go on with the next item, or end."""
        scope = token.workflow
        body = scope.activity
        assert body is not None  # noqa: S101 — such a scope belongs to a body
        kept = body.internal_data[KEPT]
        kept["done"] += 1
        index = token.internal_data[ITEM][COUNTER] - 1
        seen = token.internal_data.pop(SEEN)
        environment = scope.instance.environment
        if self._result is not None:
            kept["out"].add(index, self._result.value(seen, environment))
        if self._enough is not None and self._holds(self._enough, seen, kept, token):
            scope.instance.finish(scope, branches.gathered(scope))
        elif self._loop.sequential and index + 1 < kept["n"]:
            newcomer = scope.instance.token(scope, self.node, token.data)
            branches.replace(token, newcomer)
            self._start(newcomer, index + 1, _item(kept["items"], index + 1))
        elif not branches.end(token):
            scope.instance.finish(scope, token.data)

    def with_results(self, body: Token) -> Data:
        """The variables of `body` with the results, in the order of the items.

        There is one for each item: null where enough was done before its turn came.
        """
        if not self._loop.output_collection:
            return body.data
        kept = body.internal_data[KEPT]
        results = self._results(kept)
        results += [None] * (kept["n"] - len(results))
        return written(body.data, self._loop.output_collection, results)

    def first_kept(self, kept: dict[str, Any]) -> dict[str, Any]:
        """What the first version of states kept of the body."""
        items = kept.get("items")
        later = {"items": items.all()} if isinstance(items, Items) else {}
        return {**kept, "out": self._results(kept), **later}

    def _results(self, kept: dict[str, Any]) -> list[Any]:
        pairs = kept["out"].pairs()
        if self._loop.sequential:
            return [value for _, value in pairs]
        results = [None] * kept["n"] if self._result else []
        for place, value in pairs:
            results[place] = value
        return results

    def _start(self, token: Token, index: int, item: object) -> None:
        own: Data = {}
        root = _root(self._loop.output_element)
        if root:
            own[root] = None
        if self._loop.input_element:
            own[self._loop.input_element] = item
        own[COUNTER] = index + 1
        token.internal_data[ITEM] = own
        self.node._update(token)

    def _items_of(self, body: Token) -> list[Any]:
        seen = body.task_spec.visible(body)
        found = self._items.value(seen, body.workflow.instance.environment)
        if self._loop.cardinality:
            return [None] * self._count(found)
        if isinstance(found, list):
            return found
        sentence = f"Expected {self._items.text!r} to give a list, found {found!r:.60}"
        raise CannotProceed(sentence, element_id=self._items.element_id)

    def _count(self, found: object) -> int:
        count = int(found) if isinstance(found, str) and found.isdecimal() else found
        if isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= MAX_MOVES:
            return count
        sentence = say(
            "Expected {text!r} to give a number from 0 to {most}, found {found:.60}",
            text=self._items.text,
            most=MAX_MOVES,
            found=repr(found),
        )
        raise CannotProceed(sentence, element_id=self._items.element_id)

    def _holds(self, condition: Expression, seen: Data, kept: dict[str, Any], token: Token) -> bool:
        counts = {
            "numberOfInstances": kept["n"],
            "numberOfCompletedInstances": kept["done"],
            "numberOfActiveInstances": 0 if self._loop.sequential else kept["n"] - kept["done"],
            "numberOfTerminatedInstances": 0,
        }
        found = condition.value({**seen, **counts}, token.workflow.instance.environment)
        if isinstance(found, bool):
            return found
        sentence = (
            f"Expected the completion condition {condition.text!r} to be true or false, "
            f"found {'null' if found is None else repr(found)[:60]}"
        )
        raise CannotProceed(sentence, element_id=condition.element_id)


class MultiInstance(SubProcess):
    """The activity as a whole, while its items are worked on."""

    def __init__(
        self, spec: ScopeSpec, element: Element, compiler: Compiler, each: Each | Turns
    ) -> None:
        # In the history the body is told from what is done each time by its type.
        kind = TURNS if element.loop and element.loop.standard else LOOP
        super().__init__(spec, replace(element, type=kind, inputs=(), outputs=()), compiler)
        self.each_of = each

    def _run_hook(self, my_task: Token) -> None:
        instance = my_task.workflow.instance
        spec = my_task.workflow.spec.each(self.element)
        data = self.visible(my_task)
        self.each_of.begin(my_task, instance.scope(spec, activity=my_task, data=data))

    def return_from(self, token: Token, scope: Scope, data: Data) -> None:
        """Go on with what was done for the items, and with their results."""
        token.data = self._brought(token, scope.entry, data)
        token.data = self.each_of.with_results(token)
        self.remember(token, scope)
        token.complete()


def _optional(element: Element, text: str, what: Said, compiler: Compiler) -> Expression | None:
    return compiler.formula(element.id, text, what=what) if text else None


def _item(items: Items | list[Any], index: int) -> Any:
    if isinstance(items, Items):
        return items.next()
    return items[index] if items else None


def _root(text: str) -> str:
    """The variable that `text` names or looks into: it is each item's own."""
    name, *rest = text.removeprefix("=").strip().split(".")
    named = name not in ("null", "true", "false") and name.isidentifier()
    return name if named and all(part.isidentifier() for part in rest) else ""
