"""Whether items sleep between two acts is seen by nobody: the same acts, with sleep and without.

Random diagrams in which one thing is done for several items at once, beside whatever might
look at them: timers, errors, messages, conditions, signals, and operators.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from processes import engine
from processes.engine import EngineError, Put, Spec, Step, WaitKind
from tests.engine.cases import ENVIRONMENT
from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.scenarios.driver import _check_difference

CASES = 140
LARGE = "x" * 5000
NESTED = re.compile(rb'\n\["\w+",\d+,"')
"""A line of an item that has a scope of its own."""
NESTED_TIMER = re.compile(rb'\n\["\w+",\d{16},"')


def several(random: Random, *, sequential: bool = False) -> str:
    """A multi-instance marker."""
    each = tag(
        "zeebe:loopCharacteristics",
        inputCollection="=items",
        inputElement="item",
        **random.choice([{}, {"outputCollection": "out", "outputElement": "=[item, w, big]"}]),
    )
    enough = random.choice(["", "", "=numberOfCompletedInstances &gt;= 3 and w &gt; 4"])
    inner = tag("extensionElements", each) + (tag("completionCondition", enough) if enough else "")
    marker = "true" if sequential else "false"
    return tag("multiInstanceLoopCharacteristics", inner, isSequential=marker)


def draw_items(random: Random, drawing: Drawing, name: str) -> None:
    """One activity, done for all items at once."""
    inputs = random.choice([None, {"got": "=item"}])
    outputs = random.choice([None, {"last": "=w"}, {"o.w": "=w", "big": "=big"}])
    more = mapping(inputs, outputs)
    kind = random.choice(("user", "service", "receive", "sub", "sub", "sub", "call"))
    if kind == "user":
        drawing.node("userTask", name, several(random), extension=more)
    elif kind == "service":
        more = tag("zeebe:taskDefinition", type="do") + more
        drawing.node("serviceTask", name, several(random), extension=more)
    elif kind == "receive":
        key = random.choice(("=string(loopCounter)", "=string(modulo(loopCounter, 3))", '="one"'))
        drawing.message(f"M{name}", key)
        marker = several(random)
        drawing.node("receiveTask", name, marker, extension=more, messageRef=f"m_M{name}")
    elif kind == "call":
        more = tag("zeebe:calledElement", processId="q") + more
        drawing.node("callActivity", name, several(random), extension=more)
    else:
        inside = Drawing(f"i{name}").start(f"B{name}")
        if name == "Each" and random.random() < 0.3:
            draw_items(random, inside, f"{name}x")
        else:
            draw_work(random, inside, name)
        inside.end(f"E{name}")
        drawing.declared |= inside.declared
        body = several(random) + "".join(inside.content)
        drawing.node("subProcess", name, body, extension=more)


def draw_work(random: Random, inside: Drawing, name: str) -> None:
    """What is done for an item that has a scope of its own."""
    if random.random() < 0.3:
        inside.script(f"Own{name}", "=w", random.choice(("item", "w", f"own{name}")))
    inside.user(f"In{name}")
    if random.random() < 0.7:
        length = random.choice(("PT2H", '=duration("PT" + string(loopCounter) + "H")'))
        inside.boundary(f"T{name}", f"In{name}", timer(length), interrupting=random.random() < 0.5)
        inside.end(f"TE{name}").at(f"In{name}")
    if random.random() < 0.1:
        condition = tag("conditionalEventDefinition", tag("condition", "=w = 6"))
        inside.boundary(f"C{name}", f"In{name}", condition, interrupting=random.random() < 0.5)
        inside.end(f"CE{name}").at(f"In{name}")
    if random.random() < 0.2:
        inside.fork(f"P{name}").user(f"One{name}").fork(f"PJ{name}")
        inside.at(f"P{name}").user(f"Two{name}").to(f"PJ{name}").at(f"PJ{name}")
    inside.job(f"Job{name}")


def draw_events(random: Random, drawing: Drawing, name: str) -> None:
    """What may come to the activity; the pen stands at it in the end as in the beginning."""
    if random.random() < 0.3:
        drawing.boundary(f"Tick{name}", name, timer("PT1H"), interrupting=False)
        drawing.script(f"Note{name}", "=if noted = null then 1 else noted + 1", "noted")
        drawing.end(f"Noted{name}")
    if random.random() < 0.4:
        drawing.boundary(f"Wrong{name}", name, drawing.error("E1")).user(f"Mend{name}")
        drawing.end(f"Mended{name}")
    if random.random() < 0.3:
        ends = random.random() < 0.5
        definition = drawing.message(f"Stop{name}", '="stop"')
        drawing.boundary(f"Msg{name}", name, definition, interrupting=ends).end(f"Stopped{name}")
    if random.random() < 0.3:
        condition = tag("conditionalEventDefinition", tag("condition", "=w = 5"))
        drawing.boundary(f"If{name}", name, condition, interrupting=False).end(f"Iffed{name}")
    drawing.at(name)


def drawn(seed: int) -> bytes:
    random = Random(f"drawn {seed}")
    drawing = Drawing().start()
    beside = random.random() < 0.6
    if beside:
        drawing.fork("F")
    if random.random() < 0.3:
        inner = Drawing("s").start("SB")
        draw_items(random, inner, "Each")
        draw_events(random, inner, "Each")
        drawing.sub("Sub", inner.end("SE"))
    else:
        draw_items(random, drawing, "Each")
        draw_events(random, drawing, "Each")
    drawing.user("After")
    if beside:
        drawing.fork("J").end()
        drawing.at("F").user("Beside").script("Write", "=w", "written").to("J")
    else:
        drawing.end()
    if random.random() < 0.3:
        inside = Drawing("on").at("OnStart").user("OnTask").end("OnEnd")
        definition = drawing.message("On", '="on"')
        drawing.event_sub("On", inside, definition, interrupting=random.random() < 0.3)
    called = Drawing("q").start("QB").user("QTask").end("QE")
    return drawing.xml(called) if "calledElement" in "".join(drawing.content) else drawing.xml()


class Pair:
    """A case whose items sleep, and the same whose items never do."""

    def __init__(self, seed: int) -> None:
        self.random = Random(f"acted {seed}")
        self.specs = [engine.parse({"d.bpmn": drawn(seed)})["p"] for _ in range(2)]
        for scope in self.specs[1].scopes.values():
            scope.sleeps = False
        self.environment = ENVIRONMENT
        count = self.random.choice((0, 1, 2, 5, 9))
        big = self.random.choice(("", LARGE))
        items = [{"n": number, "pad": big[: 900 * (number % 3)]} for number in range(count)]
        variables = {"items": items, "w": 1, "big": big, "key": "k"}
        self.steps = [engine.start(spec, variables, self.environment) for spec in self.specs]
        self.slept = self.nested = self.in_time = 0
        self.compare()

    def compare(self) -> None:
        one, other = self.steps
        assert (one.passages, one.variables, one.ended) == (
            other.passages,
            other.variables,
            other.ended,
        )
        assert one.waits == other.waits
        assert (one.opened, set(one.closed), one.next_due, one.before) == (
            other.opened,
            set(other.closed),
            other.next_due,
            other.before,
        )
        self.slept += b"\n[" in one.state
        self.nested += bool(NESTED.search(one.state))
        self.in_time += bool(NESTED_TIMER.search(one.state))

    def run(self, verb: Callable[..., Step], **asked: Any) -> None:
        found: list[Any] = []
        # Now and then as older versions of us wrote it: what they wrote goes on as well.
        versions = self.random.choice((3, 3, 3, 3, 2, 1)), 3
        for spec, step, version in zip(self.specs, self.steps, versions, strict=True):
            environment = replace(self.environment, state_version=version)
            try:
                more = {"to": spec} if verb is engine.migrate else {}
                found.append(verb(spec, step.state, environment, **asked, **more))
            except EngineError as error:
                found.append((type(error), str(error)))
        if not isinstance(found[0], Step):
            # How large it would have become is not the same: a line tells an item shorter.
            assert found[0] == found[1] or "bytes" in found[0][1]
            return
        assert isinstance(found[1], Step), found[1]
        _check_difference(self.steps[0].waits, found[0])
        self.steps = found
        self.compare()

    def act(self) -> None:
        random, wait = self.random, self.random.choice(self.steps[0].waits)
        token, by_hand = wait.token_id, random.random()
        w, what = random.randrange(8), self.random.choice(({}, {"o": {"x": 1}}, {"big": LARGE}))
        if by_hand < 0.04:
            self.run(engine.modify, take_off=[token])
        elif by_hand < 0.08:
            put = Put(element_id=random.choice(("After", "Each", wait.element_id)))
            how = replace(put, instead_of=random.choice((token, "")))
            self.run(engine.modify, put=[how])
        elif by_hand < 0.12:
            self.run(engine.migrate)
        elif by_hand < 0.14:
            self.run(engine.complete, token_id=random.choice(("1", "zz", '"', "")), output={})
        elif wait.kind is WaitKind.TIMER and by_hand < 0.4:
            self.run(engine.pause_timer, token_id=token)
        elif wait.kind is WaitKind.TIMER:
            self.environment = replace(
                self.environment, now=self.environment.now + timedelta(minutes=70)
            )
            self.run(engine.fire_timers)
        elif wait.kind is WaitKind.MESSAGE:
            self.run(engine.deliver, token_id=token, payload={"w": w, **what})
        elif by_hand < 0.2:
            self.run(engine.throw_error, token_id=token, code="E1", variables={"w": w})
        else:
            self.run(engine.complete, token_id=token, output={"w": w, **what})


@pytest.mark.parametrize("chunk", range(4))
def test_items_that_sleep_go_the_same_way_as_those_that_do_not(chunk: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(chunk, CASES, 4):
        pair = Pair(seed)
        for _ in range(25):
            if pair.steps[0].ended:
                break
            pair.act()
        seen.update(slept=pair.slept, nested=pair.nested, in_time=pair.in_time)
    assert seen["slept"] > 50
    assert min(seen["nested"], seen["in_time"]) > 10


def test_a_thousand_lines_of_an_order_fit_into_one_state() -> None:
    spec: Spec = engine.parse({"d.bpmn": drawn_for_people()})["p"]
    items = [
        {"sku": f"SKU-{number:05}", "quantity": 2, "reason": "damaged", "price": 19900}
        for number in range(1000)
    ]
    step = engine.start(spec, {"items": items}, ENVIRONMENT)

    assert len(step.state) < 200_000
    assert len(step.opened) == 1000


def drawn_for_people() -> bytes:
    each = tag("zeebe:loopCharacteristics", inputCollection="=items", inputElement="item")
    marker = tag("multiInstanceLoopCharacteristics", tag("extensionElements", each))
    return Drawing().start().node("userTask", "Each", marker).end().xml()
