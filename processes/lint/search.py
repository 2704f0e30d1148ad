"""All markings of one scope, found from its start by the token game.

A marking in which three tokens are at one place is not followed: more of them may come for
ever. Beyond `MAX_MOVES` the search gives up.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from .net import Marking, Net

MAX_MOVES = 60_000
"""Of the search in one scope: about half a second."""
MAX_PASSING = 6
"""Tokens at a gateway at once: they do no harm there, but may come from a loop."""
MAX_NAMES = 12
"""Of elements on a way that is told."""
_PASSING = frozenset({"endEvent", "exclusiveGateway", "eventBasedGateway", "startEvent"})
"""Where two tokens at once do no harm; what comes behind them is judged itself."""


class Search:
    """The markings of one scope, the nearest first, and how each of them was reached."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self._came: dict[Marking, tuple[Marking | None, str]] = {}
        """Marking → the one before it, and by which element it came."""
        self._after: dict[Marking, list[Marking]] = {}
        self._twice: dict[str, Marking] = {}
        self._piled: dict[str, Marking] = {}
        """Gateway at which many tokens are → the first marking in which they are."""
        self.fired: set[str] = set()
        """Elements by which tokens went on."""
        self.crowded = False
        """Whether some markings were not followed, for they have too many tokens."""
        self.whole = self._run()
        """Whether the search came to its end."""

    @property
    def twice(self) -> dict[str, Marking]:
        """Element → the first marking in which it is done twice at once."""
        return self._twice or self._piled

    def _run(self) -> bool:
        for event, start in self.net.starts():
            self._came.setdefault(start, (None, event))
        pending = list(self._came)
        moves = 0
        for marking in pending:
            after = self._after[marking] = []
            if self._is_crowded(marking):
                continue
            for by, reached in self.net.moves(marking):
                moves += 1
                if moves > MAX_MOVES:
                    return False
                after.append(reached)
                self.fired.add(by)
                if reached not in self._came:
                    self._came[reached] = (marking, by)
                    pending.append(reached)
        return True

    def _is_crowded(self, marking: Marking) -> bool:
        """Note what is done twice at once; whether a third token is there, so that we stop."""
        for place in dict.fromkeys(one for one, after in pairwise(marking) if one == after):
            element = self.net.element(place)
            passing = element.type in _PASSING
            if not passing or marking.count(place) > MAX_PASSING:
                found = self._piled if passing else self._twice
                found.setdefault(element.id, marking)
            if marking.count(place) > (MAX_PASSING if passing else 2):
                self.crowded = True
                return True
        return False

    def stuck(self) -> Iterator[tuple[str, Marking]]:
        """Joins at which tokens wait for ever, each with the first marking in which they do."""
        found: set[str] = set()
        for marking, after in self._after.items():
            if not marking or after or self._is_crowded(marking):
                continue
            for join in dict.fromkeys(self.net.owner[place] for place in marking):
                if join not in found:
                    found.add(join)
                    yield join, marking

    def endless(self) -> Marking | None:
        """The first marking from which the end cannot be reached."""
        before: dict[Marking, list[Marking]] = {}
        for marking, after in self._after.items():
            for reached in after:
                before.setdefault(reached, []).append(marking)
        # What was not followed may have an end.
        pending = [m for m, after in self._after.items() if not m or not after]
        ending = set(pending)
        for marking in pending:
            new = [each for each in before.get(marking, ()) if each not in ending]
            ending.update(new)
            pending += new
        return next((marking for marking in self._came if marking not in ending), None)

    def way(self, marking: Marking) -> str:
        """The names of the elements on a way to `marking`."""
        names: list[str] = []
        at: Marking | None = marking
        while at is not None:
            at, by = self._came[at]
            name = self.net.nodes[by].name or by
            # A boundary event comes and is left: for who reads it that is one step.
            if not (self.net.nodes[by].attached_to and names[-1:] == [name]):
                names.append(name)
        names.reverse()
        if len(names) > MAX_NAMES:
            names = [*names[: MAX_NAMES // 2], "…", *names[-MAX_NAMES // 2 :]]
        return " → ".join(names)
