"""Transactions of random shape, cancelled at a random moment: exactly what was done is undone."""

from __future__ import annotations

from random import Random

import pytest

from tests.engine.diagrams import Drawing, tag
from tests.engine.matrix.twin import Twin, run
from tests.engine.shapes import Shape
from tests.engine.test_transactions import CANCEL, within
from tests.engine.test_undoing import every, undone_by

OWN = ("item", "loopCounter")


class Steps(Shape):
    """Draws tasks one behind the other, in sub-processes of all kinds, each with a handler."""

    def grow(self, drawing: Drawing, depth: int) -> Drawing:
        for _ in range(self.random.randint(1, 3)):
            if depth and self.random.random() < 0.6:
                self._nest(drawing, depth)
            else:
                name = self.name("T")
                undone_by(drawing.user(name), name, f"No{name}")
        return drawing

    def _nest(self, drawing: Drawing, depth: int) -> None:
        name = self.name("S")
        body = self.grow(Drawing(name).start(f"B{name}"), depth - 1).end(f"E{name}")
        turns = tag("standardLoopCharacteristics", loopMaximum=str(self.random.randint(1, 3)))
        marker = self.random.choice(["", every(drawing, sequential=True), turns])
        kind = self.random.choice(["subProcess", "transaction"])
        drawing.node(kind, name, marker + "".join(body.content))


def cancellable(seed: int) -> Drawing:
    body = Drawing("t").start("B").fork("F").user("Ask").end("Cancel", CANCEL).at("F")
    return within(Steps(seed).grow(body, 3).end("E"))


def own(case: Twin, element_id: str) -> tuple[str, list[object]]:
    seen = case.inputs(element_id)
    return element_id.removeprefix("No"), [seen.get(name) for name in OWN]


@pytest.mark.parametrize("seed", range(40))
def test_what_was_done_in_a_transaction_is_undone_in_reverse_order(seed: int) -> None:
    case = run(cancellable(seed), items=["a", "b"])
    done = []
    for _ in range(Random(seed).randint(0, 12)):
        (working, *_) = [name for name in case.stands_at if name != "Ask"] or ["Ask"]
        if working == "Ask":
            break
        done.append(own(case, working))
        case.complete(working)
    case.complete("Ask")
    undone = []
    while case.stands_at != ["Left"]:
        (working,) = case.stands_at
        undone.append(own(case, working))
        case.complete(working)

    assert undone == done[::-1]
    assert case.variables == {"items": ["a", "b"]}
