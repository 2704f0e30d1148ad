"""Who wants to know when a settled refund fails after all. Called in the same transaction.

The case's process has ended by then, so no message can reach it; and refunds may not know
cases. So cases come here, when their app is ready.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers.refunds.values import Reversed

Listener = Callable[[Reversed], None]
_listeners: list[Listener] = []


def on_reversal(listener: Listener) -> Listener:
    """Call `listener` for every reversal; registering twice calls once."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(event: Reversed) -> None:
    """Call everybody."""
    for listener in _listeners:
        listener(event)
