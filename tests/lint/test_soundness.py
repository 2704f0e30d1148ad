"""Every token finds its end, or a way is told on which it does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from processes import engine
from processes.lint import check
from processes.sentences import in_chinese
from tests.engine.diagrams import Drawing, timer
from tests.engine.reference.drawing import built
from tests.engine.reference.growing import grown
from tests.engine.reference.writing import written
from tests.lint.judging import WORK, found, problems

LATE = timer("PT1H")


def split(kind: str, join: str, *, conditions: bool = False, default: str = "") -> Drawing:
    """Two branches from a gateway of one kind to one of another."""
    drawing = Drawing().start().node(kind, "Split", default=default or None)
    drawing.when("=a" if conditions else None, flow_id="one").job("A").node(join, "Join")
    drawing.job("After").end()
    return drawing.at("Split").when("=b" if conditions and not default else None,
                                    flow_id="two").job("B").to("Join")  # fmt: skip


XOR, AND, OR = "exclusiveGateway", "parallelGateway", "inclusiveGateway"


def loop(*, around: str = XOR, out: bool = True) -> Drawing:
    """A loop whose body is done side by side, when `around` is parallel."""
    drawing = Drawing().start().node(XOR, "Again").fork("Fork").job("A").fork("Meet")
    drawing.at("Fork").job("B").to("Meet").at("Meet")
    if not out:
        return drawing.job("C").to("Again")
    drawing.node(around, "Enough", default="on" if around == XOR else None)
    drawing.when("=again" if around == XOR else None).to("Again").at("Enough")
    return drawing.when(flow_id="on").end()


def beside(*, into_main: bool) -> Drawing:
    drawing = Drawing().start().user("Ask").xor("Merge").job("After").end()
    drawing.boundary("Late", "Ask", LATE, interrupting=False).job("Remind")
    return drawing.to("Merge") if into_main else drawing.end("Reminded")


def reminded_again() -> Drawing:
    """A task that may come again while its reminder is still being written."""
    drawing = Drawing().start().xor("Again").user("Ask").xor("Enough", default="on")
    drawing.when("=again").to("Again").at("Enough").when(flow_id="on").end()
    drawing.boundary("Late", "Ask", LATE, interrupting=False).fork("Both").job("Remind")
    return drawing.fork("Told").end("Reminded").at("Both").job("Note").to("Told")


def interrupted() -> Drawing:
    """One of two parallel branches may end elsewhere, and the other waits for it."""
    drawing = Drawing().start().fork("Fork").user("Ask").fork("Meet").end()
    drawing.at("Fork").job("B").to("Meet")
    return drawing.boundary("Late", "Ask", LATE).end("TooLate")


def terminated() -> Drawing:
    drawing = Drawing().start().fork("Fork").user("Ask").fork("Meet").end()
    drawing.at("Fork").job("B").to("Meet").boundary("Late", "Ask", LATE)
    return drawing.end("Stop", "<terminateEventDefinition/>")


def inner(drawing: Drawing) -> Drawing:
    return Drawing("outer").start("OuterStart").sub("Part", drawing).end("OuterEnd")


def round_and_round(*, limit: bool = False) -> Drawing:
    inner = Drawing("inner").start("In").xor("Again").job("Ask").xor("More", default="d")
    inner.when("=x").to("Again").at("More").when(flow_id="d").job("Other").to("Again")
    drawing = Drawing().start().sub("Part", inner).end()
    return drawing.boundary("Late", "Part", LATE).end("TooLate") if limit else drawing


def limited(drawing: Drawing, definition: str, *, interrupting: bool = True) -> Drawing:
    """What would wait for ever, in a sub-process with an event on it."""
    outer = Drawing("outer").start("OuterStart").sub("Part", drawing).end("OuterEnd")
    outer.declared |= drawing.declared
    return outer.boundary("Late", "Part", definition, interrupting=interrupting).end("TooLate")


def stuck() -> Drawing:
    return split(XOR, AND, conditions=True, default="two")


def two_inclusive_joins() -> Drawing:
    """Each of two inclusive joins has a way to the other."""
    drawing = Drawing().start().node(OR, "Split", default="d").when("=a").node(OR, "J")
    drawing.node(XOR, "Out", default="o").when(flow_id="o").end()
    drawing.at("Split").when("=b").node(OR, "K").node(XOR, "Back", default="q")
    drawing.when("=r").to("J").at("Back").when(flow_id="q").end("E2")
    drawing.at("Out").when("=s").to("K")
    return drawing.at("Split").when(flow_id="d").end("E3")


def never_default() -> Drawing:
    drawing = Drawing().start().node("userTask", "Ask", default="d").end().at("Ask")
    drawing.when("=a").end("E1")
    return drawing.at("Ask").when(flow_id="d").job("Other").end("E2")


def two_into_one_end() -> Drawing:
    drawing = Drawing().start().fork("Fork").job("A").end().at("Fork").job("B")
    return drawing.to("Done")


UNSOUND: list[tuple[str, Callable[[], Drawing], set[tuple[str, str]]]] = [
    ("xor to and", lambda: split(XOR, AND, conditions=True, default="two"), {("deadlock", "Join")}),
    ("or to and", lambda: split(OR, AND, conditions=True, default="two"), {("deadlock", "Join")}),
    ("and to xor", lambda: split(AND, XOR), {("unsynchronised", "After")}),
    ("or to xor", lambda: split(OR, XOR, conditions=True), {("unsynchronised", "After"),
                                                            ("no-default", "Split")}),
    ("and to a task", lambda: split(AND, "userTask"), {("unsynchronised", "Join")}),
    ("a loop that goes on and goes out", lambda: loop(around=AND), {("endless", "Again")}),
    ("a loop without a way out", lambda: loop(out=False), {("endless", "Again")}),
    ("one branch ends elsewhere", interrupted, {("deadlock", "Meet")}),
    ("beside, into the main flow", lambda: beside(into_main=True), {("unsynchronised", "After")}),
    ("inside a sub-process", lambda: inner(split(XOR, AND, conditions=True, default="two")),
     {("deadlock", "Join")}),
    ("inclusive joins that wait for each other", two_inclusive_joins,
     {("deadlock", "J"), ("deadlock", "K")}),
    ("a default beside a flow that is always taken", never_default, {("dead-element", "Other")}),
    ("until a timer ends it", lambda: limited(stuck(), LATE), {("interrupted-wait", "Join")}),
    ("a timer that does not end it", lambda: limited(stuck(), LATE, interrupting=False),
     {("deadlock", "Join")}),
    ("an endless sub-process", round_and_round, {("endless", "Again")}),
]  # fmt: skip
SOUND: list[tuple[str, Callable[[], Drawing]]] = [
    ("xor to xor", lambda: split(XOR, XOR, conditions=True, default="two")),
    ("and to and", lambda: split(AND, AND)),
    ("or to or", lambda: split(OR, OR, conditions=True, default="two")),
    ("and to or", lambda: split(AND, OR)),
    ("xor to or", lambda: split(XOR, OR, conditions=True, default="two")),
    ("and to an end", two_into_one_end),
    ("a loop", loop),
    ("a reminder", lambda: beside(into_main=False)),
    ("a reminder while it comes again", reminded_again),
    ("a terminating end", terminated),
    ("endless, but interrupted", lambda: round_and_round(limit=True)),
    ("inside a sub-process", lambda: inner(split(AND, AND))),
]


@pytest.mark.parametrize(("draw", "wanted"), [pytest.param(*row[1:], id=row[0]) for row in UNSOUND])
def test_what_does_not_come_to_its_end_is_told(draw, wanted) -> None:
    assert found(draw()) == wanted


@pytest.mark.parametrize("draw", [pytest.param(draw, id=name) for name, draw in SOUND])
def test_what_comes_to_its_end_is_not_told(draw) -> None:
    assert found(draw()) == set()


def test_a_way_that_leads_there_is_told_in_both_languages() -> None:
    (deadlock,) = problems(split(XOR, AND, conditions=True, default="two"))

    assert "after Begin → Split none comes from B any more" in deadlock.sentence
    assert "经过 Begin → Split 后不再有来自 B 的令牌" in in_chinese(deadlock.sentence)


def test_a_join_that_a_terminating_end_always_outruns_is_dead() -> None:
    drawing = Drawing().start().xor("Split", default="d").when("=a").job("A").fork("Meet")
    drawing.job("After").end().at("Split").when(flow_id="d").fork("Fork")
    drawing.end("Stop", "<terminateEventDefinition/>").at("Fork").job("B").to("Meet")

    assert {rule for rule, _ in found(drawing)} == {"deadlock"}


def crowd(branches: int) -> Drawing:
    """Branches side by side, each with three tasks that may be interrupted."""
    drawing = Drawing().start().fork("Fork").fork("Meet").end()
    for branch in range(branches):
        drawing.at("Fork")
        for step in "abc":
            drawing.user(f"T{branch}{step}")
        drawing.to("Meet")
        for step in "abc":
            drawing.boundary(f"L{branch}{step}", f"T{branch}{step}", LATE).to("Meet")
            drawing.content[-1] = drawing.content[-1].replace('targetRef="Meet"',
                                                              f'targetRef="X{branch}"')  # fmt: skip
        drawing.at("").xor(f"X{branch}").to("Meet")
    return drawing


def test_a_search_that_would_take_too_long_is_given_up_and_says_so() -> None:
    begun = time.process_time()
    rules = {rule for rule, _ in found(crowd(14))}

    assert "not-decided" in rules
    assert time.process_time() - begun < 4


def block(random: Random, name: str, depth: int, drawing: Drawing, joins: list[str]) -> None:
    """A sound block, drawn where the pen is; `joins` gets the parallel joins, and what splits."""
    kind = random.choice(["task", "task", "xor", "and", "or", "loop", "sub", "late"])
    if depth == 0 or kind == "task":
        drawing.job(name)
    elif kind == "late":
        drawing.user(name).xor(f"{name}m").boundary(f"{name}b", name, LATE).to(f"{name}m")
    elif kind == "sub":
        inner = Drawing(f"{name}_").start(f"{name}i")
        block(random, f"{name}s", depth - 1, inner, joins)
        drawing.sub(name, inner.job(f"{name}t").end(f"{name}e"))
    elif kind == "loop":
        drawing.xor(f"{name}m")
        block(random, f"{name}l", depth - 1, drawing, joins)
        drawing.xor(f"{name}x", default=f"{name}d").when("=again").to(f"{name}m")
        drawing.at(f"{name}x").when(flow_id=f"{name}d").job(f"{name}n")
    else:
        branches(random, name, kind, depth, drawing, joins)


def branches(
    random: Random, name: str, kind: str, depth: int, drawing: Drawing, joins: list[str]
) -> None:
    gate = {"xor": XOR, "and": AND, "or": OR}[kind]
    default = None if kind == "and" else f"{name}d"
    drawing.node(gate, f"{name}g", default=default)
    for number in range(random.randint(2, 3)):
        drawing.at(f"{name}g")
        first = default and not number
        drawing.when(None if kind == "and" or first else f"=c{number}",
                     flow_id=f"{name}d" if first else f"{name}f{number}")  # fmt: skip
        block(random, f"{name}{number}", depth - 1, drawing, joins)
        drawing.to(f"{name}j")
    joins.append(f"{name}j")
    drawing.at("").node(gate, f"{name}j")


def sound(seed: int) -> tuple[Drawing, list[str]]:
    drawing, joins = Drawing().start(), []
    random = Random(seed)
    branches(random, "n", random.choice(["xor", "and", "or"]), 3, drawing, joins)
    return drawing.job("Last").end(), joins


@pytest.mark.parametrize("seed", range(60))
def test_random_sound_blocks_are_found_sound(seed: int) -> None:
    drawing, _joins = sound(seed)

    assert found(drawing) == set()


@pytest.mark.parametrize("seed", range(60))
def test_a_random_block_whose_join_is_of_another_kind_is_found_unsound(seed: int) -> None:
    drawing, joins = sound(seed)
    random = Random(seed)
    joins = [join for join in joins if kind_of(drawing, join) != OR]
    if not joins:
        drawing, joins = split(AND, AND), ["Join"]
    join = random.choice(joins)
    other = {AND: XOR, XOR: AND}[kind_of(drawing, join)]
    drawing.content = [
        part.replace(f'<{kind_of(drawing, join)} id="{join}"></', f'<{other} id="{join}"></')
        .replace(f'"{join}"></{kind_of(drawing, join)}>', f'"{join}"></{other}>')
        for part in drawing.content
    ]  # fmt: skip

    rules = {rule for rule, _ in found(drawing)}
    assert rules & {"deadlock", "unsynchronised"}, joins


def kind_of(drawing: Drawing, element: str) -> str:
    text = "".join(drawing.content)
    return next(kind for kind in (XOR, AND, OR) if f'<{kind} id="{element}"' in text)


@pytest.mark.parametrize("seed", range(0, 300, 3))
def test_what_the_reference_draws_comes_to_its_end(seed: int) -> None:
    """It draws implicit merges and defaults that are never taken, too: both are only warned of."""
    specs = engine.parse({"d.bpmn": written(built(grown(Random(seed))))})
    around = replace(WORK, given=dict.fromkeys(specs, ()))
    told = {
        each.rule for spec in specs.values() for each in check(spec.elements, spec.flows, around)
    }

    assert told.isdisjoint({"deadlock", "endless"})
