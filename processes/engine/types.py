"""What goes into the engine and what comes out: frozen values, JSON inside.

No behaviour lives here, and nothing of SpiffWorkflow is seen here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from .asleep import opened

Variables = Mapping[str, Any]
"""Names to plain JSON: None, bool, int, float, str, list, dict. Money is an int in minor units."""

State = bytes
"""One process instance between two acts: opaque, compact, authenticated."""

STATE_VERSIONS = (3, 2, 1)
"""How states were written over time, the newest first; all are read."""


class WaitKind(StrEnum):
    """The four things a case can wait for."""

    USER_TASK = "user_task"
    SERVICE_TASK = "service_task"
    MESSAGE = "message"
    TIMER = "timer"


class Outcome(StrEnum):
    """How a token left an element."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the world lends to one call of the engine."""

    now: datetime
    """Aware; the one clock. Everything the act does happens at this moment."""
    state_key: bytes
    """Secret that authenticates states."""
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """FEEL functions of the business, by the name a diagram calls them."""
    state_version: int = STATE_VERSIONS[0]
    """How states are written: as before only to prove a history that was made so."""


class Wait(NamedTuple):
    """One thing an instance waits for. Fields that do not belong to the kind are empty."""

    kind: WaitKind
    token_id: str
    """Unique in the instance and stable while the token waits."""
    element_id: str
    process_id: str
    """The process in which the element is drawn: the instance's own, or one it calls."""
    name: str
    """As drawn; the element id when the analyst gave none."""
    variables: Variables = MappingProxyType({})
    """User and service task: the mapped inputs; all the token's variables when none are mapped."""
    headers: Mapping[str, str] = MappingProxyType({})
    topic: str = ""
    retries: int = 3
    form_id: str = ""
    assignee: str = ""
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    due_at: datetime | None = None
    """Timer: when it fires; None while it pauses. User task: its due date."""
    remaining: timedelta | None = None
    """Timer that pauses: how long is left of it."""
    follow_up_at: datetime | None = None
    priority: int = 50
    message: str = ""
    correlation_key: str = ""
    behind: bool = False
    """Message: whether an older token waits for the same one and gets it first."""
    interrupting: bool = True
    """Boundary timer or message: whether it ends the activity it is attached to.

    Of one that begins an event sub-process: whether it ends all else in its scope."""
    attached_to: str = ""
    """Boundary timer or message: the token it is attached to, if that is known.

    Of one that begins an event sub-process: the sub-process or call it is drawn in, if any."""


class Passage(NamedTuple):
    """A token left an element: one line of the history."""

    token_id: str
    element_id: str
    process_id: str
    """As of `Wait`."""
    name: str
    type: str
    """BPMN local name of the element, e.g. `userTask`."""
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Step:
    """What one call of the engine left behind."""

    state: State
    passages: tuple[Passage, ...]
    """Oldest first."""
    ended: bool
    opened: tuple[Wait, ...]
    """What is waited for now, but was not before the act, or not at this moment; without
    those who are `behind`."""
    closed: tuple[tuple[WaitKind, str], ...]
    """Kind and token of what was waited for before the act, but is not now; likewise."""
    next_due: datetime | None
    """When the earliest of all timers is due."""
    find_waits: Callable[[], tuple[Wait, ...]] = field(repr=False, compare=False)
    data: Variables = field(repr=False)
    data_before: Variables = field(repr=False, default_factory=dict)
    """As `variables` and `before`, large values still asleep."""

    @cached_property
    def waits(self) -> tuple[Wait, ...]:
        """Everything the instance waits for now. Takes time for each; `opened` does not."""
        return self.find_waits()

    @cached_property
    def variables(self) -> Variables:
        """Of the token that moved last; of the process when it has ended."""
        return opened(self.data)

    @cached_property
    def before(self) -> Variables:
        """Of the token that was acted on, before the act; empty when there was no single one."""
        return opened(self.data_before)

    def those_of(self, names: Iterable[str]) -> Variables:
        """The `variables` with these names, if they are there."""
        return opened({name: self.data[name] for name in names if name in self.data})

    def written(self) -> tuple[Variables, Variables]:
        """Those of `before` and of `variables` that may differ."""
        one, other = self.data_before, self.data
        same = {name for name in one.keys() & other.keys() if one[name] is other[name]}
        sides = ({n: v for n, v in side.items() if n not in same} for side in (one, other))
        before, after = (opened(side) for side in sides)
        return before, after


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One line of a `zeebe:ioMapping`: the value of `source` is written to `target`."""

    source: str
    """FEEL when it begins with `=`, else a plain string."""
    target: str
    """A variable, or a path into one: `order.total`."""


@dataclass(frozen=True, kw_only=True)
class Loop:
    """An activity that is done several times: for each item of a list, or in a standard loop."""

    sequential: bool = False
    """In turn; else all at once."""
    input_collection: str = ""
    input_element: str = ""
    output_collection: str = ""
    """The variable that gets the results, in the order of the items."""
    output_element: str = ""
    completion_condition: str = ""
    cardinality: str = ""
    """How often, when there is no list: a number, or FEEL."""
    standard: bool = False
    """A standard loop: again and again while `condition` holds, at most `maximum` times."""
    condition: str = ""
    test_before: bool = False
    """Whether the condition is looked at before the first turn too."""
    maximum: str = ""


@dataclass(frozen=True, kw_only=True)
class Element:
    """One flow node as drawn. Fields that do not belong to its type are empty.

    Texts are as drawn: FEEL when they begin with `=`.
    """

    id: str
    type: str
    """BPMN local name, e.g. `userTask` or `boundaryEvent`."""
    name: str = ""
    process_id: str
    parent_id: str = ""
    """The sub-process it is drawn in; empty at the top of its process."""
    documentation: str = ""
    event: str = ""
    """Of events: `none`, `timer`, `message`, `signal`, `error`, `escalation`, `compensate`,
    `cancel`, `conditional`, `link` or `terminate`.

    A message that is thrown is a job: it has a topic."""
    attached_to: str = ""
    """Of boundary events: the activity."""
    interrupting: bool = True
    timer: str = ""
    """Duration, date-time or cycle, as `timer_kind` says."""
    timer_kind: str = ""
    """`duration`, `date` or `cycle`."""
    message: str = ""
    correlation_key: str = ""
    code: str = ""
    """Of error and escalation events; empty catches all."""
    signal: str = ""
    """Of signal events: its name."""
    condition: str = ""
    """Of conditional events: what must become true."""
    link: str = ""
    """Of link events: the name that both ends have."""
    topic: str = ""
    retries: str = "3"
    headers: Mapping[str, str] = field(default_factory=dict)
    form_id: str = ""
    assignee: str = ""
    candidate_groups: str = ""
    candidate_users: str = ""
    due_date: str = ""
    follow_up_date: str = ""
    priority: str = ""
    script: str = ""
    decision_id: str = ""
    result_variable: str = ""
    called_process: str = ""
    """Its id, or FEEL that gives it."""
    calls: tuple[str, ...] = ()
    """Processes that may be called here: the one that is named, or all that FEEL may choose."""
    binding: str = ""
    version_tag: str = ""
    """The version of the called process that is pinned, if one is."""
    propagate_parent: bool = True
    propagate_child: bool = True
    inputs: tuple[Assignment, ...] = ()
    outputs: tuple[Assignment, ...] = ()
    triggered_by_event: bool = False
    """Of a sub-process: begun by the event at its start, not by a flow."""
    for_compensation: bool = False
    """Of an activity: it undoes another one."""
    handler: str = ""
    """Of a compensation event on an activity: the activity that undoes it."""
    compensates: str = ""
    """Of a compensation event that throws: the activity to undo; empty: all of its scope."""
    default_flow: str = ""
    loop: Loop | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    """`zeebe:properties`, e.g. `noLimit`."""
    line: int = 0


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One sequence flow as drawn."""

    id: str
    source: str
    target: str
    process_id: str
    parent_id: str = ""
    name: str = ""
    condition: str = ""
    line: int = 0
