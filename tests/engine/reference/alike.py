"""A diagram somebody else drew, played on both sides."""

from __future__ import annotations

from collections.abc import Sequence

from processes.engine import CannotProceed, Spec, UncaughtBpmnError
from tests.engine.reference.comparing import Differs
from tests.engine.reference.machine import Machine
from tests.engine.reference.parts import Stuck, Uncaught
from tests.engine.reference.playing import Play
from tests.engine.reference.sketch import Sketch


def alike(sketch: Sketch, spec: Spec, acts: Sequence[int]) -> None:
    """Play both, act by act.

    Raises:
        Differs: the engine does something else than the reference.
    """
    try:
        play = Play(sketch, spec, [])
    except (CannotProceed, UncaughtBpmnError) as refusal:
        try:
            Machine(sketch)
        except (Stuck, Uncaught):
            return
        raise Differs(f"the reference begins, the engine does not: {refusal!r}") from refusal
    for act in acts:
        if play.step.ended:
            return
        play.act(act)
