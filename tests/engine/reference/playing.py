"""The same acts on the engine and on the reference; after each, both wait for the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from processes import engine
from processes.engine import (
    CannotProceed,
    Environment,
    Outcome,
    Spec,
    Step,
    UncaughtBpmnError,
    WaitKind,
)
from tests.engine.cases import ENVIRONMENT, NOW
from tests.engine.reference.blocks import Block
from tests.engine.reference.comparing import Differs, Pair, check_passages, check_result, pairs
from tests.engine.reference.drawing import built
from tests.engine.reference.machine import Machine
from tests.engine.reference.parts import Armed, Stuck, Token, Uncaught
from tests.engine.reference.sketch import CONSTANTS, Sketch
from tests.engine.reference.writing import written

CODES = ("E1", "E2", "E3")
_SAME = {CannotProceed: Stuck, UncaughtBpmnError: Uncaught}
Reference = Callable[[Machine, Any], None]
Draw = Callable[[Sketch], bytes]


def played(block: Block, acts: Sequence[int], told: list[str], draw: Draw = written) -> None:
    """Play `block` on both sides, then to its end; `told` gets what was done.

    `draw` makes the text of which the engine plays.

    Raises:
        Differs: the sides do not agree.
    """
    sketch = built(block)
    spec = engine.parse({"random.bpmn": draw(sketch)})[sketch.processes[0]]
    play = Play(sketch, spec, told)
    for choice in acts:
        if play.step.ended:
            break
        play.act(choice)
    play.finish()


class Play:
    """One case, played on both sides."""

    def __init__(self, sketch: Sketch, spec: Spec, told: list[str]) -> None:
        self.spec = spec
        self.told = told
        self._now = 0
        self._turn = 0
        self.step = engine.start(spec, dict(CONSTANTS), self._environment)
        self.machine = Machine(sketch)
        self.passed = Counter[str]()
        self._compare()

    def act(self, choice: int) -> None:
        """Do what `choice` says, of all that can be done."""
        self._turn += 1
        choice, decision = divmod(choice, 6)
        timers = [pair for pair in self.pairs if pair.wait.kind is WaitKind.TIMER]
        others = [pair for pair in self.pairs if pair.wait.kind is not WaitKind.TIMER]
        if choice % 61 == 60:
            self._both("cancel", engine.cancel, lambda machine, _: machine.cancel())
        elif timers and (not others or choice % 4 == 0):
            self._fire(timers, late=choice % 3 == 0)
        else:
            choice, chosen = divmod(choice // 4, len(others))
            self._move(others[chosen], choice, decision)

    def finish(self) -> None:
        """Let everybody do their work, until it ends."""
        for turn in range(600):
            if self.step.ended:
                return
            self._turn += 1
            mains = [p for p in self.pairs if not p.node.host and p.node.kind != "startEvent"]
            works = [pair for pair in mains if pair.wait.kind is not WaitKind.TIMER]
            if works:
                # All decisions come in turn; at last only such that lead out of loops.
                self._move(works[0], 0, self._turn * 5 % 6 if turn < 40 else 0)
            else:
                self._fire(mains, late=True)
        del self.told[30:]
        raise Differs("it does not come to its end")

    def _fire(self, timers: Sequence[Pair], *, late: bool) -> None:
        due = [pair.wait.due_at for pair in timers if pair.wait.due_at]
        moment = ((max(due) if late else min(due)) - NOW) // timedelta(minutes=1)
        self._now = now = max(self._now, moment)
        told = f"let it be minute {now}"
        self._both(told, engine.fire_timers, lambda machine, _: machine.fire(now))

    def _move(self, pair: Pair, choice: int, decision: int) -> None:
        self._now += 1
        writes = {f"w{self._turn}": self._turn}
        if pair.wait.kind is WaitKind.MESSAGE:
            self._deliver(pair, writes, decision)
        elif choice % 7 == 6:
            self._throw(pair, CODES[choice // 7 % len(CODES)], writes)
        else:
            self._complete(pair, writes, decision)

    def _complete(self, pair: Pair, writes: dict[str, int], decision: int) -> None:
        output = {**writes, "d": decision, "res": self._turn, "mine": self._turn}
        kept = {f"o_{pair.node.id}": self._turn} if pair.node.mapped else writes
        self._both(
            f"complete {pair.node.id} with {writes}, d {decision}",
            partial(engine.complete, token_id=pair.wait.token_id, output=output),
            partial(Machine.complete, writes=kept, result=self._turn, decision=decision),
            pair.seen,
        )

    def _deliver(self, pair: Pair, writes: dict[str, int], decision: int) -> None:
        self._both(
            f"deliver {pair.node.id} with {writes}, d {decision}",
            partial(engine.deliver, token_id=pair.wait.token_id, payload={**writes, "d": decision}),
            partial(Machine.deliver, writes=writes, decision=decision),
            pair.seen,
        )

    def _throw(self, pair: Pair, code: str, writes: dict[str, int]) -> None:
        self._both(
            f"throw {code} at {pair.node.id} with {writes}",
            partial(engine.throw_error, token_id=pair.wait.token_id, code=code, variables=writes),
            partial(Machine.throw, code=code, writes=writes),
            pair.seen,
        )

    def _both(
        self,
        told: str,
        verb: Callable[..., Step],
        reference: Reference,
        seen: Token | Armed | None = None,
    ) -> None:
        """Act on both sides, which must both do it or both refuse, and compare."""
        self.told.append(told)
        try:
            self.step = verb(self.spec, self.step.state, self._environment)
        except (CannotProceed, UncaughtBpmnError) as refusal:
            self._refused(refusal, reference, seen)
            return
        try:
            self.machine.now = self._now
            reference(self.machine, seen)
        except (Stuck, Uncaught) as refusal:
            raise Differs(f"the engine moves on, the reference does not: {refusal!r}") from refusal
        self._compare()

    def _compare(self) -> None:
        self.pairs = pairs(self.step, self.machine)
        completed = [p for p in self.step.passages if p.outcome is Outcome.COMPLETED]
        self.passed.update(passage.element_id for passage in completed)
        check_passages(self.passed, self.machine)
        if self.step.ended:
            check_result(self.step, self.machine)

    def _refused(
        self, refusal: Exception, reference: Reference, seen: Token | Armed | None
    ) -> None:
        """The engine changed nothing; the reference must refuse too, and forget what it did."""
        machine, copied = deepcopy((self.machine, seen))
        try:
            reference(machine, copied)
        except _SAME[type(refusal)]:
            return
        except (Stuck, Uncaught) as other:
            raise Differs(f"the engine says {refusal!r}, the reference {other!r}") from refusal
        raise Differs(f"the reference moves on, the engine does not: {refusal!r}")

    @property
    def _environment(self) -> Environment:
        return replace(ENVIRONMENT, now=NOW + timedelta(minutes=self._now))
