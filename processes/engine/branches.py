"""The tree of one scope: where branches part, meet and end, and what becomes of their data.

A leaf is a token that stands somewhere; its children, if any, are the events armed for it.
An inner task (COMPLETED) is a place where branches parted: it keeps the variables of that
moment, against which theirs are compared when they meet. It goes as soon as one branch is
left. So the tree is never larger than what is alive, however long an instance runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .merging import Data, merge
from .patches import Scope, TaskState, Token

if TYPE_CHECKING:
    from .nodes import Node

ENDED = "ended"
"""Of a fork: its variables with all that branches did which have ended since."""


def is_fork(token: Token) -> bool:
    """Whether branches parted here; else somebody stands here."""
    return bool(token._state == TaskState.COMPLETED)


def children(token: Token) -> list[Token]:
    """Branches of a fork, or events armed for a token."""
    scope = token.workflow
    if scope.asleep is not None and token is scope.task_tree and not scope.instance.sharing:
        scope.asleep.wake_all()
    tasks = scope.tasks
    return [tasks[child] for child in token._children]


def subtree(token: Token) -> list[Token]:
    """`token` and all below it, parents first."""
    found: list[Token] = []
    pending = [token]
    while pending:
        current = pending.pop()
        found.append(current)
        if current._children or current.workflow.asleep is not None:
            pending.extend(reversed(children(current)))
    return found


def leaves(scope: Scope) -> Iterator[Token]:
    """Everyone who stands somewhere in `scope`, armed events left out."""
    if scope.task_tree is None:
        return
    pending = [scope.task_tree]
    while pending:
        token = pending.pop()
        if is_fork(token):
            pending.extend(reversed(children(token)))
        else:
            yield token


def replace(old: Token, new: Token) -> None:
    """Put `new` where `old` stood, and take `old` and all below it off the tree."""
    _put(old, new)
    _remove(old)
    new.workflow.tasks[new.id] = new


def part(token: Token, nodes: Iterable[Node]) -> list[Token]:
    """Let `token` go on at several nodes at once."""
    for armed in subtree(token)[1:]:
        armed.workflow.tasks.pop(armed.id)
    token._set_state(TaskState.COMPLETED)
    token._children = []
    token.internal_data = {}
    instance = token.workflow.instance
    return [instance.token(token.workflow, node, token.data, parent=token) for node in nodes]


def part_beside(token: Token, newcomer: Token) -> None:
    """Let `newcomer`, an event armed for `token`, go its own way beside it."""
    token._children.remove(newcomer.id)
    fork = token.workflow.instance.token(token.workflow, token.task_spec, token.data)
    fork._set_state(TaskState.COMPLETED)
    _put(token, fork)
    for branch in (token, newcomer):
        branch._parent = fork.id
        fork._children.append(branch.id)


def part_aside(newcomer: Token) -> None:
    """Let `newcomer`, who is in no branch yet, go its own way beside all others of its scope."""
    scope = newcomer.workflow
    root = scope.task_tree
    assert root is not None  # noqa: S101 — a scope without tokens has ended
    # What the others have done is the base: each side's work counts from now on.
    newcomer.data = gathered(scope)
    fork = scope.instance.token(scope, root.task_spec, newcomer.data)
    fork._set_state(TaskState.COMPLETED)
    for branch in (root, newcomer):
        branch._parent = fork.id
        fork._children.append(branch.id)
    scope.task_tree = fork


def in_a_branch(token: Token) -> bool:
    """Whether `token` stands on the tree, and is not an event armed for its scope."""
    return token._parent is not None or token.workflow.task_tree is token


def stands_in_flow(token: Token) -> bool:
    """Whether `token` stands on the tree, and is no event armed for anything."""
    parent = token.parent
    return token.workflow.task_tree is token if parent is None else is_fork(parent)


def end(token: Token) -> bool:
    """Take a token that is done off the tree. False: it was the last one of its scope."""
    fork = token.parent
    if fork is None:
        return False
    ended = fork.internal_data.get(ENDED, fork.data)
    fork.internal_data[ENDED] = merge(fork.data, ended, token.data)
    if fork.internal_data[ENDED] is not ended:
        token.workflow.instance.wrote = True
    fork._children.remove(token.id)
    _remove(token)
    _collapse(fork)
    return True


def meet(tokens: list[Token], node: Node) -> Token:
    """Merge tokens, in the order in which they came, into one that stands at `node`."""
    scope = tokens[0].workflow
    paths = [_path(token) for token in tokens]
    common = [step for step in paths[0] if all(step in path for path in paths[1:])]
    met: dict[str, Data] = {token.id: token.data for token in tokens}
    used_up = set(met)
    between = {step.id: step for path in paths for step in path if step not in common[1:]}
    for fork in sorted(between.values(), key=_depth, reverse=True):
        _meet_at(fork, met, used_up)
    nearest = common[0]
    merged: Token = scope.instance.token(scope, node, met[nearest.id])
    if nearest.id in used_up:
        replace(nearest, merged)
        return merged
    merged._parent = nearest.id
    nearest._children.append(merged.id)
    for step in [*tokens, *between.values()]:
        if step.id in used_up and step.id in scope.tasks:
            _take_off(step)
    for fork in sorted(between.values(), key=_depth, reverse=True):
        if fork.id in scope.tasks:
            _collapse(fork)
    return merged


def gathered(scope: Scope) -> Data:
    """The variables of all branches of `scope` as if they met now."""
    if scope.task_tree is None:
        return scope.entry
    tokens = subtree(scope.task_tree) if scope.shared is None else _unlike(scope, scope.task_tree)
    found: dict[str, Data] = {}
    for token in reversed(tokens):
        if is_fork(token):
            data = token.internal_data.get(ENDED, token.data)
            for branch in token._children:
                if branch in found:
                    data = merge(token.data, data, found[branch])
            found[token.id] = data
        else:
            found[token.id] = token.task_spec.data_so_far(token)
    return found[scope.task_tree.id]


def _unlike(scope: Scope, root: Token) -> list[Token]:
    """Those of `scope` whose variables may not be those that all in it were given, and who is
    above them; parents first."""
    shared, scopes, tasks = scope.shared, scope.instance.scopes, scope.tasks
    ids = {root.id}
    for token in tasks.values():
        if token.data is not shared or token.id in scopes or ENDED in token.internal_data:
            ids.update([token.id, *(above.id for above in _path(token))])
    found, pending = [], [root]
    while pending:
        found.append(pending.pop())
        pending.extend([tasks[child] for child in reversed(found[-1]._children) if child in ids])
    return found


def _put(old: Token, new: Token) -> None:
    parent = old.parent
    new._parent = old._parent
    if parent is None:
        new.workflow.task_tree = new
    else:
        parent._children[parent._children.index(old.id)] = new.id


def _remove(token: Token) -> None:
    gone = [token]
    for one in gone:
        gone.extend(children(one))
        one.workflow.tasks.pop(one.id)


def _take_off(token: Token) -> None:
    parent = token.parent
    if parent is not None:
        parent._children.remove(token.id)
    token.workflow.tasks.pop(token.id)


def _collapse(fork: Token) -> None:
    """Let the last branch of `fork` take its place, with what the ended ones did."""
    asleep = fork.workflow.asleep
    if len(fork._children) != 1 if asleep is None else fork._children or asleep.several:
        return
    (survivor,) = children(fork)
    ended = fork.internal_data.get(ENDED, fork.data)
    _put(fork, survivor)
    fork.workflow.tasks.pop(fork.id)
    if ended is not fork.data:
        catch_up(survivor, fork.data, ended)


def catch_up(branch: Token, base: Data, ended: Data) -> None:
    """Give everybody in `branch` what has been done elsewhere: what made `ended` of `base`."""
    branch.workflow.instance.wrote = True
    for token in subtree(branch):
        token.data = merge(base, ended, token.data)
        if ENDED in token.internal_data:
            token.internal_data[ENDED] = merge(base, ended, token.internal_data[ENDED])
        inner = token.workflow.instance.scopes.get(token.id)
        if inner is not None and token.task_spec.shares_variables:
            inner.entry = merge(base, ended, inner.entry)
            if inner.task_tree is not None:
                catch_up(inner.task_tree, base, ended)


def _meet_at(fork: Token, met: dict[str, Data], used_up: set[str]) -> None:
    branches = [branch for branch in met if branch in fork._children]
    data = met[branches[0]]
    for branch in branches[1:]:
        data = merge(fork.data, data, met[branch])
    if all(branch in used_up for branch in fork._children):
        used_up.add(fork.id)
        data = merge(fork.data, fork.internal_data.get(ENDED, fork.data), data)
    met[fork.id] = data


def _path(token: Token) -> list[Token]:
    path: list[Token] = []
    parent = token.parent
    while parent is not None:
        path.append(parent)
        parent = parent.parent
    return path


def _depth(token: Token) -> int:
    return len(_path(token))
