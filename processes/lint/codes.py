"""Events that catch what nothing ever throws."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from processes.engine.errors import Problem
from processes.engine.types import Element

from .drawing import Drawing
from .problems import named, problem
from .surroundings import Surroundings

_THROWN = ("error", "escalation")
_ANY = "*"
"""A code that may be any."""


def check_codes(
    drawing: Drawing,
    event: Element,
    everything: Iterable[Element],
    surroundings: Surroundings,
) -> Iterator[Problem]:
    """Whether what `event` catches can come; `everything` has the called processes too."""
    if event.event not in _THROWN or event.type not in ("boundaryEvent", "startEvent"):
        return
    throwers = _Throwers(event.event, tuple(everything), surroundings)
    if event.type == "boundaryEvent":
        codes = set(throwers.of(drawing.by_id[event.attached_to]))
        place = drawing.by_id[event.attached_to]
    else:
        place = drawing.by_id[event.parent_id]
        others = [e for e in drawing.inside[place.parent_id] if e is not place]
        codes = {code for other in others for code in throwers.of(other)}
    if not codes or (event.code and codes.isdisjoint((event.code, _ANY))):
        yield problem(
            "unthrown-code",
            event.id,
            "Expected something that throws {code}, but nothing in {place} does, so this is "
            "never reached; remove it, or correct the code",
            code=f"“{event.code}”" if event.code else event.event,
            place=named(place),
        )


class _Throwers:
    """Which codes of one kind can come out of an element."""

    def __init__(
        self, kind: str, everything: tuple[Element, ...], surroundings: Surroundings
    ) -> None:
        self._kind = kind
        self._everything = everything
        self._surroundings = surroundings

    def of(self, element: Element, seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """The codes that `element` may throw, and those inside it."""
        if element.event == self._kind and element.type in ("endEvent", "intermediateThrowEvent"):
            yield element.code
        if element.topic and self._kind == "error":
            yield from self._surroundings.codes.get(element.topic, (_ANY,))
        if element.type == "callActivity":
            yield from self._called(element, seen)
        for inner in self._everything:
            if inner.parent_id == element.id and inner.process_id == element.process_id:
                yield from self.of(inner, seen)

    def _called(self, call: Element, seen: frozenset[str]) -> Iterator[str]:
        key = call.called_process
        if key in seen:
            return
        drawn = [e for e in self._everything if e.process_id == key and not e.parent_id]
        if not drawn:
            # Which process it is, is said only when it is called.
            yield _ANY
        for inner in drawn:
            yield from self.of(inner, seen | {key})
