"""Random diagrams: kept in memory as through bytes, and in transactions as in sub-processes."""

from __future__ import annotations

import re
from datetime import timedelta
from random import Random

import pytest

from processes import engine
from processes.engine import CannotProceed, UncaughtBpmnError, Wait, WaitKind
from tests.engine.cases import ENVIRONMENT
from tests.engine.matrix.twin import Twin
from tests.engine.reference.drawing import built
from tests.engine.reference.shrinking import kind_of, of_seed
from tests.engine.reference.sketch import CONSTANTS, Sketch
from tests.engine.reference.writing import written

_TAG = re.compile(r"(<subProcess\b[^>]*>|</subProcess>)")


def with_transactions(sketch: Sketch) -> bytes:
    """The diagram, with a transaction for every sub-process that no event begins."""
    parts, kinds = [], []
    for part in _TAG.split(written(sketch).decode()):
        if part.startswith("<subProcess"):
            kinds.append("subProcess" if "triggeredByEvent" in part else "transaction")
            part = part.replace("<subProcess", f"<{kinds[-1]}", 1)
        parts.append(f"</{kinds.pop()}>" if part == "</subProcess>" else part)
    return "".join(parts).encode()


@pytest.mark.parametrize("chunk", range(5))
def test_a_transaction_that_nobody_cancels_runs_like_a_sub_process(chunk: int) -> None:
    for seed in range(chunk, 100, 5):
        assert kind_of(*of_seed(seed), with_transactions) == "", seed


def act(case: Twin, wait: Wait, random: Random) -> None:
    output = {"d": random.randrange(6), "w": random.randrange(9)}
    if wait.kind is WaitKind.TIMER:
        case.advance(timedelta(minutes=random.choice((1, 30, 90))))
    elif wait.kind is WaitKind.MESSAGE:
        case._run(engine.deliver, token_id=wait.token_id, payload=output)
    elif random.random() < 0.15:
        code = random.choice(("E1", "E2", "E3"))
        case._run(engine.throw_error, token_id=wait.token_id, code=code, variables=output)
    else:
        case._run(engine.complete, token_id=wait.token_id, output=output)


@pytest.mark.parametrize("chunk", range(5))
def test_a_case_that_stays_in_memory_goes_the_same_way(chunk: int) -> None:
    acted = 0
    for seed in range(chunk, 100, 5):
        sketch, random = built(of_seed(seed)[0]), Random(seed)
        spec = engine.parse({"random.bpmn": written(sketch)})[sketch.processes[0]]
        try:
            case = Twin(spec, dict(CONSTANTS), ENVIRONMENT)
            for _ in range(30):
                if case.step.ended:
                    break
                act(case, random.choice(case.step.waits), random)
                acted += 1
        except (CannotProceed, UncaughtBpmnError):
            # As it was drawn: nobody caught the error, or no condition held.
            continue
    assert acted > 20
