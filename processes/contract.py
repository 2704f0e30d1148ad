"""What a handler sees of the runtime, and how it registers: all that the two share.

Pure: no Django, no Celery, no engine. A handler is found by the topic that the
service task in the diagram names; the runtime never imports one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

Output = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One attempt of one service task."""

    topic: str
    business_key: str
    tenant: str
    inputs: Mapping[str, Any]
    """Plain JSON, as mapped in the diagram."""
    headers: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str
    """The same on every attempt of this service task, different when the token comes again."""
    attempt: int
    """1 for the first."""
    deadline: datetime
    """Real time, not the business clock: the lease ends here. Be back before it."""


Handler = Callable[[Call], Output]
F = TypeVar("F", bound=Callable[..., Any])


class BpmnError(Exception):
    """The work ended in a way the diagram foresees: leave through boundary event `code`.

    Not a failure: nothing is retried and no incident is raised.
    """

    def __init__(self, code: str, message: str, *, variables: Output | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.variables: Output = variables or {}


class PermanentFailure(Exception):
    """Asking again cannot help: an incident at once, a person must look."""


class Retry(Exception):
    """Surely nothing happened outside: ask again, not before `after_seconds` when given."""

    def __init__(self, message: str, *, after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.after_seconds = after_seconds


class NoHandler(PermanentFailure):
    """The diagram names a topic that no handler registered."""

    def __init__(self, topic: str) -> None:
        super().__init__(f"Expected a handler for topic {topic!r}, but none is registered")


_handlers: dict[str, Handler] = {}
_errors: dict[str, frozenset[str]] = {}
_functions: dict[str, Callable[..., Any]] = {}


def handles(topic: str, *, errors: Collection[str] | None = None) -> Callable[[F], F]:
    """Register the decorated function as the handler of `topic`.

    `errors` are the codes of all BPMN errors that it raises; None when they are not known.
    A diagram that waits for another one is warned of.
    """

    def register(handler: F) -> F:
        if _handlers.setdefault(topic, handler) is not handler:
            msg = f"Expected one handler for topic {topic!r}, found two"
            raise ValueError(msg)
        if errors is not None:
            _errors[topic] = frozenset(errors)
        return handler

    return register


def feel_function(name: str) -> Callable[[F], F]:
    """Lend the decorated function to FEEL expressions in diagrams, as `name`.

    It takes and returns FEEL values, must be pure and quick, and takes its arguments
    by position. A keyword-only parameter `now` receives the moment of the act.
    """

    def register(function: F) -> F:
        if _functions.setdefault(name, function) is not function:
            msg = f"Expected one FEEL function {name!r}, found two"
            raise ValueError(msg)
        return function

    return register


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One run of a duty. Moments are on the business clock."""

    now: datetime
    last: datetime | None
    """When it last ended well; None before the first time."""


@dataclass(frozen=True, kw_only=True)
class Duty:
    """Periodic work that no case waits for."""

    name: str
    every: timedelta
    offset: timedelta
    work: Callable[[Turn], None]


_duties: dict[str, Duty] = {}


def duty(name: str, *, every: timedelta, offset: timedelta = timedelta()) -> Callable[[F], F]:
    """Have the decorated function called once in `every`, by one sweeper of all there are.

    Its moments are whole multiples of `every` on the business clock, `offset` later: a day
    with an offset of 3 hours is 03:00 UTC. Moments missed are made up for by one call, whose
    `Turn.last` says since when. It must bear being done twice: a node may die on it. When it
    raises, it is tried again with growing pauses, and others see why.
    """

    def register(work: F) -> F:
        known = _duties.setdefault(name, Duty(name=name, every=every, offset=offset, work=work))
        if known.work is not work:
            msg = f"Expected one duty {name!r}, found two"
            raise ValueError(msg)
        return work

    return register


def duties() -> Mapping[str, Duty]:
    """All duties, by name."""
    return _duties


def handler_for(topic: str) -> Handler:
    """The handler of `topic`.

    Raises:
        NoHandler: none is registered.
    """
    try:
        return _handlers[topic]
    except KeyError:
        raise NoHandler(topic) from None


def topics() -> frozenset[str]:
    """All topics that have a handler; deployment refuses a diagram that names another."""
    return frozenset(_handlers)


def errors() -> Mapping[str, frozenset[str]]:
    """The codes of BPMN errors by topic, of all topics whose handlers say so."""
    return _errors


def feel_functions() -> Mapping[str, Callable[..., Any]]:
    """All functions lent to FEEL, by name."""
    return _functions


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who does something: a person, a provider or the system itself."""

    name: str
    """Login name, or e.g. `system`, `job:refund.submit`, `provider:simulator`."""
    tenant: str = ""
    groups: frozenset[str] = frozenset()
    """Audiences, e.g. `lingyue/seller` or `platform/customer_service`."""
    via: str = "system"
    """`ui`, `api`, `provider` or `system`."""


SYSTEM = Actor(name="system")
