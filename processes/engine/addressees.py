"""To which of several tokens of an instance a message comes that all of them wait for.

To the one that came first, as in Zeebe; when it has gone, the next one is waited for. The
others stand where they are, but nobody outside is told of them before it is their turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeVar

from . import sleeping
from .types import WaitKind

if TYPE_CHECKING:
    from .instance import Instance
    from .patches import Token
    from .waiting import Key

T = TypeVar("T")

_NOBODY: frozenset[str] = frozenset()


def behind(keys: Iterable[Key]) -> frozenset[str]:
    """The tokens whose message comes to an older one first."""
    messages = [key for key in keys if key[0] is WaitKind.MESSAGE]
    if len({key[2] for key in messages}) == len(messages):
        return _NOBODY
    first: dict[object, str] = {}
    for _kind, token_id, message in sorted(messages, key=lambda key: int(key[1], 36)):
        first.setdefault(message, token_id)
    return frozenset(key[1] for key in messages) - frozenset(first.values())


def in_turn(waits: dict[Key, T]) -> dict[Key, T]:
    """Those of `waits` of which somebody outside is told."""
    late = behind(waits)
    return {key: it for key, it in waits.items() if key[1] not in late} if late else waits


def wake_who_waits_too(instance: Instance, now: Mapping[Key, Token]) -> bool:
    """Wake all if one who sleeps waits for a message that somebody has begun or ceased to
    wait for; `now` are the waits of those who are awake. Return whether that was so."""
    asleep = sleeping.of(instance)
    if not asleep:
        return False
    changed = instance.awaited.keys() ^ now.keys()
    messages = {key[2] for key in changed if key[0] is WaitKind.MESSAGE}
    if not any(one.wait_for(message) for one in asleep for message in messages):
        return False
    instance.wake_all()
    return True
