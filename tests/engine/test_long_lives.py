"""Long lives cost no more than short ones: counted in bytes and in calls, not in time.

How long it takes is measured in `benchmarks`; what is counted here is the same in every run.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from processes import engine
from processes.engine import Spec, Step, WaitKind
from tests.engine.cases import ENVIRONMENT, spec_of
from tests.engine.diagrams import Drawing, tag


@dataclass
class Cost:
    calls: int = 0
    """Of Python functions and of built-in ones."""


@contextmanager
def counted() -> Iterator[Cost]:
    """Count the calls that are made inside."""
    cost, before = Cost(), sys.getprofile()

    def note(_frame: object, event: str, _argument: object) -> None:
        cost.calls += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        yield cost
    finally:
        sys.setprofile(before)


def complete(spec: Spec, step: Step, *, which: int = 0, **output: Any) -> Step:
    return cost_of_completing(spec, step, which=which, **output)[0]


def cost_of_completing(
    spec: Spec, step: Step, *, which: int = 0, **output: Any
) -> tuple[Step, int]:
    """What it leaves behind, and the calls of the engine alone."""
    tasks = [wait for wait in step.waits if wait.kind is WaitKind.USER_TASK]
    token_id = tasks[which].token_id
    with counted() as cost:
        step = engine.complete(spec, step.state, ENVIRONMENT, token_id=token_id, output=output)
    return step, cost.calls


def started(spec: Spec, **variables: Any) -> Step:
    return engine.start(spec, variables, ENVIRONMENT)


# Loops


def turn_again(drawing: Drawing) -> Drawing:
    return drawing.xor("More", default="out").when("=n < 2500").to("Again").at("More")


def plain_loop() -> Drawing:
    drawing = turn_again(Drawing().start().xor("Again").user("Work"))
    return drawing.when(flow_id="out").end()


def forked_loop() -> Drawing:
    drawing = Drawing().start().xor("Again").fork("F").user("Work").fork("J")
    drawing.at("F").script("Beside", "=n", "beside").to("J")
    return turn_again(drawing).when(flow_id="out").end()


def loop_in_scopes() -> Drawing:
    inside = Drawing("i").start("B").user("Work").end("E")
    inside.event_sub("On", Drawing("o").at("OnStart").end("E2"), inside.message("m", "k"))
    drawing = turn_again(Drawing().start().xor("Again").sub("Sub", inside))
    return drawing.when(flow_id="out").end()


def spawning_loop() -> Drawing:
    """Each turn sends a branch off that ends by itself."""
    drawing = Drawing().start().xor("Again").fork("F").script("Note", "=n", "noted").end("E1")
    return turn_again(drawing.at("F").user("Work")).when(flow_id="out").end()


def standard_loop() -> Drawing:
    condition = tag("loopCondition", "=n &lt; 2500")
    marker = tag("standardLoopCharacteristics", condition)
    return Drawing().start().node("userTask", "Work", marker).end()


LOOPS = [plain_loop, forked_loop, loop_in_scopes, spawning_loop, standard_loop]


@pytest.mark.parametrize("drawn", LOOPS)
def test_the_2000th_turn_of_a_loop_costs_what_the_10th_does(drawn: Callable[[], Drawing]) -> None:
    spec = spec_of(drawn())
    step = started(spec, n=0)
    seen: dict[int, tuple[int, int]] = {}
    for turn in range(1, 2001):
        if turn not in (10, 2000):
            step = complete(spec, step, n=turn)
            continue
        step, calls = cost_of_completing(spec, step, n=turn)
        seen[turn] = (calls, len(step.state))

    assert seen[2000][0] <= 1.1 * seen[10][0]
    assert seen[2000][1] <= seen[10][1] + 20


# Multi-instance


def marked(sequential: bool) -> str:
    each = tag(
        "zeebe:loopCharacteristics",
        inputCollection="=items",
        inputElement="item",
        outputCollection="out",
        outputElement="=item",
    )
    return tag(
        "multiInstanceLoopCharacteristics",
        tag("extensionElements", each),
        isSequential="true" if sequential else "false",
    )


def of_scripts(sequential: bool) -> Spec:
    script = tag("zeebe:script", expression="=item * 2", resultVariable="twice")
    drawing = Drawing().start().node("scriptTask", "Each", marked(sequential), extension=script)
    return spec_of(drawing.end())


def of_sub_processes(sequential: bool) -> Spec:
    inside = Drawing("i").start("B").script("Double", "=item * 2", "twice").end("E")
    body = marked(sequential) + "".join(inside.content)
    return spec_of(Drawing().start().node("subProcess", "Each", body).end())


def of_people(sequential: bool) -> Spec:
    return spec_of(Drawing().start().node("userTask", "Each", marked(sequential)).end())


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("of_what", [of_scripts, of_sub_processes])
def test_1000_items_cost_as_much_each_as_100(
    of_what: Callable[[bool], Spec], sequential: bool
) -> None:
    spec = of_what(sequential)
    each: dict[int, float] = {}
    for count in (100, 1000):
        with counted() as cost:
            step = started(spec, items=list(range(count)))
        assert step.variables["out"] == list(range(count))
        each[count] = cost.calls / count

    assert each[1000] <= 1.3 * each[100]


def test_the_900th_of_1000_items_in_turn_costs_what_the_10th_does() -> None:
    spec = of_people(sequential=True)
    step = started(spec, items=list(range(1000)))
    calls: dict[int, int] = {}
    for number in range(1, 1001):
        if number not in (10, 900):
            step = complete(spec, step)
            continue
        step, calls[number] = cost_of_completing(spec, step)

    assert step.ended
    assert step.variables["out"] == list(range(1000))
    assert calls[900] <= 1.1 * calls[10]


def of_machines(sequential: bool) -> Spec:
    topic = tag("zeebe:taskDefinition", type="do")
    drawing = Drawing().start().node("serviceTask", "Each", marked(sequential), extension=topic)
    return spec_of(drawing.end())


def of_messages(sequential: bool) -> Spec:
    drawing = Drawing().start()
    drawing.message("M", "=string(item.number)")
    return spec_of(drawing.node("receiveTask", "Each", marked(sequential), messageRef="m_M").end())


@pytest.mark.parametrize("of_what", [of_people, of_machines, of_messages])
def test_an_act_among_1000_open_items_costs_what_it_costs_among_100(
    of_what: Callable[[bool], Spec],
) -> None:
    spec = of_what(False)
    calls: dict[int, list[int]] = {}
    for count in (100, 1000):
        items = [{"number": i, "sku": f"SKU-{i:05}", "reason": "damaged"} for i in range(count)]
        step = started(spec, items=items)
        verb, given = engine.complete, "output"
        if step.opened[0].kind is WaitKind.MESSAGE:
            verb, given = engine.deliver, "payload"
        tokens = [wait.token_id for wait in step.opened]
        calls[count] = []
        for token_id in (tokens[count // 2], tokens[0], tokens[-1]):
            with counted() as cost:
                step = verb(spec, step.state, ENVIRONMENT, token_id=token_id, **{given: {"a": 1}})
            calls[count].append(cost.calls)
        assert len(step.waits) == count - 3

    assert sum(calls[1000]) <= 1.2 * sum(calls[100]), calls


# What is left behind


def test_an_act_leaves_nothing_for_python_to_search_for() -> None:
    spec = of_people(sequential=False)
    step = started(spec, items=list(range(50)))
    gc.collect()
    gc.disable()
    try:
        complete(spec, step)
        assert gc.collect() == 0
    finally:
        gc.enable()
