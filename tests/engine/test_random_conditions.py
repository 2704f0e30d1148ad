"""Branches of random shape that write one variable: a condition on it sees the last word."""

from __future__ import annotations

from random import Random

import pytest

from tests.engine.diagrams import Drawing, mapping
from tests.engine.matrix.twin import run
from tests.engine.shapes import Shape
from tests.engine.test_conditions import until
from tests.engine.test_undoing import every


class Branches(Shape):
    """Draws branches that go on for ever, in sub-processes of several kinds."""

    def grow(self, drawing: Drawing, depth: int) -> Drawing:
        """Draw branches at the pen of `drawing`."""
        fork = self.name("F")
        drawing.fork(fork)
        for _ in range(self.random.randint(1, 3)):
            drawing.at(fork)
            if depth and self.random.random() < 0.5:
                self._nest(drawing, depth)
            else:
                name = self.name("T")
                drawing.user(name).to(name)
        return drawing

    def _nest(self, drawing: Drawing, depth: int) -> None:
        name = self.name("S")
        body = self.grow(Drawing(name).start(f"B{name}"), depth - 1)
        marker = self.random.choice(["", every(drawing)])
        extension = self.random.choice(["", mapping({"own": "=1"}, None)])
        drawing.node("subProcess", name, marker + "".join(body.content), extension=extension)
        if self.random.random() < 0.4:
            self.watched(drawing, name)

    def watched(self, drawing: Drawing, host: str) -> None:
        drawing.boundary(f"Rise{host}", host, until("=x > 5"), interrupting=False)
        drawing.end(f"Risen{host}")


def watched(seed: int) -> Drawing:
    shape = Branches(seed)
    drawing = Drawing().start().fork("F").user("Work").end("E1")
    shape.watched(drawing, "Work")
    return shape.grow(drawing.at("F"), 2)


@pytest.mark.parametrize("seed", range(30))
def test_every_condition_fires_whenever_the_last_word_makes_it_true(seed: int) -> None:
    case = run(watched(seed), items=[1, 2], x=0)
    random, high, rises = Random(seed), False, 0
    for _ in range(15):
        tasks = [name for name in case.stands_at if name.startswith("T")]
        name, x = random.choice(sorted(set(tasks))), random.randint(0, 9)
        case.complete_one(name, random.randrange(tasks.count(name)), x=x)
        rises += x > 5 and not high
        high = x > 5
        assert {wait.variables["x"] for wait in case.step.waits} == {x}
    fired = [name for name in case.path if name.startswith("Risen")]
    assert fired.count("RisenWork") == rises
    for name in set(fired):
        # One that is drawn in items has several of its kind.
        assert fired.count(name) in (rises, 2 * rises, 4 * rises)
