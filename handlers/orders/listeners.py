"""Who wants to know when goods leave. Called in the same transaction.

Orders may not know cases; so cases come here, when their app is ready.
"""

from __future__ import annotations

from collections.abc import Callable

from handlers.orders.values import OrderMoney

Listener = Callable[[OrderMoney], None]
_listeners: list[Listener] = []


def on_shipped(listener: Listener) -> Listener:
    """Call `listener` with the order whenever units of it have left; twice registered is once."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def tell(order: OrderMoney) -> None:
    """Call everybody."""
    for listener in _listeners:
        listener(order)
