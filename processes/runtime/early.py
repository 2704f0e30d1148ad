"""What comes to a token from a message, also from one that came before the token waited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from processes import acts
from processes.contract import Actor
from processes.engine import EngineError, TokenNotWaiting
from processes.history import Kind

from .locked import Locked, LockedToken
from .saving import Early, save
from .stepping import Change, step


def delivery(token: LockedToken, number: int, payload: Mapping[str, Any], actor: Actor) -> Change:
    """What message `number` makes of the case whose token waits for it. Not written yet."""
    return step(
        token.case,
        acts.deliver(token.token, payload),
        kind=Kind.MESSAGE_DELIVERED,
        actor=actor,
        element_id=token.element_id,
        letter="m",
        message=number,
    )


def deliver_early(case: Locked, early: Sequence[Early]) -> None:
    """Hand messages to the subscriptions that have just opened for them, in the same
    transaction; each may open the next."""
    waiting = list(early)
    while waiting:
        message = waiting.pop(0)
        try:
            change = delivery(
                LockedToken(case=case, token=message.token, element_id=message.element_id),
                message.id,
                message.payload,
                Actor(name=message.actor, via=message.via),
            )
        except TokenNotWaiting:
            continue  # an earlier one of them has ended this wait
        except EngineError:
            return  # stays buffered: the sweeper comes to it and says what is wrong
        waiting.extend(save([change]).early)
        case = change.after


def deliver_early_to_all(changes: Sequence[Change], early: Sequence[Early]) -> None:
    """`deliver_early` for each case of a batch."""
    for change in changes:
        mine = [message for message in early if message.instance_id == change.before.id]
        deliver_early(change.after, mine)
