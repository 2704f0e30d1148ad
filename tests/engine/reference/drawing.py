"""The diagram that a block stands for; here all who draw blocks are known."""

from __future__ import annotations

from tests.engine.reference import hosts, steps, ways
from tests.engine.reference.blocks import Block
from tests.engine.reference.building import Builder
from tests.engine.reference.settling import settle
from tests.engine.reference.sketch import Sketch


def built(block: Block) -> Sketch:
    """`block` as a graph, with whatever it throws and catches matched."""
    builder = Builder({**steps.DRAWERS, **ways.DRAWERS, **hosts.DRAWERS})
    builder.process("p", block)
    settle(builder.sketch)
    return builder.sketch
