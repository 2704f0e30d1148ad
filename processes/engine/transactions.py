"""Whether what is drawn for transactions fits together: who cancels, and where that leads."""

from __future__ import annotations

from processes.sentences import say

from .findings import Findings, named
from .reading import DrawnProcess
from .types import Element

_KIND = "transaction"


def check_transactions(process: DrawnProcess, findings: Findings) -> None:
    """Add to `findings` every cancel event that could not do what it says."""
    elements = {element.id: element for element in process.elements}
    ends = [e for e in process.elements if e.event == "cancel" and e.type == "endEvent"]
    boundaries = [e for e in process.elements if e.event == "cancel" and e not in ends]
    for end in ends:
        _check_end(end, elements, findings)
    for boundary in boundaries:
        _check_boundary(boundary, elements, boundaries, findings)
    for element in process.elements:
        if element.type == _KIND:
            _check_both(element, ends, boundaries, findings)
            if element.id in [end.parent_id for end in ends]:
                _check_transaction(element, elements, findings)


def _check_end(end: Element, elements: dict[str, Element], findings: Findings) -> None:
    around = elements.get(end.parent_id)
    if around is None or around.type != _KIND:
        findings.add(
            "transaction",
            end.id,
            "Expected a cancel end event directly in a transaction, found it in {around}; "
            "draw it there, or use an error end event",
            around=named(around) if around else say("the process"),
        )
    if end.inputs:
        findings.add(
            "transaction", end.id, "Expected no inputs on this event: handlers see the variables"
        )


def _check_boundary(
    boundary: Element, elements: dict[str, Element], all_of_them: list[Element], findings: Findings
) -> None:
    host = elements.get(boundary.attached_to)
    if host is not None and host.type != _KIND:
        findings.add(
            "transaction",
            boundary.id,
            "Expected a cancel event on a transaction, found it on {host}; make that one, or use "
            "an error event",
            host=named(host),
        )
    if not boundary.interrupting:
        findings.add("transaction", boundary.id, "Expected a cancel event to interrupt; mark it so")
    if [other.attached_to for other in all_of_them].count(boundary.attached_to) > 1:
        findings.add(
            "transaction", boundary.id, "Expected one cancel event on a transaction; keep one"
        )


def _check_both(
    transaction: Element, ends: list[Element], boundaries: list[Element], findings: Findings
) -> None:
    cancels = transaction.id in [end.parent_id for end in ends]
    leads_on = transaction.id in [boundary.attached_to for boundary in boundaries]
    if cancels and not leads_on:
        findings.add(
            "transaction",
            transaction.id,
            "Expected a cancel event on the transaction, for it has a cancel end event; draw one",
        )
    if leads_on and not cancels:
        findings.add(
            "transaction",
            transaction.id,
            "Expected a cancel end event in the transaction, for a cancel event is drawn on it; "
            "draw one, or remove that",
        )


def _check_transaction(
    transaction: Element, elements: dict[str, Element], findings: Findings
) -> None:
    if transaction.loop is not None:
        findings.add(
            "transaction",
            transaction.id,
            "Expected no loop or multi-instance marker on a transaction with a cancel end event; "
            "put the marker on a sub-process around it",
        )
    for element in elements.values():
        throws = element.event == "compensate" and element.type != "boundaryEvent"
        if throws and transaction.id in _around(element, elements):
            findings.add(
                "transaction",
                element.id,
                "Expected no compensation thrown in {transaction}, for its cancel end event "
                "undoes all; keep one of the two",
                transaction=named(transaction),
            )
    for outer_id in (transaction.id, *_around(transaction, elements)):
        if elements[outer_id].for_compensation:
            findings.add(
                "transaction",
                transaction.id,
                "Expected no cancel end event in the handler {handler}; use an error end event",
                handler=named(elements[outer_id]),
            )


def _around(element: Element, elements: dict[str, Element]) -> list[str]:
    """The sub-processes around `element`, from the inside out."""
    found: list[str] = []
    parent = elements.get(element.parent_id)
    while parent is not None:
        found.append(parent.id)
        parent = elements.get(parent.parent_id)
    return found
