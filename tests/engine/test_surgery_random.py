"""Surgery on diagrams nobody drew by hand, and on our own, at any moment of a case's life."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes import engine
from processes.engine import CannotProceed, Plan, Put, Spec, Step, SurgeryRefused, WaitKind
from tests.engine.cases import ENVIRONMENT, spec_of
from tests.engine.diagrams import Drawing
from tests.engine.test_any_diagram import (
    ACTS,
    BLOCKS,
    RELAXED,
    Block,
    _Artist,
    drawn,
    finished,
    played,
)
from tests.scenarios.conftest import started, variables
from tests.scenarios.driver import Case

SEEDS = range(6)


class _Renamer(_Artist):
    """Draws the same with other ids."""

    def name(self, kind: str) -> str:
        return f"{super().name(kind)}_new"


def renamed(block: Block) -> Spec:
    drawing = Drawing().start("Begin_new")
    _Renamer().draw(drawing, block)
    return spec_of(drawing.end("Done_new"))


def ids(spec: Spec) -> list[str]:
    return [*(element.id for element in spec.elements), *(flow.id for flow in spec.flows)]


def carried(old: Spec, step: Step, new: Spec, mapping: Mapping[str, str]) -> Step:
    return engine.migrate(old, step.state, ENVIRONMENT, to=new, mapping=mapping)


@RELAXED
@given(BLOCKS, ACTS)
def test_S1_going_on_with_the_same_definition_changes_no_byte(
    block: Block, acts: list[int]
) -> None:
    spec, same = drawn(block), drawn(block)
    for step in played(spec, acts)[0]:
        if not step.ended:
            assert carried(spec, step, same, {}).state == step.state


@RELAXED
@given(BLOCKS, ACTS)
def test_S2_there_and_back_again_changes_no_byte_and_both_run_to_an_end(
    block: Block, acts: list[int]
) -> None:
    spec, new = drawn(block), renamed(block)
    there = dict(zip(ids(spec), ids(new), strict=True))
    back = {theirs: ours for ours, theirs in there.items()}
    steps = played(spec, acts)[0]
    step = steps[len(steps) // 2]
    if step.ended:
        return
    moved = carried(spec, step, new, there)
    returned = carried(new, moved, spec, back)

    assert returned.state == step.state
    assert [there[wait.element_id] for wait in step.waits] == [w.element_id for w in moved.waits]
    assert finished(new, moved, 50).variables == finished(spec, step, 50).variables


@RELAXED
@given(BLOCKS, ACTS, st.integers(0, 30))
def test_S3_a_task_that_is_begun_anew_loses_nothing_and_the_case_runs_to_its_end(
    block: Block, acts: list[int], choice: int
) -> None:
    spec = drawn(block)
    steps, names = played(spec, acts)
    step = steps[-1]
    tasks = [wait for wait in step.waits if wait.kind is WaitKind.USER_TASK]
    if not tasks:
        return
    task = tasks[choice % len(tasks)]
    put = Put(element_id=task.element_id, instead_of=task.token_id, variables={"mark": 1})
    again = engine.modify(spec, step.state, ENVIRONMENT, put=[put])

    assert len(again.waits) >= len(step.waits)  # an event that came once may come again
    assert task.token_id not in {wait.token_id for wait in again.waits}
    last = finished(spec, again, 50)
    assert names <= last.variables.keys()


@RELAXED
@given(BLOCKS, ACTS, st.integers(0, 99), st.integers(0, 99), st.integers(0, 2))
def test_S4_whatever_is_done_by_hand_is_sound_or_refused_and_a_dry_run_tells(
    block: Block, acts: list[int], which: int, where: int, how: int
) -> None:
    spec = drawn(block)
    step = played(spec, acts)[0][-1]
    if step.ended:
        return
    token = step.waits[which % len(step.waits)].token_id
    element_id = spec.elements[where % len(spec.elements)].id
    asked: dict[str, Any] = {
        0: {"take_off": [token]},
        1: {"put": [Put(element_id=element_id, after=bool(which % 2))]},
        2: {"put": [Put(element_id=element_id, instead_of=token)]},
    }[how]
    plan = engine.planned(step, lambda: engine.modify(spec, step.state, ENVIRONMENT, **asked))
    if plan.refusals:
        with pytest.raises((SurgeryRefused, CannotProceed)):
            engine.modify(spec, step.state, ENVIRONMENT, **asked)
        return
    after = engine.modify(spec, step.state, ENVIRONMENT, **asked)
    assert plan == engine.compared(step, after)
    check_sound(spec, after)


def check_sound(spec: Spec, step: Step) -> None:
    """It waits for something or has ended, is read back as it is, and can be ended."""
    assert step.ended is not bool(step.waits)
    assert engine.describe(spec, step.state, ENVIRONMENT).waits == step.waits
    if not step.ended:
        assert carried(spec, step, spec, {}).state == step.state
        for wait in step.waits:
            try:
                engine.fire_timers(spec, step.state, ENVIRONMENT)
                if wait.kind is WaitKind.USER_TASK:
                    token = wait.token_id
                    engine.complete(spec, step.state, ENVIRONMENT, token_id=token, output={})
            except CannotProceed as error:
                assert "no further one can come" in str(error)  # noqa: PT017 — one of many acts
    assert engine.cancel(spec, step.state, ENVIRONMENT).ended


# Our own diagrams


def walked(process_id: str, seed: int) -> list[Case]:
    """A case of ours as it stood after each of some acts, chosen by chance."""
    chance = random.Random(seed)
    case = started(process_id, variables())
    snapshots = []
    for _ in range(14):
        snapshots.append(snapshot(case))
        if case.step.ended:
            break
        try:
            act(case, chance)
        except CannotProceed:
            continue
    return snapshots


def snapshot(case: Case) -> Case:
    copy = object.__new__(Case)
    vars(copy).update({**vars(case), "passages": list(case.passages)})
    return copy


def act(case: Case, chance: random.Random) -> None:
    wait = chance.choice(case.step.waits)
    output = {
        "decision": chance.choice(["approve", "reject", "offer", "escalate"]),
        "answer": chance.choice(["accept", "decline", "amend", "withdraw", "keep"]),
        "outcome": chance.choice(["succeeded", "pending", "closed"]),
        "offer_amount": 50.5,
        "amount": 40,
        "agreed": 4000,
        "reason": "goods_delivered",
        "completed_by": "sofia",
        "round": 2,
    }
    token = {"token_id": wait.token_id}
    if wait.kind is WaitKind.TIMER:
        case.advance(timedelta(days=3))
    elif wait.kind is WaitKind.MESSAGE:
        case._run(engine.deliver, **token, payload=output)
    else:
        case._run(engine.complete, **token, output=output)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("process_id", ["refund_only", "refund_execution"])
def test_our_own_cases_go_on_with_the_same_definition_as_they_are(
    process_id: str, seed: int
) -> None:
    cases = walked(process_id, seed)
    assert len(cases) > 2
    for case in cases:
        if not case.step.ended:
            again = engine.migrate(case.spec, case.step.state, case.environment, to=case.spec)
            assert again.state == case.step.state
            assert engine.compared(case.step, again) == Plan()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_token_of_ours_can_be_put_at_any_element_or_the_sentence_says_why_not(seed: int) -> None:
    chance = random.Random(seed)
    case = chance.choice([one for one in walked("refund_only", seed) if not one.step.ended])
    refused = 0
    for element in case.spec.elements:
        put = [Put(element_id=element.id, process_id=element.process_id)]
        environment = replace(case.environment)
        try:
            after = engine.modify(case.spec, case.step.state, environment, put=put)
        except (SurgeryRefused, CannotProceed):
            refused += 1
            continue
        assert len(after.waits) >= 1
        assert engine.describe(case.spec, after.state, environment).waits == after.waits
        assert engine.cancel(case.spec, after.state, environment).ended
    assert refused < len(case.spec.elements) / 2
