"""The table of scenarios: what SpiffWorkflow 3.2.0 was measured by, and our verdict on each.

Stock SpiffWorkflow does 60 of these 89 rightly, 21 wrongly without a word, and raises on 8.
Here every one is either right or refused at deployment; each test states which.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

NAMES = (
    "interrupting boundary timer (duration)",
    "non-interrupting boundary timer (duration)",
    "cycle boundary timer R3/PT..",
    "cycle timer intermediate catch R2",
    "date timer (timeDate) catch",
    "start timer event",
    "event-based gateway: message wins",
    "event-based gateway: timer wins",
    "event-based gateway: two timers of different length",
    "event-based gateway: receiveTask child",
    "event subprocess: interrupting, message start",
    "event subprocess: non-interrupting, message start",
    "event subprocess: not triggered -> process still completes",
    "event subprocess: timer start (non-interrupting)",
    "event subprocess: timer start, not due, main flow completes",
    "event subprocess: error start",
    "event subprocess: escalation start",
    "escalation: intermediate throw -> interrupting boundary",
    "escalation: intermediate throw -> non-interrupting boundary",
    "escalation: end event -> boundary",
    "escalation: from call activity, catch-all boundary (no ref)",
    "escalation: uncaught -> bpmn_events / no crash",
    "error: end event in subprocess -> error boundary by code",
    "error boundary on SERVICE TASK (exception in call_service)",
    "error boundary on service task: app catches & sends ErrorEvent itself",
    "compensation: intermediate throw + boundary handler",
    "compensation: throw without boundary (silently ignored?)",
    "compensation end event",
    "signal: external send -> intermediate catch",
    "signal: throw in parallel branch -> catch",
    "signal end event",
    "signal boundary, non-interrupting, fires more than once",
    "link events (throw/catch)",
    "message: intermediate catch, external send",
    "message correlation: right key accepted, wrong key rejected",
    "message correlation: event sent WITHOUT correlations",
    "message correlation: catch first (no key set yet) accepts any",
    "message correlation: catch first WITH processVariableCorrelation",
    "message correlation: two keys, one matches, one differs (any vs all)",
    "message: two MI instances waiting for the same message, per-item correlation",
    "message end event / send task -> get_events()",
    "message start event",
    "conditional event: intermediate catch on data object",
    "terminate end event",
    "terminate end event inside subprocess ends only the subprocess",
    "multi-instance sequential, user task, collection in/out",
    "multi-instance parallel, user task, collection in/out",
    "multi-instance parallel: result order when completed out of order",
    "multi-instance: completionCondition",
    "multi-instance over subprocess with boundary timer inside",
    "multi-instance: empty collection",
    "multi-instance: in-place update (input==output)",
    "standard loop (loopCondition, loopMaximum)",
    "loop back through exclusive gateway (5x)",
    "call activity + data in/out",
    "call activity calledElement by expression",
    "call activity: recursion (process calls itself)",
    "lanes",
    "nested lanes (childLaneSet)",
    "data objects",
    "data store without implementation class",
    "DMN UNIQUE, one match",
    "DMN UNIQUE with several matches must fail",
    "DMN FIRST",
    "DMN ANY with conflicting outputs must fail",
    "DMN PRIORITY (outputValues order)",
    "DMN RULE ORDER",
    "DMN COLLECT",
    "DMN COLLECT SUM",
    "DMN no rule matches",
    'DMN FEEL syntax: range [1..100], list "a","b", not()',
    'DMN python-ish: "10 <= ? <= 100", "? in [1,50]"',
    "DMN with two decisions (DRG) in one file",
    "transaction subprocess + cancel end/boundary",
    "parallel gateway fork/join",
    "inclusive gateway fork/join",
    "complex gateway",
    "ad-hoc subprocess (parallel)",
    "ad-hoc subprocess without data object",
    'ad-hoc ordering="Sequential" is rejected',
    "multiple outgoing flows from a task (implicit fork)",
    "multiple incoming to a task without gateway (implicit merge runs twice)",
    "conditional sequence flow from a task (conditionExpression on user task flow)",
    "token multiplication: parallel split whose branches meet at exclusive gateway",
    "boundary timer on call activity; interrupts nested user task",
    "several boundary events on one task (timer + message + error)",
    "interrupting boundary: downstream reached twice? (task done after timer in a loop)",
    'global/manual/undefined "task"',
    "collaboration with two pools, message flow inside one file",
)


class Verdict(StrEnum):
    """What our engine does with a case of the table."""

    RIGHT = "right"
    REFUSED = "refused"


PROVEN: dict[str, Verdict] = {}
"""Filled by the tests of this folder as they are imported."""

Test = Callable[..., None]


def right(name: str) -> Callable[[Test], Test]:
    """The test proves that the case `name` runs as the standard says."""
    return _proves(name, Verdict.RIGHT)


def refused(name: str) -> Callable[[Test], Test]:
    """The test proves that the case `name` is refused, with a sentence and a way out."""
    return _proves(name, Verdict.REFUSED)


def _proves(name: str, verdict: Verdict) -> Callable[[Test], Test]:
    assert name in NAMES, name
    assert name not in PROVEN, f"{name}: two tests state a verdict"
    PROVEN[name] = verdict
    return lambda test: test
