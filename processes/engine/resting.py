"""Items of a multi-instance activity → lines; `reviving` is the way back.

A line is `[id, state, internals, variables]`; of an item that has a scope of its own `[youngest
id, due, id, state, internals, variables, [scope, …]]`. Variables are a difference to those of
the fork.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from . import lines
from .branches import ENDED
from .events import DUE
from .merging import difference
from .parts import Whole
from .patches import Scope, Token

if TYPE_CHECKING:
    from .sleeping import Sleepers

Rows = Callable[[Iterable[Scope]], list[list[Any]]]
"""Makes the rows of scopes, parents first, with nothing kept by itself."""


@dataclass(frozen=True, slots=True)
class Resting:
    """All items of a scope, or one of them."""

    youngest: int
    raw: bytes
    due: int
    """The first moment that somebody in them waits for; 0: nobody does."""
    changed: bool
    """Whether somebody in them may have other variables than those around him."""


def resting(scope: Scope, rows: Rows) -> Resting:
    """The items of `scope`: those that slept before, and those that did not."""
    fork, slept = scope.task_tree, scope.asleep
    assert fork is not None  # noqa: S101 — the caller has asked `may_sleep`
    item = _item if scope.spec.start_node.waits_outside else _nested
    new = [item(scope.tasks[child], fork, rows) for child in fork._children]
    raw = lines.merged(slept.raw if slept else b"", [(one.youngest, one.raw) for one in new])
    found: list[Resting | Sleepers] = [*new, slept] if slept else [*new]
    return Resting(
        youngest=lines.last(raw),
        raw=raw,
        due=min((one.due for one in found if one.due), default=0),
        changed=any(one.changed for one in found),
    )


def _item(token: Token, fork: Token, rows: Rows) -> Resting:  # noqa: ARG001 — has none
    change = Whole().change(difference(fork.data, token.data))
    row = [token.id, token._state, token.internal_data]
    raw = orjson.dumps([*row, change] if change else row)
    changed = token.workflow.spec.watched and change is not None
    return Resting(youngest=token.number, raw=raw, due=0, changed=changed)


def _nested(token: Token, fork: Token, rows: Rows) -> Resting:
    change = Whole().change(difference(fork.data, token.data))
    inside = sorted(_scopes_in(token), key=age)
    told = rows(inside)
    youngest, due = _youngest(token, inside), _first_due(inside)
    row = [youngest, due, token.id, token._state, token.internal_data, change, told]
    return Resting(
        youngest=int(youngest, 36),
        raw=orjson.dumps(row),
        due=due,
        changed=token.workflow.spec.watched and (change is not None or _changed(inside, told)),
    )


def age(scope: Scope) -> int:
    """What scopes are written by, parents first: who has woken in between has come last."""
    return 0 if scope.activity is None else scope.activity.number


def _scopes_in(token: Token) -> Iterator[Scope]:
    """The scopes that go on in `token`, as far as they are awake."""
    inner = token.workflow.instance.scopes.get(token.id)
    if inner is not None:
        yield inner
        for further in inner.tasks.values():
            yield from _scopes_in(further)


def _youngest(token: Token, inside: list[Scope]) -> str:
    ids = [token.id, *(name for scope in inside for name in scope.tasks)]
    ids += [lines.last_id(scope.asleep.raw) for scope in inside if scope.asleep]
    return max(ids, key=lambda name: (len(name), name))


def _first_due(inside: list[Scope]) -> int:
    tokens = (token for scope in inside for token in scope.tasks.values())
    dues = [token.internal_data[DUE] for token in tokens if DUE in token.internal_data]
    dues += [scope.asleep.due for scope in inside if scope.asleep and scope.asleep.due]
    return min(dues, default=0)


def _changed(inside: list[Scope], told: list[list[Any]]) -> bool:
    """Whether rows tell other variables than those around them, or would be told otherwise."""
    called: set[int] = set()
    shared: set[str] = set()
    for scope in inside:
        activity = scope.activity
        assert activity is not None  # noqa: S101 — it is in an item
        if id(activity.workflow) in called:
            called.add(id(scope))
        elif not scope.spec.is_process:
            shared.add(activity.id)
        elif activity.task_spec.element.propagate_parent:
            # It keeps what its caller saw, whatever that learns afterwards.
            return True
        else:
            called.add(id(scope))
    return any(_changes(row) for row in told if row[0] in shared)


def _changes(row: list[Any]) -> bool:
    _, _, entry, tokens, *more = row
    return (
        entry is not None
        or any(len(token) > 4 and token[4] is not None for token in tokens)
        or any(len(token) > 5 and ENDED in token[5] for token in tokens)
        or bool(more[3:] and more[3])
    )
