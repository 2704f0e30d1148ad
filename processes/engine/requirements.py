"""What each kind of element must say so that its token can be handed to somebody."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from processes.sentences import Said, say

from .calls import check_call
from .expressions import constant
from .findings import Findings
from .moments import ANY_MOMENT, due_at
from .reading import DrawnProcess
from .types import Element, Loop
from .vocabulary import MAX_PRIORITY, MAX_RETRIES

_ID = re.compile(r"[A-Za-z_][\w.-]{0,127}", re.ASCII)
_PLACEHOLDER = re.compile(r"[$#]\{[^{}]*\}")
"""Expressions of other engines."""
_TEXTS = (
    "message",
    "correlation_key",
    "signal",
    "code",
    "topic",
    "form_id",
    "assignee",
    "candidate_groups",
    "candidate_users",
    "due_date",
    "follow_up_date",
    "priority",
    "called_process",
    "decision_id",
)
_THROWS = ("endEvent", "intermediateThrowEvent")
_VARIABLE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


def check_id(identifier: str, findings: Findings) -> None:
    """Refuse what states and addresses could not carry."""
    if not _ID.fullmatch(identifier):
        findings.add("id", identifier, "Expected an id of Latin letters, digits, _ . and -")


def check_element(
    element: Element,
    drawn: Mapping[str, DrawnProcess],
    tables: Collection[str],
    findings: Findings,
) -> None:
    """Add to `findings` what `element` lacks; it may call what is `drawn`, decide by `tables`."""
    check_id(element.id, findings)
    _check_language(element, findings)
    _check_mappings(element, findings)
    check = _CHECKS.get(element.type)
    if check is not None:
        check(element, findings)
    if element.loop is not None:
        _check_loop(element, element.loop, findings)
    if element.timer_kind and not element.timer:
        findings.add("bad-timer", element.id, "Expected a duration or a date, found nothing")
    if element.message and (element.type != "startEvent" or element.parent_id):
        _require(
            element, findings, element.correlation_key, say("a correlation key for its message")
        )
    if element.type == "callActivity":
        check_call(element, drawn, findings)
    if element.type == "businessRuleTask" and element.decision_id not in ("", *tables):
        findings.add(
            "unknown-reference",
            element.id,
            "Expected a decision of the same bundle, found {found}; deploy its .dmn file too",
            found=element.decision_id,
        )


def _check_language(element: Element, findings: Findings) -> None:
    texts = (getattr(element, field) for field in _TEXTS)
    sources = (line.source for line in (*element.inputs, *element.outputs))
    for text in (*texts, *sources):
        if _PLACEHOLDER.search(text):
            findings.add(
                "bad-feel",
                element.id,
                "Expected FEEL, beginning with =, found {text!r:.80} of another language",
                text=text,
            )


def _check_mappings(element: Element, findings: Findings) -> None:
    for line in (*element.inputs, *element.outputs):
        if not line.source:
            findings.add(
                "mapping",
                element.id,
                "Expected a source for {target!r}, found none",
                target=line.target,
            )
        if not _VARIABLE.fullmatch(line.target):
            findings.add(
                "mapping",
                element.id,
                "Expected a variable as target of a mapping, found {found!r}",
                found=line.target,
            )
    catches = element.type in ("startEvent", "intermediateCatchEvent", "boundaryEvent")
    throws = element.type in _THROWS and element.event != "message"
    if (catches and element.inputs) or (throws and element.outputs):
        findings.add(
            "mapping",
            element.id,
            "Expected {wanted} only on this event, found {found}; remove them",
            wanted=say("outputs") if catches else say("inputs"),
            found=say("inputs") if catches else say("outputs"),
        )


def _check_loop(element: Element, loop: Loop, findings: Findings) -> None:
    if loop.standard:
        _check_turns(element, loop, findings)
        return
    if loop.cardinality:
        _check_cardinality(element, loop, findings)
    else:
        _require(element, findings, loop.input_collection, say("an input collection"))
    for name, what in (
        (loop.input_element, say("the input element")),
        (loop.output_collection, say("the output collection")),
    ):
        if name and (not _VARIABLE.fullmatch(name) or "." in name):
            findings.add(
                "loop",
                element.id,
                "Expected a variable as {what}, found {found!r:.60}",
                what=what,
                found=name,
            )
    if loop.input_element == "loopCounter":
        findings.add("loop", element.id, "Expected another input element: loopCounter counts")
    if bool(loop.output_collection) != bool(loop.output_element):
        findings.add("loop", element.id, "Expected output collection and output element, or none")


def _check_turns(element: Element, loop: Loop, findings: Findings) -> None:
    if not loop.condition and not loop.maximum:
        findings.add("loop", element.id, "Expected a loop condition or a loop maximum, found none")
    if loop.maximum and (not loop.maximum.isdecimal() or not int(loop.maximum)):
        findings.add(
            "loop",
            element.id,
            "Expected a loop maximum from 1 on, found {found!r:.60}",
            found=loop.maximum,
        )


def _check_cardinality(element: Element, loop: Loop, findings: Findings) -> None:
    if not loop.cardinality.startswith("=") and not loop.cardinality.isdecimal():
        findings.add(
            "loop",
            element.id,
            "Expected the loop cardinality as a number or in FEEL, beginning with =, "
            "found {found!r:.60}",
            found=loop.cardinality,
        )
    if loop.input_collection or loop.input_element:
        findings.add(
            "loop",
            element.id,
            "Expected a loop cardinality or an input collection, found both; keep one",
        )


def _require(
    element: Element, findings: Findings, value: str, what: Said, *, fixed: bool = False
) -> None:
    if not value:
        findings.add(
            "missing", element.id, "Expected {what}, found none; set it in the panel", what=what
        )
    elif fixed and value.startswith("="):
        findings.add(
            "missing",
            element.id,
            "Expected {what} as fixed text, found {found!r:.60}",
            what=what,
            found=value,
        )


def _check_job(element: Element, findings: Findings) -> None:
    _require(element, findings, element.topic, say("a topic (task definition type)"), fixed=True)
    if not _is_count(element.retries, 1, MAX_RETRIES):
        findings.add(
            "missing",
            element.id,
            "Expected a number of retries from 1 to {most}, found {found!r:.60}",
            most=MAX_RETRIES,
            found=element.retries,
        )


def _check_throw(element: Element, findings: Findings) -> None:
    if element.event == "message":
        _check_job(element, findings)
    elif element.topic or element.headers:
        findings.add(
            "not-supported",
            element.id,
            "Expected a task definition on a message event only; make it one, or a service task",
        )


def _check_script(element: Element, findings: Findings) -> None:
    if element.topic:
        _check_job(element, findings)
        return
    _require(element, findings, element.script, say("a FEEL expression"))
    _check_result(element, findings)


def _check_decision(element: Element, findings: Findings) -> None:
    if element.topic:
        _check_job(element, findings)
        return
    _require(element, findings, element.decision_id, say("a called decision"), fixed=True)
    _check_result(element, findings)


def _check_result(element: Element, findings: Findings) -> None:
    if not _VARIABLE.fullmatch(element.result_variable):
        findings.add(
            "missing",
            element.id,
            "Expected a result variable, found {found!r:.60}",
            found=element.result_variable,
        )


def _check_user_task(element: Element, findings: Findings) -> None:
    if element.form_id.startswith("="):
        _require(element, findings, element.form_id, say("a form id"), fixed=True)
    if element.priority and not _is_count(element.priority, 0, MAX_PRIORITY):
        findings.add(
            "missing",
            element.id,
            "Expected a priority from 0 to {most}, found {found!r:.60}",
            most=MAX_PRIORITY,
            found=element.priority,
        )
    for text in (element.due_date, element.follow_up_date):
        moment = constant(text)
        if moment and moment != "null":
            try:
                due_at(moment, ANY_MOMENT)
            except ValueError as error:
                findings.add("bad-timer", element.id, str(error))


def _is_count(text: str, least: int, most: int) -> bool:
    """Whether `text` is a number from `least` to `most`, or FEEL, which gives one later."""
    return text.startswith("=") or (text.isdecimal() and least <= int(text) <= most)


_CHECKS: Mapping[str, Callable[[Element, Findings], None]] = {
    "userTask": _check_user_task,
    "serviceTask": _check_job,
    "sendTask": _check_job,
    **dict.fromkeys(_THROWS, _check_throw),
    "scriptTask": _check_script,
    "businessRuleTask": _check_decision,
}
