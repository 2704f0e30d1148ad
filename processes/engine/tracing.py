"""Which task a token came from: back along the flows, and what has been passed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .parsing import Spec
from .types import Element

_FOR_PEOPLE = "userTask"


def came_from(spec: Spec, element_id: str, passed: Sequence[str]) -> str | None:
    """The user task from which a token came to `element_id`; None: from none.

    Of the tasks from which a way leads there that passes no other task, that which was left
    last. `passed` are the elements that tokens have left, oldest first.
    """
    before = set(tasks_before(spec, element_id))
    return next((one for one in reversed(passed) if one in before), None)


def tasks_before(spec: Spec, element_id: str) -> Iterator[str]:
    """The nearest user tasks from which a way leads to the element."""
    drawn = {element.id: element for element in spec.elements}
    seen = {element_id}
    pending = [element_id] if element_id in drawn else []
    while pending:
        for before in _before(spec, drawn[pending.pop()]):
            if before.id in seen and before.id != element_id:
                continue
            seen.add(before.id)
            if before.type == _FOR_PEOPLE:
                yield before.id
            elif before.id != element_id:
                pending.append(before.id)


def elements_after(spec: Spec, element_id: str, *, behind: bool = False) -> Iterator[Element]:
    """The element itself, unless `behind` it, and all to which a way leads from it."""
    drawn = {element.id: element for element in spec.elements}
    first = drawn.get(element_id)
    pending = list(_behind(spec, first)) if first and behind else [first] if first else []
    seen = {element.id for element in pending}
    while pending:
        element = pending.pop()
        yield element
        for after in _after(spec, element):
            if after.id not in seen:
                seen.add(after.id)
                pending.append(after)


def _before(spec: Spec, element: Element) -> Iterator[Element]:
    """From where tokens come to `element`, also out of and into what is drawn around it."""
    sources = {flow.source for flow in spec.flows if flow.target == element.id}
    for one in spec.elements:
        if one.id in sources or one.id == element.attached_to:
            yield one
            yield from _ends_in(spec, one)
        elif element.type == "startEvent" and _contains(one, element):
            yield from _before(spec, one)
        elif _links(one, element):
            yield one


def _after(spec: Spec, element: Element) -> Iterator[Element]:
    """Where tokens go from `element`, also into what is drawn inside it and out of it."""
    for one in spec.elements:
        begins = one.type == "startEvent" or one.triggered_by_event
        if begins and _contains(element, one):
            yield one
    yield from _behind(spec, element)


def _behind(spec: Spec, element: Element) -> Iterator[Element]:
    targets = {flow.target for flow in spec.flows if flow.source == element.id}
    for one in spec.elements:
        if one.id in targets or one.attached_to == element.id or _links(element, one):
            yield one
        elif element.type == "endEvent" and _contains(one, element):
            yield from _behind(spec, one)


def _ends_in(spec: Spec, activity: Element) -> Iterator[Element]:
    return (e for e in spec.elements if e.type == "endEvent" and _contains(activity, e))


def _contains(activity: Element, inner: Element) -> bool:
    """Whether `inner` is drawn directly in the sub-process or called process of `activity`."""
    if inner.parent_id:
        return inner.parent_id == activity.id and inner.process_id == activity.process_id
    return inner.process_id in activity.calls


def _links(thrower: Element, catcher: Element) -> bool:
    return (
        bool(catcher.link)
        and catcher.type == "intermediateCatchEvent"
        and thrower.type in ("intermediateThrowEvent", "endEvent")
        and (thrower.link, thrower.parent_id, thrower.process_id)
        == (catcher.link, catcher.parent_id, catcher.process_id)
    )
