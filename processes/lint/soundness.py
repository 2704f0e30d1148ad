"""Whether every token finds its end: a search through all markings of each scope.

Found are joins that wait for ever, ways round and round without an end, elements that are
never reached, and work that is done twice at once. Each is told with a way that leads there.
Beyond `MAX_MOVES` the search gives up, and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise

from processes.engine.errors import Problem
from processes.engine.types import Element

from .drawing import Drawing
from .net import Marking, Net
from .problems import named, problem

MAX_MOVES = 60_000
"""Of the search in one scope: about half a second."""
MAX_PASSING = 6
"""Tokens at a gateway at once: they do no harm there, but may come from a loop."""
MAX_NAMES = 12
"""Of elements on a way that is told."""


def check_soundness(drawing: Drawing) -> Iterator[Problem]:
    """What keeps tokens of one process, or of a sub-process in it, from their end."""
    for scope in drawing.inside:
        around = drawing.by_id.get(scope)
        if around is not None and around.type == "adHocSubProcess":
            continue
        net = Net(drawing, scope)
        if any(drawing.outgoing.get(node, ()) for node in net.nodes):
            yield from _Search(net).problems(around)


class _Search:
    """All markings of one scope, the nearest first."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._came: dict[Marking, tuple[Marking | None, str]] = {}
        """Marking → the one before it, and by which element it came."""
        self._after: dict[Marking, list[Marking]] = {}
        self._twice: dict[str, Marking] = {}
        """Element → the first marking in which it is done twice at once."""
        self._piled: dict[str, Marking] = {}
        """Gateway at which many tokens are → the first marking in which they are."""
        self._fired: set[str] = set()
        """Elements by which tokens went on."""
        self._crowded = False
        self.whole = self._run()
        """Whether all markings were seen; tokens beyond two at a place are not followed."""

    def _run(self) -> bool:
        for event, start in self._net.starts():
            self._came.setdefault(start, (None, event))
        pending = list(self._came)
        moves = 0
        for marking in pending:
            after = self._after[marking] = []
            if self._is_crowded(marking):
                continue
            for by, reached in self._net.moves(marking):
                moves += 1
                if moves > MAX_MOVES:
                    return False
                after.append(reached)
                self._fired.add(by)
                if reached not in self._came:
                    self._came[reached] = (marking, by)
                    pending.append(reached)
        return True

    def _is_crowded(self, marking: Marking) -> bool:
        """Note what is done twice at once; whether a third token is there, so that we stop."""
        for place in {place for place, after in pairwise(marking) if place == after}:
            element = self._net.element(place)
            passing = element.type in _PASSING
            if not passing or marking.count(place) > MAX_PASSING:
                found = self._piled if passing else self._twice
                found.setdefault(element.id, marking)
            if marking.count(place) > (MAX_PASSING if passing else 2):
                self._crowded = True
                return True
        return False

    def problems(self, around: Element | None) -> Iterator[Problem]:
        """What was found, in the order in which it was reached."""
        yield from self._doubled()
        if not self.whole:
            yield problem(
                "not-decided",
                around.id if around else self._net.drawing.process_id,
                "Expected fewer ways to go side by side: after {count} moves it is still open "
                "whether all of them come to an end; draw parts of it as processes of their own",
                count=MAX_MOVES,
            )
            return
        net, stuck = self._net, dict(self._stuck())
        rule = "interrupted-wait" if _is_interrupted(net.drawing, around, _ARMED) else "deadlock"
        for join, marking in stuck.items():
            yield self._told_stuck(rule, join, marking)
        if not stuck:
            if not self._crowded:
                yield from self._never_reached()
            if not self._crowded and not _is_interrupted(net.drawing, around, _CAUGHT):
                yield from self._endless()

    def _doubled(self) -> Iterator[Problem]:
        known: set[str] = set()
        for element, marking in (self._twice or self._piled).items():
            if element not in known:
                known |= self._net.reached_from(element)
                yield problem(
                    "unsynchronised",
                    element,
                    "Expected one token at a time, but this can be done twice at once after "
                    "{way}; join the branches by a parallel or an inclusive gateway before it",
                    way=self._way(marking),
                )

    def _stuck(self) -> Iterator[tuple[str, Marking]]:
        found: set[str] = set()
        for marking, after in self._after.items():
            if not marking or after or self._is_crowded(marking):
                continue
            for join in dict.fromkeys(self._net.owner[place] for place in marking):
                if join not in found:
                    found.add(join)
                    yield join, marking

    def _told_stuck(self, rule: str, join: str, marking: Marking) -> Problem:
        net = self._net
        if net.nodes[join].type == "inclusiveGateway":
            others = dict.fromkeys(net.owner[place] for place in marking)
            return problem(
                rule,
                join,
                "Expected nobody to wait for it while it waits itself, but after {way} it waits "
                "for {others} and is waited for; draw one of these joins elsewhere",
                way=self._way(marking),
                others=[named(net.nodes[other]) for other in others if other != join],
            )
        missing = [flow for flow in net.joins[join] if flow not in marking]
        sources = [net.drawing.flow(flow).source for flow in missing]
        return problem(
            rule,
            join,
            "Expected a token by every flow into it, but after {way} none comes from {missing} "
            "any more and it waits for ever; join by an exclusive or an inclusive gateway, or "
            "let the branches begin at a parallel one",
            way=self._way(marking),
            missing=[named(net.nodes[source]) for source in dict.fromkeys(sources)],
        )

    def _never_reached(self) -> Iterator[Problem]:
        net = self._net
        dead = [node for node in net.nodes if node not in net.passed]
        for node in dead:
            before = [flow.source for flow in net.drawing.incoming.get(node, ())]
            before.append(net.nodes[node].attached_to)
            if not any(source in dead for source in before):
                yield self._told_dead(node)
        joins = [join for join in net.joins if join in net.passed and join not in self._fired]
        for join in joins:
            yield self._told_dead(join)

    def _told_dead(self, node: str) -> Problem:
        return problem(
            "dead-element",
            node,
            "Expected a way on which tokens come to it, and go on from it, but there is none, "
            "whatever the conditions say; draw it elsewhere, or remove it",
        )

    def _endless(self) -> Iterator[Problem]:
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
        for marking in self._came:
            if marking not in ending:
                place = self._net.element(marking[0])
                yield problem(
                    "endless",
                    place.id,
                    "Expected a way to an end, but after {way} there is none: it goes round for "
                    "ever; draw a way out of the loop",
                    way=self._way(marking),
                )
                return

    def _way(self, marking: Marking) -> str:
        names: list[str] = []
        at: Marking | None = marking
        while at is not None:
            at, by = self._came[at]
            names.append(self._net.nodes[by].name or by)
        names.reverse()
        if len(names) > MAX_NAMES:
            names = [*names[: MAX_NAMES // 2], "…", *names[-MAX_NAMES // 2 :]]
        return " → ".join(names)


_ARMED = frozenset({"timer", "message", "signal", "conditional"})
_CAUGHT = _ARMED | {"error", "escalation", "cancel"}


def _is_interrupted(drawing: Drawing, around: Element | None, kinds: Collection[str]) -> bool:
    """Whether an event of these kinds may end all that goes on in a scope."""
    scopes = [around, *drawing.around(around)] if around else []
    events = [event for scope in scopes for event in drawing.boundaries.get(scope.id, ())]
    for parent in [*(scope.id for scope in scopes), ""]:
        subs = [each.id for each in drawing.inside.get(parent, ()) if each.triggered_by_event]
        inner = [each for sub in subs for each in drawing.inside.get(sub, ())]
        events += [each for each in inner if each.type == "startEvent"]
    return any(event.interrupting and event.event in kinds for event in events)


_PASSING = frozenset({"endEvent", "exclusiveGateway", "eventBasedGateway", "startEvent"})
"""Where two tokens at once do no harm; what comes behind them is judged itself."""
