"""The inclusive gateway: lets go on whatever holds, and waits for whoever can still come."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from . import branches
from .expressions import Compiler
from .nodes import FLOW, Node
from .patches import Scope, TaskState, Token
from .types import Element

if TYPE_CHECKING:
    from .building import ScopeSpec


class InclusiveGateway(Node):
    """Sends one token along each flow whose condition holds.

    With several flows into it, it waits for all tokens that can still come by a flow by which
    none has come (BPMN 2.0 §13.4.3). That is asked when nobody can move any more by himself.
    """

    def __init__(self, spec: ScopeSpec, element: Element, compiler: Compiler) -> None:
        super().__init__(spec, element, compiler)
        self._leads_to: dict[str, frozenset[str]] = {}
        """Element → flows into this one to which there is a way that does not pass it."""

    def look_back(self, spec: ScopeSpec) -> None:
        """Find from where tokens can come."""
        before: dict[str, set[str]] = {}
        into: dict[str, str] = {}
        for name, node in spec.task_specs.items():
            for way in node.ways:
                before.setdefault(way.target.name, set()).add(name)
                if way.target is self:
                    into[way.flow.id] = name
            if node.element.attached_to:
                before.setdefault(name, set()).add(node.element.attached_to)
        found: dict[str, set[str]] = {}
        for flow, source in into.items():
            pending = [source]
            while pending:
                name = pending.pop()
                if name == self.name or flow in found.setdefault(name, set()):
                    continue
                found[name].add(flow)
                pending.extend(before.get(name, ()))
        self._leads_to = {name: frozenset(flows) for name, flows in found.items()}

    def opens(self, scope: Scope) -> bool:
        """Let those who wait here in `scope` go on as one, if nobody else can come."""
        arrived: dict[str, Token] = {}
        others: list[Token] = []
        for token in branches.leaves(scope):
            if token.task_spec is self and token.state == TaskState.WAITING:
                earlier = arrived.get(token.internal_data[FLOW])
                if earlier is None or token.number < earlier.number:
                    arrived[token.internal_data[FLOW]] = token
            else:
                others.append(token)
        if not arrived or any(self._may_come(token, arrived.keys()) for token in others):
            return False
        tokens = sorted(arrived.values(), key=lambda token: token.number)
        if len(tokens) == 1:
            (merged,) = tokens
            del merged.internal_data[FLOW]
        else:
            merged = branches.meet(tokens, self)
        merged._ready()
        return True

    def _update_hook(self, my_task: Token) -> bool:
        if self.joins:
            my_task._set_state(TaskState.WAITING)
        return not self.joins

    def _may_come(self, token: Token, by: Collection[str]) -> bool:
        ways = self._leads_to.get(token.task_spec.name, frozenset())
        return bool(ways) and ways.isdisjoint(by)
