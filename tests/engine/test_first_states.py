"""States of the first version are read and go on, and histories made with it can be proved.

`first_states.json` was written by that version: two diagrams, and the state after each act.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from processes import engine
from processes.engine import Environment, Spec, Step
from tests.engine.cases import ENVIRONMENT

RECORDED = json.loads(Path(__file__).with_name("first_states.json").read_text())
VARIABLES = {"items": [{"n": 1}, {"n": 2}, {"n": 3}], "note": "x"}
LATER = replace(ENVIRONMENT, now=ENVIRONMENT.now + timedelta(hours=1))
ACTS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("Ask", {"answer": "a", "by": {"a": 1}}),
    ("Ask", {"answer": "b", "by": {"b": 1}}),
    ("", {}),
    ("Chase", {"chased": True}),
    ("Inspect", {"good": 1.5}),
    ("Ask", {"answer": "c"}),
)


def recorded(items: str) -> tuple[Spec, list[bytes]]:
    diagram = RECORDED[items]["diagram"].encode()
    states = [b"af1" + bytes.fromhex(s) + text.encode() for s, text in RECORDED[items]["states"]]
    return engine.parse({"test.bpmn": diagram})["p"], states


def act(spec: Spec, state: bytes, number: int, **changed: Any) -> Step:
    environment = replace(LATER if number >= 2 else ENVIRONMENT, **changed)
    element_id, output = ACTS[number]
    if not element_id:
        return engine.fire_timers(spec, state, environment)
    waits = engine.describe(spec, state, environment).waits
    token_id = [wait.token_id for wait in waits if wait.element_id == element_id][-1]
    return engine.complete(spec, state, environment, token_id=token_id, output=output)


def steps(spec: Spec, environment: Environment, **changed: Any) -> Iterator[Step]:
    step = engine.start(spec, VARIABLES, replace(environment, **changed))
    yield step
    for number in range(len(ACTS)):
        step = act(spec, step.state, number, **changed)
        yield step


@pytest.mark.parametrize("items", RECORDED)
def test_each_goes_on_as_a_new_case_does(items: str) -> None:
    spec, states = recorded(items)
    new = list(steps(spec, ENVIRONMENT))

    for begin, state in enumerate(states):
        step = engine.describe(spec, state, ENVIRONMENT)
        assert (step.waits, step.variables) == (new[begin].waits, new[begin].variables)
        for number in range(begin, len(ACTS)):
            step, other = act(spec, step.state, number), new[number + 1]
            assert (step.waits, step.variables) == (other.waits, other.variables)
            assert (step.opened, step.closed, step.ended) == (
                other.opened,
                other.closed,
                other.ended,
            )


@pytest.mark.parametrize("items", RECORDED)
def test_the_same_acts_can_be_made_to_give_the_same_old_bytes(items: str) -> None:
    spec, states = recorded(items)

    assert [step.state for step in steps(spec, ENVIRONMENT, state_version=1)] == states


@pytest.mark.parametrize("old", [0, 5, 150])
def test_many_items_come_in_their_turn_also_after_states_of_the_first_version(old: int) -> None:
    spec = engine.parse({"test.bpmn": RECORDED["true"]["diagram"].encode()})["p"]
    items = [{"n": number, "of": "a long list, which is kept by itself"} for number in range(150)]
    first = replace(ENVIRONMENT, state_version=1)
    step = engine.start(spec, {"items": items}, first if old else ENVIRONMENT)

    for number, item in enumerate(items):
        (asked,) = (wait for wait in step.waits if wait.element_id == "Ask")
        assert asked.variables["item"] == item
        environment = first if number < old else ENVIRONMENT
        output = {"answer": number}
        step = engine.complete(
            spec, step.state, environment, token_id=asked.token_id, output=output
        )

    (inspect,) = (wait for wait in step.waits if wait.element_id == "Inspect")
    step = engine.complete(spec, step.state, ENVIRONMENT, token_id=inspect.token_id, output={})
    assert step.ended
    assert step.variables["out"] == list(range(150))
