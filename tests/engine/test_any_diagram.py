"""Invariants of the engine on diagrams nobody drew by hand, moved in any order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from processes import engine
from processes.engine import Spec, Step, Wait, WaitKind
from tests.engine.cases import ENVIRONMENT, NOW, spec_of
from tests.engine.diagrams import Drawing, tag, timer

Block = tuple[Any, ...]

TASK = st.tuples(
    st.just("task"), st.sampled_from(["", "timer", "beside", "message", "message beside"])
)
BLOCKS = st.recursive(
    TASK,
    lambda inner: st.one_of(
        st.tuples(st.just("then"), inner, inner),
        st.tuples(st.just("both"), inner, inner),
        st.tuples(st.just("some"), inner, inner, st.sampled_from(["=true", "=again"])),
        st.tuples(st.just("loop"), inner),
        st.tuples(st.just("sub"), inner, st.sampled_from(["", "timer", "beside"])),
        st.tuples(st.just("around"), inner, inner, st.sampled_from(["t", "m"]), st.booleans()),
        st.tuples(st.just("each"), inner, st.booleans(), st.integers(0, 3)),
        st.tuples(st.just("race")),
        st.tuples(st.just("spawn"), inner, inner),
    ),
    max_leaves=6,
)
ACTS = st.lists(st.integers(0, 30), max_size=40)
RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class _Artist:
    """Draws blocks; each has one way in and one way out."""

    def __init__(self) -> None:
        self._count = 0

    def name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def draw(self, drawing: Drawing, block: Block) -> None:
        getattr(self, f"_{block[0]}")(drawing, *block[1:])

    def _task(self, drawing: Drawing, event: str) -> None:
        name = self.name("T")
        self._with_event(drawing.user(name), name, event)

    def _then(self, drawing: Drawing, first: Block, second: Block) -> None:
        self.draw(drawing, first)
        self.draw(drawing, second)

    def _both(self, drawing: Drawing, one: Block, other: Block) -> None:
        fork, join = self.name("F"), self.name("J")
        self.draw(drawing.fork(fork), one)
        drawing.fork(join)
        self.draw(drawing.at(fork), other)
        drawing.to(join)

    def _some(self, drawing: Drawing, one: Block, other: Block, condition: str) -> None:
        split, join = self.name("O"), self.name("O")
        drawing.node("inclusiveGateway", split).when("=true")
        self.draw(drawing, one)
        drawing.node("inclusiveGateway", join).at(split).when(condition)
        self.draw(drawing, other)
        drawing.to(join)

    def _spawn(self, drawing: Drawing, one: Block, other: Block) -> None:
        fork, end = self.name("F"), self.name("E")
        self.draw(drawing.fork(fork), other)
        drawing.end(end)
        self.draw(drawing.at(fork), one)

    def _loop(self, drawing: Drawing, body: Block) -> None:
        again, more, out = self.name("X"), self.name("X"), self.name("f")
        self.draw(drawing.xor(again), body)
        drawing.xor(more, default=out).when("=again = true").to(again).at(more)
        drawing.when(flow_id=out).throw(self.name("P"))

    def _sub(self, drawing: Drawing, body: Block, event: str) -> None:
        name = self.name("S")
        inside = Drawing(self.name("i")).start(self.name("B"))
        self.draw(inside, body)
        self._with_event(drawing.sub(name, inside.end(self.name("E"))), name, event)

    def _around(
        self, drawing: Drawing, body: Block, handler: Block, kind: str, beside: bool
    ) -> None:
        inside = Drawing(self.name("i")).start(self.name("B"))
        self.draw(inside, body)
        inside.end(self.name("E"))
        event_sub = self.name("V")
        handling = Drawing(self.name("h")).at(f"{event_sub}Start")
        self.draw(handling, handler)
        handling.end(self.name("E"))
        trigger = timer("PT2H") if kind == "t" else handling.message(self.name("m"), "k")
        inside.event_sub(event_sub, handling, trigger, interrupting=not beside)
        drawing.sub(self.name("S"), inside)

    def _each(self, drawing: Drawing, body: Block, sequential: bool, count: int) -> None:
        inside = Drawing(self.name("i")).start(self.name("B"))
        self.draw(inside, body)
        loop = tag("zeebe:loopCharacteristics", inputCollection=f"={list(range(count))}")
        marker = tag(
            "multiInstanceLoopCharacteristics",
            tag("extensionElements", loop),
            isSequential="true" if sequential else "false",
        )
        inside.end(self.name("E"))
        drawing.declared |= inside.declared
        drawing.node("subProcess", self.name("S"), marker + "".join(inside.content))

    def _race(self, drawing: Drawing) -> None:
        gateway, join = self.name("G"), self.name("X")
        drawing.node("eventBasedGateway", gateway)
        drawing.catch(self.name("C"), timer("PT3H")).xor(join)
        drawing.at(gateway).catch(self.name("C"), drawing.message(self.name("m"), "k")).to(join)

    def _with_event(self, drawing: Drawing, host: str, event: str) -> None:
        if not event:
            return
        name, kind = self.name("V"), event.partition(" ")[0]
        definition = drawing.message(self.name("m"), "k") if kind == "message" else timer("PT2H")
        beside = event.endswith("beside")
        drawing.boundary(name, host, definition, interrupting=not beside)
        if beside:
            drawing.script(self.name("R"), "=1", self.name("r")).end(self.name("E")).at(host)
        else:
            merge = self.name("X")
            drawing.to(merge).at(host).xor(merge)


def drawn(block: Block) -> Spec:
    drawing = Drawing().start()
    _Artist().draw(drawing, block)
    return spec_of(drawing.end())


def acted(spec: Spec, step: Step, wait: Wait, turn: int, *, again: bool) -> Step:
    """Let one of the waits go on; people and messages write what nobody else writes."""
    environment = replace(ENVIRONMENT, now=NOW + turn * timedelta(minutes=50))
    if wait.kind is WaitKind.TIMER:
        return engine.fire_timers(spec, step.state, environment)
    written = {f"by_{turn}": turn, "again": again}
    if wait.kind is WaitKind.MESSAGE:
        return engine.deliver(
            spec, step.state, environment, token_id=wait.token_id, payload=written
        )
    written["o"] = {**wait.variables["o"], f"by_{turn}": turn}
    return engine.complete(spec, step.state, environment, token_id=wait.token_id, output=written)


def played(spec: Spec, acts: list[int]) -> tuple[list[Step], set[str]]:
    """The steps, and the names that were written on the way."""
    step = engine.start(spec, {"k": "k", "again": False, "o": {}}, ENVIRONMENT)
    steps, names = [step], set()
    for turn, choice in enumerate(acts):
        if step.ended:
            break
        wait = step.waits[choice % len(step.waits)]
        step = acted(spec, step, wait, turn, again=choice % 3 == 0)
        steps.append(step)
        if wait.kind is not WaitKind.TIMER:
            names.add(f"by_{turn}")
    return steps, names


def finished(spec: Spec, step: Step, turn: int) -> Step:
    """Let everybody do their work, without events and loops, to the end."""
    while not step.ended:
        # Not by timers: they would not unset `again`, and loops would go on for ever.
        wait = next(w for w in step.waits if not w.attached_to and w.kind is not WaitKind.TIMER)
        step = acted(spec, step, wait, turn, again=False)
        turn += 1
    return step


@RELAXED
@given(BLOCKS, ACTS)
def test_E1_an_instance_has_ended_exactly_when_nothing_is_waited_for(
    block: Block, acts: list[int]
) -> None:
    for step in played(drawn(block), acts)[0]:
        assert step.ended is not bool(step.waits)


@RELAXED
@given(BLOCKS, ACTS)
def test_E2_the_same_acts_give_the_same_bytes_and_reading_changes_nothing(
    block: Block, acts: list[int]
) -> None:
    spec = drawn(block)
    steps = played(spec, acts)[0]

    assert [step.state for step in steps] == [step.state for step in played(spec, acts)[0]]
    for step in steps:
        again = engine.fire_timers(spec, step.state, replace(ENVIRONMENT, now=NOW))
        assert again.state == step.state
        assert engine.describe(spec, step.state, ENVIRONMENT).waits == step.waits


@RELAXED
@given(BLOCKS, ACTS)
def test_E3_nothing_that_was_written_is_lost(block: Block, acts: list[int]) -> None:
    spec = drawn(block)
    steps, names = played(spec, acts)
    by_people = {key for step in steps for key in step.variables["o"]}
    last = finished(spec, steps[-1], len(steps))

    assert names <= last.variables.keys()
    assert last.variables["o"].keys() >= by_people


@RELAXED
@given(BLOCKS, ACTS)
def test_E4_every_token_waits_under_one_id_that_never_comes_again(
    block: Block, acts: list[int]
) -> None:
    gone: set[str] = set()
    before: set[str] = set()
    for step in played(drawn(block), acts)[0]:
        now = [wait.token_id for wait in step.waits]
        assert len(set(now)) == len(now)
        assert not gone & set(now)
        gone |= before - set(now)
        before = set(now)
