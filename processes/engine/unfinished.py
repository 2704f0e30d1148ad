"""What somebody who undoes has not undone to its end, when he is interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .loops import MultiInstance
from .nodes import ITEM, Node
from .patches import Scope, Token
from .vocabulary import SCOPES

if TYPE_CHECKING:
    from .building import ScopeSpec


def left(todo: list[Any], undoing: Scope, around: Scope) -> list[list[Any]]:
    """What is undone in `undoing`, unless that has failed, and what is still `todo`, as entries
    of the record of `around`, the oldest first."""
    now: Token | None = undoing.task_tree
    assert now is not None  # noqa: S101 — else who undoes had gone on
    begun = [now.task_spec.name, now.internal_data.get(ITEM, {})]
    found: list[list[Any]] = []
    for handler in [*([] if undoing.failed else [begun]), *todo]:
        name, *own = handler if isinstance(handler, list) else [handler]
        *outer, activity = _way(around.spec, name)
        entry = [activity, name, *own]
        for sub_process in reversed(outer):
            entry = [sub_process, [entry]]
        found.append(entry)
    return found[::-1]


def _way(spec: ScopeSpec, handler: str) -> list[str]:
    """The activity that `handler` undoes, behind the sub-processes of `spec` in which it is."""
    for name, node in spec.task_specs.items():
        if node.handler == handler:
            return [name]
    for name, node in spec.task_specs.items():
        inner = _inside(node, spec)
        way = _way(inner, handler) if inner is not None else []
        if way:
            return [name, *way]
    return []


def _inside(node: Node, spec: ScopeSpec) -> ScopeSpec | None:
    if isinstance(node, MultiInstance):
        return spec.each(node.element)
    return spec.inner(node.element) if node.element.type in SCOPES else None
