"""The verbs: spec + state + one act → step. Every call starts from bytes and ends in bytes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from . import branches, sleeping, throwing
from .addressees import behind, in_turn, wake_who_waits_too
from .codec import decode, encode
from .errors import CannotProceed, TokenNotWaiting
from .events import DUE, MESSAGE, StartEvent
from .instance import TOP, Instance
from .moments import from_number, to_number
from .parsing import Spec
from .patches import TaskState, Token
from .plain import plain
from .types import Environment, State, Step, Variables, Wait, WaitKind
from .waiting import awaiting, wait_of


def start(
    spec: Spec, variables: Variables, environment: Environment, *, element_id: str = ""
) -> Step:
    """Begin an instance with `variables`, at its plain start event or its only one.

    `element_id` names another start event, whose message or moment has come: then the
    variables are what came with it and go through its output mapping.

    Raises:
        CannotProceed: the tokens cannot move on, or come to no rest (`BudgetSpent`); or it is
            not clear where to begin.
    """
    instance = Instance(environment)
    outermost = spec.scopes[spec.process_id]
    at = _start_event(spec, element_id)
    data = plain(variables)
    came = {"data": {}, "payload": data, "at": at} if element_id else {"data": data}
    return moved(spec, instance, lambda: instance.open(outermost, activity=None, **came))


def complete(
    spec: Spec, state: State, environment: Environment, *, token_id: str, output: Variables
) -> Step:
    """Report a user or service task as done; `output` goes through its output mapping.

    Raises:
        TokenNotWaiting: the token is gone or has moved on, or waits for something else.
        CannotProceed: the tokens cannot move on, or come to no rest (`BudgetSpent`).
        BadState: the state was altered or is not of this definition.
    """
    instance = loaded(spec, state, environment, asleep=True)
    token = _working(instance, token_id)
    data = plain(output, element_id=token.task_spec.name)
    return moved(spec, instance, lambda: token.task_spec.complete(token, data), before=token.data)


def throw_error(
    spec: Spec,
    state: State,
    environment: Environment,
    *,
    token_id: str,
    code: str,
    message: str = "",  # noqa: ARG001 — for the history; a diagram catches by code
    variables: Variables | None = None,
) -> Step:
    """Leave a user or service task through the nearest event that catches error `code`.

    `variables` go through the output mapping of that event.

    Raises:
        UncaughtBpmnError: the diagram draws no such event around the token.
        TokenNotWaiting, CannotProceed, BadState: as for `complete`.
    """
    instance = loaded(spec, state, environment, asleep=True)
    token = _working(instance, token_id)
    data = plain(variables or {}, element_id=token.task_spec.name)
    return moved(
        spec,
        instance,
        lambda: throwing.throw_error(token, code=code, variables=data),
        before=token.data,
    )


def deliver(
    spec: Spec, state: State, environment: Environment, *, token_id: str, payload: Variables
) -> Step:
    """Hand a correlated message to the one token that waits for it.

    Raises:
        TokenNotWaiting, CannotProceed, BadState: as for `complete`.
    """
    instance = loaded(spec, state, environment, asleep=True)
    token = instance.find(token_id)
    if token is None or MESSAGE not in token.internal_data:
        raise TokenNotWaiting(token_id)
    data = plain(payload, element_id=token.task_spec.name)
    before = token.data if branches.in_a_branch(token) else branches.gathered(token.workflow)
    return moved(spec, instance, lambda: token.trigger(data), before=before)


def fire_timers(spec: Spec, state: State, environment: Environment) -> Step:
    """Let every timer that is due fire, the longest due first; nothing may be due.

    A timer that is armed meanwhile waits for the next call, even if it is due at once.

    Raises:
        CannotProceed, BadState: as for `complete`.
    """
    instance = loaded(spec, state, environment, asleep=True)
    now = to_number(environment.now)
    sleeping.wake_due(instance, now)
    due = [t for t in instance.standing_awake() if t.internal_data.get(DUE, now + 1) <= now]
    due.sort(key=lambda token: (token.internal_data[DUE], token.number))

    def fire() -> None:
        for token in due:
            # An earlier one may have ended what this one is attached to.
            if instance.stands(token):
                token.trigger({})
                instance.run()

    return moved(spec, instance, fire)


def cancel(spec: Spec, state: State, environment: Environment) -> Step:
    """Take every token off the diagram. An instance that has ended stays as it is.

    Raises:
        BadState: the state was altered or is not of this definition.
    """
    instance = loaded(spec, state, environment)

    def close() -> None:
        if instance.result is None:
            variables = branches.gathered(instance.scopes[TOP])
            instance.close(instance.scopes[TOP])
            instance.result = variables

    return moved(spec, instance, close)


def describe(spec: Spec, state: State, environment: Environment) -> Step:
    """What the instance waits for; nothing moves and the state is the one given.

    Raises:
        BadState: the state was altered or is not of this definition.
    """
    return _step(spec, loaded(spec, state, environment), state, {})


def _start_event(spec: Spec, element_id: str) -> StartEvent | None:
    starts = {node.name: node for node in spec.scopes[spec.process_id].starts}
    if element_id and element_id not in starts:
        sentence = "Expected a start event of this process"
        raise CannotProceed(sentence, element_id=element_id)
    if (
        not element_id
        and len(starts) > 1
        and all(n.element.event != "none" for n in starts.values())
    ):
        among = ", ".join(starts)
        sentence = f"Expected a plain start event, or to be told which one has come of {among}"
        raise CannotProceed(sentence, element_id=spec.process_id)
    return starts.get(element_id)


def loaded(spec: Spec, state: State, environment: Environment, *, asleep: bool = False) -> Instance:
    """The instance that `state` keeps; items may be `asleep` until they are asked for.

    Raises:
        BadState: the state was altered or is not of this definition.
    """
    return decode(
        state,
        fingerprint=spec.fingerprint,
        scopes=spec.scopes,
        environment=environment,
        asleep=asleep,
    )


def _working(instance: Instance, token_id: str) -> Token:
    token = instance.find(token_id)
    if token is None or not token.task_spec.done_by or token.state != TaskState.STARTED:
        raise TokenNotWaiting(token_id)
    return token


def moved(
    spec: Spec, instance: Instance, act: Callable[[], Any], *, before: Variables | None = None
) -> Step:
    """What `act` and all that follows from it make of the instance."""
    act()
    instance.run()
    return _step(spec, instance, encode(instance, spec.fingerprint), before or {})


def _step(spec: Spec, instance: Instance, state: State, before: Variables) -> Step:
    data = instance.variables()
    awaited = awaiting(instance.standing_awake())
    if not awaited:
        instance.check_rest()
    if not awaited or wake_who_waits_too(instance, awaited):
        awaited = awaiting(instance.standing_awake())
    known, now = in_turn(instance.awaited), in_turn(awaited)
    stays = {key[:2] for key in now}
    due = [moment for kind, _, moment in now if kind is WaitKind.TIMER and moment is not None]
    due += [sleepers.due for sleepers in sleeping.of(instance) if sleepers.due]
    step = Step(
        state=state,
        passages=tuple(instance.passages),
        ended=instance.result is not None,
        opened=tuple([wait_of(token, key) for key, token in now.items() if key not in known]),
        closed=tuple([key[:2] for key in known if key[:2] not in stays]),
        next_due=from_number(min(due)) if due else None,
        find_waits=partial(_all_waits, spec, state, instance.environment),
        data=data,
        data_before=before,
    )
    instance.forget()
    return step


def _all_waits(spec: Spec, state: State, environment: Environment) -> tuple[Wait, ...]:
    instance = loaded(spec, state, environment)
    found = awaiting(instance.standing())
    late = behind(found)
    waits = [wait_of(token, key, behind=key[1] in late) for key, token in found.items()]
    instance.forget()
    return tuple(waits)
