"""What happens at events: waiting for a moment or a message, catching, throwing, ending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import branches, cycles, throwing
from .errors import CannotProceed
from .expressions import Compiler, Condition, Expression
from .merging import Data
from .moments import due_at, to_number
from .nodes import Node, PlainNode
from .patches import TaskState, Token
from .types import Element, Environment, Outcome

if TYPE_CHECKING:
    from .building import ScopeSpec

ARMED = ("timer", "message", "signal", "conditional")
"""Kinds of events that somebody waits for; others come to whom they find."""
DUE = "due"
"""Of a token that waits for a moment: when, in microseconds since 1970."""
REST = "rest"
"""Of a token whose timer pauses: how long is left, in microseconds. It has no `DUE` then."""
SIGNAL = "s"
"""Of a token that waits for a signal: its name."""
CONDITION = "c"
"""Of a token that waits for a condition: whether it held when it was looked at last."""
CYCLE = "cy"
"""Of a token that waits for a moment of a cycle: how it goes on after it."""
MESSAGE = "m"
"""Of a token that waits for a message: its name and correlation key."""


class CatchingNode(Node):
    """Waits for a moment or a message, in the flow or armed for somebody else."""

    waits_outside = True

    def __init__(self, spec: ScopeSpec, element: Element, compiler: Compiler) -> None:
        super().__init__(spec, element, compiler)
        self.watch(element, compiler)

    def watch(self, element: Element, compiler: Compiler) -> None:
        """Say which element, as drawn, tells what is caught."""
        self.caught = element
        self._timer, self._message, self._key = (
            compiler.expression(element.id, text)
            for text in (element.timer, element.message, element.correlation_key)
        )
        self.condition = Condition(element, compiler) if element.condition else None

    def arm(self, token: Token, seen: Data) -> None:
        """Say what `token` waits for. Evaluated here once: it stays so while it waits."""
        environment = token.workflow.instance.environment
        if self.caught.signal:
            token.internal_data[SIGNAL] = self.caught.signal
        elif self.condition is not None:
            token.internal_data[CONDITION] = False
            token.workflow.instance.wrote = True
        elif self.caught.timer:
            self._arm_timer(token, self._timer.string(seen, environment), environment)
        else:
            name = self._message.string(seen, environment)
            token.internal_data[MESSAGE] = [name, self._key.string(seen, environment)]
        token._set_state(TaskState.WAITING)

    def _arm_timer(self, token: Token, text: str, environment: Environment) -> None:
        """Keep when it is due and, of a cycle, how it goes on."""
        if self.caught.timer_kind != "cycle":
            token.internal_data[DUE] = moment(text, self._timer, environment)
            return
        try:
            token.internal_data[DUE], token.internal_data[CYCLE] = cycles.begin(
                text, environment.now
            )
        except ValueError as error:
            sentence = f"{self._timer.text}: {error}"
            raise CannotProceed(sentence, element_id=self.name) from error

    def arm_for(self, host: Token, seen: Data) -> None:
        """Arm a new token for `host`, which stands at an activity or a gateway."""
        token = host.workflow.instance.token(host.workflow, self, host.data, parent=host)
        self.map_inputs(token)
        self.arm(token, {**seen, **self.locals_of(token)})


def moment(found: object, expression: Expression, environment: Environment) -> int:
    """The moment that `expression` gave, in microseconds since 1970.

    Raises:
        CannotProceed: it gave neither a duration nor a date-time, or a negative one.
    """
    try:
        return to_number(due_at(str(found), environment.now))
    except ValueError as error:
        sentence = f"{expression.text}: {error}"
        raise CannotProceed(sentence, element_id=expression.element_id) from error


def comes_again(token: Token) -> dict[str, Any] | None:
    """What is waited for after `token` was triggered without interrupting; None: nothing.

    A message may come any number of times (BPMN 2.0 §13.5.3), a moment only in a cycle. A
    condition must become false before it can become true again.
    """
    waited = token.internal_data
    if MESSAGE in waited:
        return {MESSAGE: waited[MESSAGE]}
    if SIGNAL in waited:
        return {SIGNAL: waited[SIGNAL]}
    if CONDITION in waited:
        return {CONDITION: True}
    if CYCLE not in waited:
        return None
    now = to_number(token.workflow.instance.environment.now)
    try:
        next_one = cycles.following(waited[DUE], waited[CYCLE], now)
    except ValueError as error:
        raise CannotProceed(str(error), element_id=token.task_spec.name) from error
    return None if next_one is None else {DUE: next_one[0], CYCLE: next_one[1]}


class StartEvent(PlainNode):
    """Begins a process. What it waits for comes before there is an instance: `beginnings`."""

    def __init__(self, spec: ScopeSpec, element: Element, compiler: Compiler) -> None:
        super().__init__(spec, element, compiler)
        self.timer = compiler.expression(element.id, element.timer)
        self.message = compiler.expression(element.id, element.message)


class IntermediateCatchEvent(CatchingNode):
    """A moment or message in the flow, or one of several behind an event-based gateway."""

    def _update_hook(self, my_task: Token) -> bool:
        self.arm(my_task, my_task.data)
        return False

    def _on_trigger(self, my_task: Token, payload: Data) -> None:
        gateway = my_task.parent
        if gateway is not None and not branches.is_fork(gateway):
            my_task.data = gateway.data
            gateway.workflow.instance.pass_on(gateway)
            branches.replace(gateway, my_task)
        self.complete(my_task, payload)


class BoundaryEvent(CatchingNode):
    """Attached to an activity. Errors and escalations are not armed: nobody waits for them."""

    def _update_hook(self, my_task: Token) -> bool:  # noqa: ARG002 — it never comes by a flow
        return False

    def _on_trigger(self, my_task: Token, payload: Data) -> None:
        activity = my_task.parent
        if self.element.interrupting:
            self.catch_instead(activity, my_task, payload, outcome=Outcome.CANCELLED)
        else:
            self.catch_beside(activity, my_task, payload)

    def catch_thrown(self, activity: Token, payload: Data) -> None:
        """An error or escalation reaches `activity`, which this event is attached to."""
        instance = activity.workflow.instance
        newcomer = instance.token(activity.workflow, self, activity.data, parent=activity)
        if self.element.event == "error":
            self.catch_instead(activity, newcomer, payload, outcome=Outcome.ERROR)
        elif self.element.interrupting:
            self.catch_instead(activity, newcomer, payload, outcome=Outcome.CANCELLED)
        else:
            self.catch_beside(activity, newcomer, payload)

    def catch_instead(
        self, activity: Token, newcomer: Token, payload: Data, *, outcome: Outcome
    ) -> None:
        """Interrupt `activity`; `newcomer`, a child of it, goes on here in its place."""
        newcomer.data = activity.task_spec.data_so_far(activity)
        newcomer.workflow.instance.abandon(activity, outcome)
        branches.replace(activity, newcomer)
        self.complete(newcomer, payload)

    def catch_beside(self, activity: Token, newcomer: Token, payload: Data) -> None:
        """Let `activity` be; `newcomer`, a child of it, goes on here beside it."""
        activity.task_spec.settle(activity)
        newcomer.data = activity.data
        branches.part_beside(activity, newcomer)
        again = comes_again(newcomer)
        if again is not None:
            token = activity.workflow.instance.token(
                activity.workflow, self, activity.data, parent=activity
            )
            token.internal_data = again
            token._set_state(TaskState.WAITING)
        self.complete(newcomer, payload)


class EventBasedGateway(Node):
    """Waits for the first of the events behind it."""

    def _update_hook(self, my_task: Token) -> bool:
        my_task._set_state(TaskState.WAITING)
        for way in self.ways:
            way.target.arm_for(my_task, my_task.data)
        return False


class EscalationEvent(PlainNode):
    """Throws an escalation, in the flow or at its end; its input mapping goes with it."""

    def leave(self, token: Token) -> None:
        """Throw, then go on unless that ended what the token belongs to."""
        payload = self.locals_of(token)
        if throwing.escalate(token, code=self.element.code, variables=payload):
            super().leave(token)


class SignalEvent(PlainNode):
    """Throws a signal to all who wait for it in the instance; its input mapping goes with it."""

    def leave(self, token: Token) -> None:
        """Throw, then go on unless that ended what the token belongs to."""
        instance = token.workflow.instance
        name, payload = self.element.signal, self.locals_of(token)
        for other in [t for t in instance.standing() if t.internal_data.get(SIGNAL) == name]:
            # One who came earlier may have ended what this one is attached to.
            if instance.stands(other):
                other.trigger(payload)
        if instance.stands(token):
            super().leave(token)


class ErrorEndEvent(PlainNode):
    """Throws a BPMN error; its input mapping goes with it."""

    def leave(self, token: Token) -> None:
        """Throw; the token ends here in any case."""
        throwing.throw_error(token, code=self.element.code, variables=self.locals_of(token))


class TerminateEndEvent(PlainNode):
    """Ends the process or sub-process, whoever else is still in it."""

    def leave(self, token: Token) -> None:
        """End the scope."""
        throwing.end_scope(token)
