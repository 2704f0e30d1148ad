"""Verbs for a timer that waits: put it at another moment, let it pause, let it go on.

A cycle goes on from where its next moment is put. Nothing else moves, also when the new
moment has come already: the next `fire_timers` finds it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from . import cycles
from .errors import CannotProceed, TokenNotWaiting
from .events import CYCLE, DUE, REST
from .execution import loaded, moved
from .instance import Instance
from .moments import to_number
from .parsing import Spec
from .patches import Token
from .types import Environment, State, Step

_LAST = to_number(datetime(9999, 1, 1, tzinfo=UTC))


def change_timer(
    spec: Spec, state: State, environment: Environment, *, token_id: str, due_at: datetime
) -> Step:
    """Let the timer be due at `due_at` instead, in the past too: then it fires next.

    Raises:
        TokenNotWaiting: no timer waits there any more.
        CannotProceed: it pauses: it has no moment to be changed; or the new one is too late.
        BadState: the state was altered or is not of this definition.
    """
    instance = loaded(spec, state, environment, asleep=True)
    token = _timer(instance, token_id, DUE, "Expected a timer that runs, but it pauses; resume it")
    return moved(spec, instance, lambda: _put(token, to_number(due_at)))


def pause_timer(spec: Spec, state: State, environment: Environment, *, token_id: str) -> Step:
    """Stop the timer; it keeps the time that it has left, nothing when it is overdue.

    Raises:
        CannotProceed: it pauses already.
        TokenNotWaiting, BadState: as for `change_timer`.
    """
    instance = loaded(spec, state, environment, asleep=True)
    token = _timer(instance, token_id, DUE, "Expected a timer that runs, but it pauses already")

    def pause() -> None:
        left = token.internal_data.pop(DUE) - to_number(environment.now)
        token.internal_data[REST] = max(0, left)

    return moved(spec, instance, pause)


def resume_timer(spec: Spec, state: State, environment: Environment, *, token_id: str) -> Step:
    """Let a timer that pauses go on: it is due when the time it had left has passed.

    Raises:
        CannotProceed: it does not pause.
        TokenNotWaiting, BadState: as for `change_timer`.
    """
    instance = loaded(spec, state, environment, asleep=True)
    token = _timer(instance, token_id, REST, "Expected a timer that pauses, but it runs")
    now = to_number(environment.now)
    return moved(spec, instance, lambda: _put(token, now + token.internal_data.pop(REST)))


def _timer(instance: Instance, token_id: str, has: str, otherwise: str) -> Token:
    token = instance.find(token_id)
    if token is None or not token.internal_data.keys() & {DUE, REST}:
        raise TokenNotWaiting(token_id)
    if has not in token.internal_data:
        raise CannotProceed(otherwise, element_id=token.task_spec.name)
    return token


def _put(token: Token, due: int) -> None:
    if due > _LAST:
        sentence = "Expected a moment before the year 9999, found a later one"
        raise CannotProceed(sentence, element_id=token.task_spec.name)
    internals = token.internal_data
    internals[DUE] = due
    if CYCLE in internals:
        internals[CYCLE] = cycles.moved(internals[CYCLE], due)
