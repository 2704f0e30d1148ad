"""Event sub-processes: drawn inside a scope without a flow, begun by an event of that scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import branches
from .activities import SubProcess
from .events import ARMED, CatchingNode, comes_again
from .expressions import Compiler
from .merging import Data
from .nodes import PAYLOAD
from .patches import Scope, TaskState, Token
from .types import Element

if TYPE_CHECKING:
    from .building import ScopeSpec


class EventSubProcess(CatchingNode, SubProcess):
    """Armed while its scope runs; a token that was triggered goes on as the sub-process.

    An armed token is in no branch: what has been done is gathered when the event comes.
    """

    def __init__(
        self, spec: ScopeSpec, element: Element, compiler: Compiler, caught: Element
    ) -> None:
        super().__init__(spec, element, compiler)
        self.watch(caught, compiler)

    def arm_in(self, scope: Scope) -> None:
        """Say what is waited for as `scope` begins; errors and escalations are not."""
        if self.caught.event in ARMED:
            self.arm(scope.instance.token(scope, self, scope.entry), scope.entry)

    def _update_hook(self, my_task: Token) -> bool:  # noqa: ARG002 — it never comes by a flow
        return False

    def _on_trigger(self, my_task: Token, payload: Data) -> None:
        self.catch_in(my_task, payload)

    def catch_in(self, newcomer: Token, payload: Data, *, erred: Token | None = None) -> None:
        """Begin with `newcomer`, which is in no branch yet; `erred` is who threw, if one did."""
        scope = newcomer.workflow
        if self.caught.interrupting:
            newcomer.data = branches.gathered(scope)
            scope.instance.clear(scope, erred=erred)
            scope.tasks[newcomer.id] = scope.task_tree = newcomer
        else:
            again = comes_again(newcomer)
            branches.part_aside(newcomer)
            if again is not None:
                token = scope.instance.token(scope, self, scope.entry)
                token.internal_data = again
                token._set_state(TaskState.WAITING)
        newcomer.internal_data = {PAYLOAD: payload}
        self.map_inputs(newcomer)
        newcomer._ready()

    def catch_thrown(self, activity: Token, payload: Data) -> None:
        """Begin in the scope of `activity`, which threw, or in which it was thrown."""
        scope = activity.workflow
        newcomer = scope.instance.token(scope, self, scope.entry)
        self.catch_in(newcomer, payload, erred=activity if self.caught.event == "error" else None)

    def _run_hook(self, my_task: Token) -> None:
        payload = my_task.internal_data.pop(PAYLOAD)
        my_task.workflow.instance.open(
            my_task.workflow.spec.inner(self.element),
            activity=my_task,
            data=self.entry_of(my_task),
            payload=payload,
        )
