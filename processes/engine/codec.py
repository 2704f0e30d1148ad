"""State bytes ↔ instance. Compact: only what is alive, variables as differences, and a seal.

    b"af3" | 16 bytes BLAKE2b, keyed | JSON | 0x1e | part | 0x1e | part …

The seal covers the version, the definition, the JSON and the parts: a state of another
definition, or one that was altered, is refused. JSON: `[counter, result]` when ended, else
`[counter, null, [scope, …]]`; see `rows`. Parts are what an act need not look at, kept as
they are: large values (`asleep`) and the items that nobody acts on (`sleeping`). The JSON
names them by their places. Older states are read: in those of `af2` no item with a scope of its
own sleeps, those of `af1` had no parts.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson

from .asleep import SIZE, Asleep, opened
from .errors import BadState, CannotProceed
from .instance import Instance
from .parts import FirstParts, Parts
from .resting import age
from .reviving import Reviving
from .rows import FIRST, NESTED, Writing, restless
from .types import STATE_VERSIONS, Environment, State

if TYPE_CHECKING:
    from .building import ScopeSpec

MAX_BYTES = 512 * 1024
_BEGINS = {version: b"af%d" % version for version in STATE_VERSIONS}
_VERSIONS = {begin: version for version, begin in _BEGINS.items()}
_SEAL = 16
_PART = b"\x1e"
"""Between parts: no JSON text has it inside."""


def encode(instance: Instance, fingerprint: bytes) -> State:
    """The instance as bytes.

    Raises:
        CannotProceed: it has become larger than a state may be.
    """
    version = instance.environment.state_version
    if version != STATE_VERSIONS[0]:
        instance.wake_all()
    try:
        text, parts = _text(instance, FirstParts() if version == FIRST else Parts())
        if len(text) >= SIZE and version != FIRST and (large := parts.large()):
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
    begin = _BEGINS[version]
    seal = _seal(begin, text, parts.kept, fingerprint, instance.environment.state_key)
    if parts.kept:
        text = _PART.join((text, *(part.raw for part in parts.kept)))
    return begin + seal + text


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
    begin, seal = state[:3], state[3 : 3 + _SEAL]
    version = _VERSIONS.get(begin, 0)
    text, parts = _parted(state)
    if not version or not hmac.compare_digest(
        seal, _seal(begin, text, parts, fingerprint, environment.state_key)
    ):
        msg = "Expected a state of this definition as the engine sealed it, found another"
        raise BadState(msg)
    counter, result, *found = orjson.loads(text)
    instance = Instance(environment, counter=counter)
    instance.result = result
    reviving = Reviving(instance, scopes, parts, version=version)
    for row in found[0] if found else ():
        reviving.scope(*row)
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
        version = instance.environment.state_version
        writing = Writing(parts, version=version, restless=restless(instance))
        scopes = list(instance.scopes.values())
        if version >= NESTED:
            scopes.sort(key=age)
        body.append(writing.rows(scopes))
    return orjson.dumps(body), parts


def _seal(begin: bytes, text: bytes, parts: list[Asleep], fingerprint: bytes, key: bytes) -> bytes:
    if begin == _BEGINS[FIRST]:
        head, text = begin + fingerprint, _PART.join((text, *(part.raw for part in parts)))
    else:
        head = begin + fingerprint + len(parts).to_bytes(4, "big")
        head += b"".join([part.digest for part in parts])
    seal = hashlib.blake2b(head, key=_short(key), digest_size=_SEAL)
    seal.update(text)
    return seal.digest()


@lru_cache(maxsize=8)
def _short(key: bytes) -> bytes:
    # Hashed first: a BLAKE2b key has at most 64 bytes.
    return hashlib.blake2b(key, digest_size=32, person=b"afterflow-state").digest()
