"""State bytes ↔ instance. Compact: only what is alive, variables as differences, and a seal.

    b"af2" | 16 bytes BLAKE2b, keyed | JSON | 0x1e | part | 0x1e | part …

The seal covers the version, the definition, the JSON and the parts: a state of another
definition, or one that was altered, is refused. JSON: `[counter, result]` when ended, else
`[counter, null, [scope, …]]`; see `rows`. Parts are what an act need not look at, kept as
they are: large values (`asleep`) and the items that nobody acts on (`sleeping`). The JSON
names them by their places. States of `af1`, which had no parts, are still read.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from . import rows
from .asleep import SIZE, Asleep, opened
from .errors import BadState, CannotProceed
from .instance import Instance
from .rows import Parts
from .types import Environment, State

if TYPE_CHECKING:
    from .building import ScopeSpec

VERSION = b"af2"
MAX_BYTES = 256 * 1024
_FIRST = b"af1"
_SEAL = 16
_PART = b"\x1e"
"""Between parts: no JSON text has it inside."""


def encode(instance: Instance, fingerprint: bytes) -> State:
    """The instance as bytes.

    Raises:
        CannotProceed: it has become larger than a state may be.
    """
    first = instance.environment.first_states
    try:
        text, parts = _text(instance, Parts(first=first))
        if len(text) >= SIZE and not first and (large := parts.large()):
            # Only then something in it can be so large that it is kept by itself.
            text, parts = _text(instance, Parts(large))
    except (TypeError, RecursionError) as error:
        sentence = f"Expected variables that JSON can hold: {error}"
        raise CannotProceed(sentence) from error
    size = len(text)
    if parts.kept:
        size += sum(len(part.raw) + 1 for part in parts.kept)
    if size > MAX_BYTES:
        sentence = (
            f"Expected a case of at most {MAX_BYTES} bytes, found {size}; "
            "keep documents outside of the variables"
        )
        raise CannotProceed(sentence)
    version, make = (_FIRST, _first_seal) if first else (VERSION, _seal)
    seal = make(text, parts.kept, fingerprint, instance.environment.state_key)
    if parts.kept:
        text = _PART.join((text, *(part.raw for part in parts.kept)))
    return version + seal + text


def decode(
    state: State,
    *,
    fingerprint: bytes,
    scopes: Mapping[str, ScopeSpec],
    environment: Environment,
    asleep: bool = False,
) -> Instance:
    """The instance that `encode` made bytes of; items may be `asleep` until they are asked for.

    Raises:
        BadState: they were altered, or belong to another definition, key or version.
    """
    version, seal = state[:3], state[3 : 3 + _SEAL]
    text, parts = _parted(state)
    make = {VERSION: _seal, _FIRST: _first_seal}.get(version)
    if make is None or not hmac.compare_digest(
        seal, make(text, parts, fingerprint, environment.state_key)
    ):
        msg = "Expected a state of this definition as the engine sealed it, found another"
        raise BadState(msg)
    counter, result, *found = orjson.loads(text)
    instance = Instance(environment, counter=counter)
    instance.result = result
    reading = rows.Reading(instance, scopes, parts, first=version == _FIRST)
    for row in found[0] if found else ():
        reading.scope(*row)
    if not asleep:
        instance.wake_all()
    return instance


def _parted(state: State) -> tuple[bytes, list[Asleep]]:
    if state.find(_PART, 3 + _SEAL) < 0:
        return state[3 + _SEAL :], []
    # Not `split`, which looks at one byte after the other.
    places, place = [2 + _SEAL], state.find(_PART, 3 + _SEAL)
    while place >= 0:
        places.append(place)
        place = state.find(_PART, place + 1)
    ends = [*places[1:], len(state)]
    text, *raws = (state[place + 1 : end] for place, end in zip(places, ends, strict=True))
    return text, [Asleep(raw) for raw in raws]


def _text(instance: Instance, parts: Parts) -> tuple[bytes, Parts]:
    result = instance.result
    body: list[Any] = [instance.counter, None if result is None else opened(result)]
    if result is None:
        body.append([rows.scope_out(scope, parts) for scope in instance.scopes.values()])
    return orjson.dumps(body), parts


def _seal(text: bytes, parts: list[Asleep], fingerprint: bytes, key: bytes) -> bytes:
    head = VERSION + fingerprint + len(parts).to_bytes(4, "big")
    if parts:
        head += b"".join([part.digest for part in parts])
    seal = hashlib.blake2b(head, key=_short(key), digest_size=_SEAL)
    seal.update(text)
    return seal.digest()


def _first_seal(text: bytes, parts: list[Asleep], fingerprint: bytes, key: bytes) -> bytes:
    seal = hashlib.blake2b(_FIRST + fingerprint, key=_short(key), digest_size=_SEAL)
    seal.update(_PART.join((text, *(part.raw for part in parts))))
    return seal.digest()


@lru_cache(maxsize=8)
def _short(key: bytes) -> bytes:
    # Hashed first: a BLAKE2b key has at most 64 bytes.
    return hashlib.blake2b(key, digest_size=32, person=b"afterflow-state").digest()
