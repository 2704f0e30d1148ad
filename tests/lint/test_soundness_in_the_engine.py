"""What the search says holds when tokens really move: random plays of random diagrams."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from processes import engine
from processes.engine import Step, WaitKind
from processes.lint import check
from tests.engine.cases import ENVIRONMENT
from tests.engine.diagrams import Drawing
from tests.lint.judging import WORK
from tests.lint.test_soundness import AND, OR, XOR, kind_of, sound

PLAYS = 6
ACTS = 60
SEEDS = range(120)


def spoilt(seed: int) -> Drawing:
    """A sound diagram, some of whose joins are made gateways of other kinds."""
    drawing, joins = sound(seed)
    random = Random(seed)
    for join in random.sample(joins, min(len(joins), random.randint(0, 2))):
        old, new = kind_of(drawing, join), random.choice([XOR, AND, OR])
        drawing.content = [
            part.replace(f'<{old} id="{join}"></{old}>', f'<{new} id="{join}"></{new}>')
            for part in drawing.content
        ]
    return drawing


class Play:
    """One case, moved at random until it ends, sticks, or has been moved often enough."""

    def __init__(self, spec: engine.Spec, random: Random) -> None:
        self.stuck = self.doubled = self.ended = False
        self._hours = 0
        flags = {f"c{number}": random.random() < 0.6 for number in range(3)}
        try:
            step = engine.start(spec, {**flags, "again": random.random() < 0.5}, ENVIRONMENT)
            for _ in range(ACTS):
                self._look(step)
                if step.ended:
                    return
                step = self._act(spec, step, random)
        except engine.CannotProceed:
            self.stuck = True

    def _look(self, step: Step) -> None:
        work = [w for w in step.waits if w.kind in (WaitKind.SERVICE_TASK, WaitKind.USER_TASK)]
        self.doubled |= max(Counter(w.element_id for w in work).values(), default=0) > 1
        self.ended |= step.ended

    def _act(self, spec: engine.Spec, step: Step, random: Random) -> Step:
        wait = random.choice(step.waits)
        output = {f"c{number}": random.random() < 0.6 for number in range(3)}
        output["again"] = random.random() < 0.3
        if wait.kind is WaitKind.TIMER:
            self._hours += 2
            later = replace(ENVIRONMENT, now=ENVIRONMENT.now + timedelta(hours=self._hours))
            return engine.fire_timers(spec, step.state, later)
        return engine.complete(spec, step.state, ENVIRONMENT, token_id=wait.token_id, output=output)


def judged(drawing: Drawing) -> tuple[engine.Spec, set[str]]:
    spec = engine.parse({"d.bpmn": drawing.xml()})[drawing.id]
    return spec, {each.rule for each in check(spec.elements, spec.flows, WORK)}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_sticks_or_is_done_twice_in_the_engine_was_told(seed: int) -> None:
    spec, rules = judged(spoilt(seed))
    for number in range(PLAYS):
        play = Play(spec, Random(seed * PLAYS + number))
        assert not play.stuck or "deadlock" in rules
        assert not play.doubled or "unsynchronised" in rules


def test_most_of_what_is_told_is_met_in_the_engine_too() -> None:
    """The other way round: random plays meet what the search says, if not each time."""
    told, met = Counter(), Counter()
    for seed in SEEDS:
        spec, rules = judged(spoilt(seed))
        plays = [Play(spec, Random(seed * 100 + number)) for number in range(PLAYS)]
        for rule, happened in (
            ("deadlock", any(play.stuck for play in plays)),
            ("unsynchronised", any(play.doubled for play in plays)),
        ):
            told[rule] += rule in rules
            met[rule] += rule in rules and happened

    assert min(told.values()) >= 10
    assert all(met[rule] >= told[rule] * 0.5 for rule in told), (told, met)
