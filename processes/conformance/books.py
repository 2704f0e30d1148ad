"""Double entry for tokens: what leaves an element arrives behind it, and nowhere else.

Counted over one whole walk, from the history alone. Where tokens are made or taken by
anything but flows (items of a list, compensation, links), nothing is claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from processes.engine import Element, Flow, Outcome, Passage, Spec

_CHOOSING = ("exclusiveGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
_JOINING = ("parallelGateway", "inclusiveGateway", "complexGateway")
_DISTURBING = ("error", "escalation", "terminate", "cancel", "compensate", "link")


_Key = tuple[str, str]
"""Process and element: two processes may have elements of one id."""


class Books:
    """The elements and flows of one spec, ready to audit histories."""

    def __init__(self, spec: Spec) -> None:
        self._elements = {(element.process_id, element.id): element for element in spec.elements}
        self._into: dict[_Key, list[_Key]] = {}
        """Where the flows into an element come from."""
        self._choosing: set[_Key] = set()
        out_of: dict[_Key, list[Flow]] = {}
        for flow in spec.flows:
            source = flow.process_id, flow.source
            self._into.setdefault((flow.process_id, flow.target), []).append(source)
            out_of.setdefault(source, []).append(flow)
        for key, flows in out_of.items():
            if self._elements[key].type in _CHOOSING and len(flows) > 1:
                self._choosing.add(key)
            if any(flow.condition for flow in flows):
                self._choosing.add(key)
        self._is_calm = not any(_disturbs(element) for element in spec.elements)

    def audit(self, passages: Sequence[Passage], *, ended: bool) -> Iterator[str]:
        """What the history cannot explain, one sentence each."""
        came = Counter((p.process_id, p.element_id) for p in passages)
        completed = (p for p in passages if p.outcome is Outcome.COMPLETED)
        left = Counter((p.process_id, p.element_id) for p in completed)
        calm = ended and self._is_calm and came == left
        for key, element in self._elements.items():
            sources = self._into.get(key)
            if not sources or not self._is_plain(element, sources):
                continue
            sent = [left[source] for source in sources]
            joins = element.type in _JOINING and len(sources) > 1
            most = min(sent) if element.type == "parallelGateway" and joins else sum(sent)
            if left[key] > most or (not joins and came[key] > most):
                yield f"{element.id}: Expected at most {most} tokens to come, found {came[key]}"
            if calm and (least := self._least(element, sources, left)) > came[key]:
                yield f"{element.id}: Expected at least {least} tokens to come, found {came[key]}"

    def _least(self, element: Element, sources: Sequence[_Key], left: Counter[_Key]) -> int:
        """How many must have come when all have ended and nobody was taken off."""
        certain = [left[source] for source in sources if source not in self._choosing]
        if element.type in _JOINING and len(sources) > 1:
            return max(certain, default=0) if element.type == "parallelGateway" else 0
        return sum(certain)

    def _is_plain(self, element: Element, sources: Sequence[_Key]) -> bool:
        """Whether tokens come to `element` by flows, one each time."""
        known = (element, *(self._elements[source] for source in sources))
        return not any(each.loop or each.for_compensation for each in known)


def _disturbs(element: Element) -> bool:
    """Whether it takes tokens off, or brings them elsewhere."""
    return (
        element.event in _DISTURBING
        or bool(element.attached_to)
        or element.triggered_by_event
        or element.type == "eventBasedGateway"
    )
