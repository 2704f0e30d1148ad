"""Signals: thrown to everybody who waits for them in the same case, called processes included.

They do not leave the case: one that nobody in the bundle throws, or waits for, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from processes.sentences import say

from .findings import Findings
from .reading import DrawnProcess
from .types import Element

_THROWS = ("endEvent", "intermediateThrowEvent")


def check_signals(drawn: Mapping[str, DrawnProcess], findings: Findings) -> None:
    """Add to `findings` every signal that could never be heard, or never come."""
    for group in _callers_and_called(drawn):
        signals = [e for key in group for e in drawn[key].elements if e.event == "signal"]
        for element in signals:
            throws = element.type in _THROWS
            if not any(_answers(element, other) for other in signals):
                findings.add(
                    "signal",
                    element.id,
                    "Expected somebody who {does} signal {signal!r} in the same case, found none, "
                    "and signals do not leave a case; use a message with a correlation key",
                    does=say("waits for") if throws else say("throws"),
                    signal=element.signal,
                )


def _answers(element: Element, other: Element) -> bool:
    opposite = (element.type in _THROWS) != (other.type in _THROWS)
    return opposite and element.signal == other.signal


def _callers_and_called(drawn: Mapping[str, DrawnProcess]) -> list[set[str]]:
    """Processes that can be in one case, by groups."""
    groups = [
        {key} | {called for e in process.elements for called in e.calls if called in drawn}
        for key, process in drawn.items()
    ]
    joined: list[set[str]] = []
    for group in groups:
        touching = [other for other in joined if other & group]
        joined = [other for other in joined if not other & group]
        joined.append(group.union(*touching))
    return joined
