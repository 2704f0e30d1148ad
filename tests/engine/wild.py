"""Gateways and tasks wired at random, sound or not, and the token game they mean.

Blocks are what the reference draws; here flows go anywhere. Tokens are counted at tasks and
on flows, all ways are looked for anew each time: slow, and nothing of the engine is in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

from tests.engine.diagrams import Drawing

KINDS = {
    "user": "userTask",
    "task": "task",
    "one": "exclusiveGateway",
    "some": "inclusiveGateway",
    "all": "parallelGateway",
}
MAX_MOVES = 400
BEGIN, END = "Begin", "Done"


class TooLong(Exception):
    """The tokens go round without anybody being asked."""


@dataclass(frozen=True)
class Flow:
    """A sequence flow."""

    id: str
    source: str
    target: str


@dataclass(frozen=True)
class Wild:
    """What is wired at random."""

    kinds: Mapping[str, str]
    flows: tuple[Flow, ...]

    def out_of(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node]

    def into(self, node: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node]

    def default(self, node: str) -> Flow | None:
        """The flow that is taken when no other is: the last one."""
        flows = self.out_of(node)
        chooses = self.kinds[node] in ("one", "some") and len(flows) > 1
        return flows[-1] if chooses else None

    def drawing(self) -> Drawing:
        drawing = Drawing().start(BEGIN)
        for node in self._drawn():
            default = self.default(node)
            kind = KINDS[self.kinds[node]]
            drawing.at("").node(kind, node, default=default.id if default else None)
        drawing.at("").end(END)
        for flow in self.flows:
            default = self.default(flow.source)
            chosen = f'=list contains(pick, "{flow.id}")' if default not in (None, flow) else None
            drawing.at(flow.source).when(chosen, flow_id=flow.id).to(flow.target)
        return drawing

    def _drawn(self) -> Iterator[str]:
        reached = {BEGIN} | {flow.target for flow in self.flows}
        return (node for node, kind in self.kinds.items() if kind in KINDS and node in reached)


def wired(random: Random) -> Wild:
    """Nodes whose flows mostly lead on, and now and then back."""
    pick = random.choice
    names = [f"N{number}" for number in range(random.randint(4, 12))]
    kinds = {name: pick((*["user"] * 4, *["some"] * 5, "one", "all", "task")) for name in names}
    kinds |= {BEGIN: "begin", END: "end"}
    ends = [(BEGIN, names[0])]
    for at, name in enumerate(names):
        plain = kinds[name] in ("user", "task") and random.random() < 0.8
        later = [*names[at + 1 :], END]
        for nth in range(1 if plain else pick((1, 2, 2, 3))):
            target = pick(later) if random.random() < 0.85 else pick(names)
            ends.append((name, later[0] if not nth and random.random() < 0.6 else target))
    reached = [BEGIN]
    for node in reached:
        reached += [t for s, t in dict.fromkeys(ends) if s == node and t not in reached]
    ends = [pair for pair in ends if pair[0] in reached]
    flows = [Flow(f"f{number}", *pair) for number, pair in enumerate(ends)]
    return Wild(kinds, tuple(flows))


@dataclass
class Game:
    """Where the tokens of one case are, when these flows are picked."""

    wild: Wild
    picked: Collection[str]
    users: list[str] = field(default_factory=list)
    on: Counter[Flow] = field(default_factory=Counter)
    """Tokens on flows into gateways that join."""

    def act(self, task: str) -> None:
        """Begin, or let a person have done `task`.

        Raises:
            TooLong: nobody would be asked any more.
        """
        if task:
            self.users.remove(task)
        self._go(self._leaving(task or BEGIN))

    @property
    def stuck(self) -> bool:
        """Whether tokens are left that nobody can move."""
        return not self.users and self.on.total() > 0

    def _leaving(self, node: str) -> list[Flow]:
        flows, default = self.wild.out_of(node), self.wild.default(node)
        if default is None:
            return flows
        taken = [flow for flow in flows if flow != default and flow.id in self.picked]
        return (taken[:1] if self.wild.kinds[node] == "one" else taken) or [default]

    def _go(self, coming: list[Flow]) -> None:
        moves = 0
        while coming or (coming := self._inclusive()):
            moves += 1
            if moves > MAX_MOVES:
                raise TooLong
            coming += self._come(coming.pop(0))

    def _come(self, by: Flow) -> list[Flow]:
        node, flows = by.target, self.wild.into(by.target)
        kind = self.wild.kinds[node]
        if kind == "user":
            self.users.append(node)
        elif kind in ("all", "some") and len(flows) > 1:
            self.on[by] += 1
            if kind == "all" and all(self.on[flow] for flow in flows):
                return self._joined(flows)
        elif kind != "end":
            return self._leaving(node)
        return []

    def _joined(self, flows: list[Flow]) -> list[Flow]:
        self.on -= Counter(flow for flow in flows if self.on[flow])
        return self._leaving(flows[0].target)

    def _inclusive(self) -> list[Flow]:
        """What goes on from the first inclusive gateway that waits for nobody any more."""
        for node, kind in self.wild.kinds.items():
            if kind == "some" and self._opens(node):
                return self._joined(self.wild.into(node))
        return []

    def _opens(self, join: str) -> bool:
        """BPMN 2.0 §13.4.3: no token can come by an empty flow that cannot by a full one."""
        full = {flow for flow in self.wild.into(join) if self.on[flow]}
        tokens = [self.wild.out_of(task) for task in self.users]
        tokens += [[flow] for flow in +self.on if flow.target != join]
        ways = [set().union(*(self._leads(flow, join) for flow in token)) for token in tokens]
        return bool(full) and not any(way and not way & full for way in ways)

    def _leads(self, flow: Flow, join: str) -> set[Flow]:
        """The flows into `join` to which there is a way that does not pass it."""
        seen: set[Flow] = set()
        pending = [flow]
        while pending:
            flow = pending.pop()
            if flow not in seen:
                seen.add(flow)
                pending += [] if flow.target == join else self.wild.out_of(flow.target)
        return {flow for flow in seen if flow.target == join}
