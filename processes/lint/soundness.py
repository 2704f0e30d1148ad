"""Whether every token finds its end, told from a search through all markings of each scope.

Found are joins that wait for ever, ways round and round without an end, elements that are
never reached, and work that is done twice at once. Each is told with a way that leads there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from processes.engine.errors import Problem
from processes.engine.types import Element
from processes.sentences import say

from .drawing import Drawing
from .net import Marking, Net
from .problems import named, problem
from .search import MAX_MOVES, Search

_ARMED = frozenset({"timer", "message", "signal", "conditional"})
_CAUGHT = _ARMED | {"error", "escalation", "cancel"}


def check_soundness(drawing: Drawing) -> Iterator[Problem]:
    """What keeps tokens of one process, or of a sub-process in it, from their end."""
    for scope in drawing.inside:
        net = Net(drawing, scope)
        if any(drawing.outgoing.get(node, ()) for node in net.nodes):
            yield from _Told(Search(net), drawing.by_id.get(scope)).problems()


class _Told:
    """What a search has found, in sentences."""

    def __init__(self, search: Search, around: Element | None) -> None:
        self._search = search
        self._net = search.net
        self._around = around
        """The sub-process that was searched; None for the process itself."""

    def problems(self) -> Iterator[Problem]:
        """What was found, in the order in which it was reached."""
        yield from self._doubled()
        if not self._search.whole:
            yield problem(
                "not-decided",
                self._around.id if self._around else self._net.drawing.process_id,
                "Expected fewer ways to go side by side: after {count} moves it is still open "
                "whether all of them come to an end; draw parts of it as processes of their own",
                count=MAX_MOVES,
            )
            return
        net, stuck = self._net, dict(self._search.stuck())
        ends = _is_interrupted(net.drawing, self._around, _ARMED)
        for join, marking in stuck.items():
            yield self._told_stuck(join, marking, rule="interrupted-wait" if ends else "deadlock")
        if not stuck:
            if not self._search.crowded:
                yield from self._never_reached()
            if not self._search.crowded and not _is_interrupted(net.drawing, self._around, _CAUGHT):
                yield from self._endless()

    def _doubled(self) -> Iterator[Problem]:
        known: set[str] = set()
        for element, marking in self._search.twice.items():
            if element not in known:
                known |= self._net.reached_from(element)
                yield problem(
                    "unsynchronised",
                    element,
                    "Expected one token at a time, but this can be done twice at once after "
                    "{way}; join the branches by a parallel or an inclusive gateway before it",
                    way=self._search.way(marking),
                )

    def _told_stuck(self, join: str, marking: Marking, *, rule: str) -> Problem:
        net = self._net
        if net.nodes[join].type == "inclusiveGateway":
            others = dict.fromkeys(net.owner[place] for place in marking)
            return problem(
                rule,
                join,
                "Expected nobody to wait for it while it waits itself, but after {way} it waits "
                "for {others} and is waited for; draw one of these joins elsewhere",
                way=self._search.way(marking),
                others=[named(net.nodes[other]) for other in others if other != join],
            )
        missing = [flow for flow in net.joins[join] if flow not in marking]
        sources = [net.drawing.flow(flow).source for flow in missing]
        return problem(
            rule,
            join,
            "Expected a token by every flow into it, but after {way} none comes from {missing} "
            "any more and it waits {how_long}; join by an exclusive or an inclusive gateway, or "
            "let the branches begin at a parallel one",
            way=self._search.way(marking),
            how_long=say("for ever") if rule == "deadlock" else say("until it is interrupted"),
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
        joins = [
            join for join in net.joins if join in net.passed and join not in self._search.fired
        ]
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
        marking = self._search.endless()
        if marking is not None:
            yield problem(
                "endless",
                self._net.element(marking[0]).id,
                "Expected a way to an end, but after {way} there is none: it goes round for "
                "ever; draw a way out of the loop",
                way=self._search.way(marking),
            )


def _is_interrupted(drawing: Drawing, around: Element | None, kinds: Collection[str]) -> bool:
    """Whether an event of these kinds may end all that goes on in a scope."""
    scopes = [around, *drawing.around(around)] if around else []
    events = [event for scope in scopes for event in drawing.boundaries.get(scope.id, ())]
    for parent in [*(scope.id for scope in scopes), ""]:
        subs = [each.id for each in drawing.inside.get(parent, ()) if each.triggered_by_event]
        inner = [each for sub in subs for each in drawing.inside.get(sub, ())]
        events += [each for each in inner if each.type == "startEvent"]
    return any(event.interrupting and event.event in kinds for event in events)
