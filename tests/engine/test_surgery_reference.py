"""Random cases that are carried over in the middle of their life go on as the standard says.

The diagrams are those of the reference interpreter, which knows nothing of the move.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from processes import engine
from processes.engine import Spec, Step
from tests.engine.reference.drawing import built
from tests.engine.reference.playing import Play
from tests.engine.reference.shrinking import of_seed
from tests.engine.reference.sketch import Sketch
from tests.engine.reference.writing import written

DIAGRAMS = 160
CHUNKS = 4


class Journey(Play):
    """A case that goes on with a definition in which everything has another id."""

    def __init__(self, sketch: Sketch, old: Spec, new: Spec, *, moves_at: int) -> None:
        self.there = dict(zip(ids(old), ids(new), strict=True))
        self.back = {theirs: ours for ours, theirs in self.there.items()}
        self.target, self.left = new, moves_at
        super().__init__(sketch, old, [])

    def _both(self, told: str, verb: Callable[..., Step], *rest: Any, **more: Any) -> None:
        def known(spec: Spec, *asked: Any, **options: Any) -> Step:
            step = verb(spec, *asked, **options)
            return self.in_old_words(step) if spec is self.target else step

        super()._both(told, known, *rest, **more)
        self.left -= 1
        if self.left == 0 and not self.step.ended:
            self.move()

    def move(self) -> None:
        """Go over to the other definition, after a look at the way there and back."""
        old, new, now = self.spec, self.target, self._environment
        same = engine.migrate(old, self.step.state, now, to=old)
        moved = engine.migrate(old, self.step.state, now, to=new, mapping=self.there)
        back = engine.migrate(new, moved.state, now, to=old, mapping=self.back)
        assert back.state == same.state
        assert engine.compared(self.step, same) == engine.Plan()
        assert same.waits == self.in_old_words(moved).waits
        self.spec, self.step = new, self.in_old_words(moved)

    def in_old_words(self, step: Step) -> Step:
        def known(row: Any) -> Any:
            name = self.back[row.element_id]
            return row._replace(
                element_id=name,
                name=self.back.get(row.name, row.name),
                process_id=row.process_id.removesuffix("_new"),
            )

        waits, passages = ([known(row) for row in rows] for rows in (step.waits, step.passages))
        return replace(step, find_waits=lambda: tuple(waits), passages=tuple(passages))


def ids(spec: Spec) -> list[str]:
    return [*(element.id for element in spec.elements), *(flow.id for flow in spec.flows)]


def renamed(text: bytes, specs: Mapping[str, Spec]) -> bytes:
    """The same diagram, all of whose elements, flows and processes have other ids."""
    names = {name for spec in specs.values() for name in ids(spec)} | specs.keys()
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf'"({either})"', r'"\1_new"', text.decode()).encode()


def journey(seed: int) -> Journey:
    block, acts = of_seed(seed)
    sketch = built(block)
    text = written(sketch)
    specs = engine.parse({"random.bpmn": text})
    new = engine.parse({"random.bpmn": renamed(text, specs)})
    main = sketch.processes[0]
    play = Journey(sketch, specs[main], new[f"{main}_new"], moves_at=1 + seed % 3)
    for choice in acts:
        if play.step.ended:
            break
        play.act(choice)
    play.finish()
    return play


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_S5_cases_that_were_carried_over_go_on_as_the_standard_says(chunk: int) -> None:
    played = [journey(seed) for seed in range(chunk, DIAGRAMS, CHUNKS)]

    assert sum(play.spec is play.target for play in played) > len(played) / 3
