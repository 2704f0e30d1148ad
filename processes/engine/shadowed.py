"""Messages that would always end what somebody is in before they could come to him there.

A message comes to whoever has waited longest (`addressees`). Who waits for it on a sub-process,
on a call or for a whole scope, and interrupts, has waited longer than all that is inside, and
ends it: whoever waits inside for the very same message waits in vain. Keys are the same if they
are written so and nothing in between visibly writes what they are made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

from processes import feel

from .expressions import BEGIN, CLOCKS, constant
from .findings import Findings, named
from .reading import DrawnProcess
from .types import Element

_Around = Iterator[tuple[Element, frozenset[str]]]
"""Who waits around, with the names that may mean something else there."""
_ANY = "*"
"""Among names: all of them."""


def check_messages(drawn: Mapping[str, DrawnProcess], findings: Findings) -> None:
    """Add to `findings` whoever waits for a message that ends what he is in."""
    places = {key: _Place(process) for key, process in drawn.items()}
    for place in places.values():
        for element in place.by_id.values():
            for other, hidden in _around(places, place, element) if element.message else ():
                if other.interrupting and _same(element, other, hidden):
                    findings.add(
                        "event",
                        element.id,
                        "Expected another message or key than {other} waits for around it, found "
                        "the same: {message!r} would always go there and end what this is in; "
                        "keep one",
                        other=named(other),
                        message=element.message,
                    )
                    break


class _Place:
    """One process: what is attached to what, and inside of what."""

    def __init__(self, process: DrawnProcess) -> None:
        self.id = process.id
        self.by_id = {element.id: element for element in process.elements}
        self.attached: dict[str, list[Element]] = {}
        self.inside: dict[str, list[Element]] = {}
        for element in process.elements:
            self.attached.setdefault(element.attached_to, []).append(element)
            self.inside.setdefault(element.parent_id, []).append(element)

    def start_of(self, event_sub: Element) -> Element | None:
        """What begins an event sub-process."""
        starts = [e for e in self.inside.get(event_sub.id, ()) if e.type == "startEvent"]
        return starts[0] if starts else None

    def written_in(self, scope: str) -> frozenset[str]:
        """The names that somebody in a scope visibly writes."""
        inside = self.inside.get(scope, ())
        return frozenset().union(*(_written(each) | self.written_in(each.id) for each in inside))


def _around(places: Mapping[str, _Place], place: _Place, element: Element) -> _Around:
    """Who waits around `element`, the nearest first."""
    begins = element.type == "startEvent" and place.by_id.get(element.parent_id)
    if begins and begins.triggered_by_event:  # those beside it are told apart elsewhere
        yield from _outside(places, place, begins.parent_id, frozenset(), ())
    elif not begins:
        yield from _beside(places, place, element, frozenset(), ())


def _beside(
    places: Mapping[str, _Place],
    place: _Place,
    element: Element,
    hidden: frozenset[str],
    callers: tuple[str, ...],
) -> _Around:
    """Who waits for the scope in which `element` is, and around that."""
    if element.for_compensation:  # it comes when all that may be over
        return
    hidden |= place.written_in(element.parent_id)
    own = place.start_of(element) if element.triggered_by_event else None
    if own is None or not own.interrupting:  # else nobody waits for the scope any more
        for one in place.inside[element.parent_id]:
            start = place.start_of(one) if one.triggered_by_event and one is not element else None
            if start is not None:
                yield start, hidden
    yield from _outside(places, place, element.parent_id, hidden, callers)


def _outside(
    places: Mapping[str, _Place],
    place: _Place,
    scope: str,
    hidden: frozenset[str],
    callers: tuple[str, ...],
) -> _Around:
    """Who waits at the sub-process `scope`, or at calls of the process, and around that."""
    hosts = [(place, place.by_id[scope])] if scope in place.by_id else _calls(places, place.id)
    for where, host in hosts:
        if host.id in callers:
            continue
        within = hidden | _own(host)
        if host.called_process and not host.propagate_parent:
            within |= {_ANY}
        for event in where.attached.get(host.id, ()):
            yield event, within
        yield from _beside(places, where, host, within, (*callers, host.id))


def _calls(places: Mapping[str, _Place], process_id: str) -> list[tuple[_Place, Element]]:
    return [
        (place, element)
        for place in places.values()
        for element in place.by_id.values()
        if process_id in element.calls
    ]


def _same(element: Element, other: Element, hidden: frozenset[str]) -> bool:
    pairs = (
        (element.message, other.message),
        (element.correlation_key, other.correlation_key),
    )
    return all(_equal(one, another, hidden) for one, another in pairs)


def _equal(text: str, other: str, hidden: frozenset[str]) -> bool:
    value = constant(text)
    if value is not None or text != other:
        return value is not None and value == constant(other)
    with suppress(feel.FeelError):
        formula = feel.compile_expression(text.removeprefix(BEGIN))
        changes = formula.functions - (feel.BUILTIN_FUNCTIONS - CLOCKS)
        return not changes and _ANY not in hidden and hidden.isdisjoint(formula.names)
    return False


def _own(element: Element) -> frozenset[str]:
    """The names that are another thing inside of `element`."""
    loop = element.loop
    names = [line.target for line in element.inputs]
    names += [loop.input_element, "loopCounter"] if loop else []
    return frozenset(name.partition(".")[0] for name in names)


def _written(element: Element) -> frozenset[str]:
    names = [line.target for line in element.outputs] + [element.result_variable]
    names += [element.loop.output_collection] if element.loop else []
    calls = {_ANY} if element.called_process and element.propagate_child else set()
    return frozenset(name.partition(".")[0] for name in names) | _own(element) | calls
