"""State bytes ↔ instance. Compact: only what is alive, variables as differences, and a seal.

    b"af1" | 16 bytes BLAKE2b, keyed | JSON

The seal covers the version, the definition and the JSON: a state of another definition, or
one that was altered, is refused. JSON: `[counter, result]` when ended, else
`[counter, null, [scope, …]]`; a scope is `[token it belongs to, name, entry, [token, …]]`,
and what was completed and can be undone if anything was,
with parents first and events armed for the scope last; a token is `[id, place of its parent
in the list, state, element, variables, internals]`, cut after the last that says something.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from . import branches
from .branches import ENDED
from .errors import BadState, CannotProceed
from .instance import TOP, Instance
from .merging import Data, difference, patched
from .patches import Scope, Token
from .types import Environment, State

if TYPE_CHECKING:
    from .building import ScopeSpec

VERSION = b"af1"
MAX_BYTES = 256 * 1024
_SEAL = 16


def encode(instance: Instance, fingerprint: bytes) -> State:
    """The instance as bytes.

    Raises:
        CannotProceed: it has become larger than a state may be.
    """
    body: list[Any] = [instance.counter, instance.result]
    if instance.result is None:
        body.append([_scope_out(scope) for scope in instance.scopes.values()])
    try:
        text = orjson.dumps(body)
    except (TypeError, RecursionError) as error:
        sentence = f"Expected variables that JSON can hold: {error}"
        raise CannotProceed(sentence) from error
    if len(text) > MAX_BYTES:
        sentence = (
            f"Expected a case of at most {MAX_BYTES} bytes, found {len(text)}; "
            "keep documents outside of the variables"
        )
        raise CannotProceed(sentence)
    return VERSION + _seal(text, fingerprint, instance.environment.state_key) + text


def decode(
    state: State,
    *,
    fingerprint: bytes,
    scopes: Mapping[str, ScopeSpec],
    environment: Environment,
) -> Instance:
    """The instance that `encode` made bytes of.

    Raises:
        BadState: they were altered, or belong to another definition, key or version.
    """
    version, seal, text = state[:3], state[3 : 3 + _SEAL], state[3 + _SEAL :]
    expected = _seal(text, fingerprint, environment.state_key)
    if version != VERSION or not hmac.compare_digest(seal, expected):
        msg = "Expected a state of this definition as the engine sealed it, found another"
        raise BadState(msg)
    counter, result, *rest = orjson.loads(text)
    instance = Instance(environment, counter=counter)
    instance.result = result
    for row in rest[0] if rest else ():
        _scope_in(instance, scopes, *row)
    return instance


def _seal(text: bytes, fingerprint: bytes, key: bytes) -> bytes:
    # Hashed first: a BLAKE2b key has at most 64 bytes.
    short = hashlib.blake2b(key, digest_size=32, person=b"afterflow-state").digest()
    seal = hashlib.blake2b(VERSION + fingerprint, key=short, digest_size=_SEAL)
    seal.update(text)
    return seal.digest()


def _scope_out(scope: Scope) -> list[Any]:
    if scope.activity is None:
        owner, before = TOP, Data()
    else:
        owner, before = scope.activity.id, scope.activity.data
    assert scope.task_tree is not None  # noqa: S101 — a scope without tokens has ended
    tokens = branches.subtree(scope.task_tree)
    places = {token.id: place for place, token in enumerate(tokens)}
    if len(tokens) < len(scope.tasks):
        armed = [token for token in scope.tasks.values() if not branches.in_a_branch(token)]
        tokens += sorted(armed, key=lambda token: token.number)
    rows = [_token_out(token, places) for token in tokens]
    row = [owner, scope.spec.name, difference(before, scope.entry), rows]
    return [*row, scope.record] if scope.record else row


def _token_out(token: Token, places: Mapping[str, int]) -> list[Any]:
    parent = token.parent
    internals = token.internal_data
    change = None
    if parent is None:
        change = difference(token.workflow.entry, token.data)
    elif branches.is_fork(parent):
        change = difference(parent.data, token.data)
    if ENDED in internals:
        ended = difference(token.data, internals[ENDED])
        internals = {**internals, ENDED: ended or []}
    place = -1 if parent is None else places[parent.id]
    row = [token.id, place, token.state, token.task_spec.name, change, internals or None]
    while row[-1] is None:
        row.pop()
    return row


def _scope_in(
    instance: Instance,
    scopes: Mapping[str, ScopeSpec],
    owner: str,
    name: str,
    entry: list[Any] | None,
    rows: list[list[Any]],
    record: list[list[Any]] | None = None,
) -> None:
    activity = instance.find(owner) if owner else None
    before = Data() if activity is None else activity.data
    scope = Scope(scopes[name], instance=instance, activity=activity, entry=patched(before, entry))
    scope.record = record or []
    instance.scopes[owner] = scope
    tokens: list[Token] = []
    for row in rows:
        tokens.append(_token_in(scope, tokens, *row))
    scope.task_tree = tokens[0]


def _token_in(
    scope: Scope,
    tokens: list[Token],
    token_id: str,
    place: int,
    state: int,
    name: str,
    change: list[Any] | None = None,
    internals: dict[str, Any] | None = None,
) -> Token:
    parent = tokens[place] if place >= 0 else None
    data = patched(scope.entry if parent is None else parent.data, change)
    node = scope.spec.task_specs[name]
    token = Token(scope, node, token_id=token_id, parent=parent, data=data, state=state)
    if internals:
        token.internal_data = internals
        if ENDED in internals:
            internals[ENDED] = patched(data, internals[ENDED])
    return token
