"""The witnesses of conformance see what they are there for: lost nodes, tokens, hours."""

from __future__ import annotations

import pytest

from processes import engine
from processes.conformance.books import Books
from processes.conformance.judging import Hung, at_most
from processes.conformance.outlines import drawn_in, lost_in
from processes.conformance.walking import walk
from processes.engine import Outcome, Passage
from tests.engine.cases import spec_of
from tests.engine.diagrams import Drawing, timer


def branching() -> Drawing:
    drawing = Drawing().start("S").fork("F").user("A").to("J").at("F").user("B").fork("J")
    return drawing.end("E")


def audit(drawing: Drawing, *names: str, ended: bool = True) -> list[str]:
    """What the books say of a history in which `names` were left, one after the other."""
    passages = [
        Passage(
            token_id=str(number),
            element_id=name,
            process_id="p",
            name=name,
            type="",
            outcome=Outcome.COMPLETED,
        )
        for number, name in enumerate(names)
    ]
    return list(Books(spec_of(drawing)).audit(passages, ended=ended))


def test_a_right_history_passes() -> None:
    assert audit(branching(), "S", "F", "A", "B", "J", "E") == []
    assert audit(branching(), "S", "F", "A", ended=False) == []


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        ("S F A J E", "J: Expected at most 0 tokens to come, found 1"),
        ("S F A B", "J: Expected at least 1 tokens to come, found 0"),
        ("S F A B J E E", "E: Expected at most 1 tokens to come, found 2"),
        ("S F A A B J E", "A: Expected at most 1 tokens to come, found 2"),
        ("S F B J E", "A: Expected at least 1 tokens to come, found 0"),
        ("S J E", "J: Expected at most 0 tokens to come, found 1"),
    ],
)
def test_a_token_made_or_lost_is_seen(names: str, fault: str) -> None:
    assert fault in audit(branching(), *names.split())


def test_nothing_is_claimed_while_it_runs_or_when_a_timer_interrupts() -> None:
    drawing = Drawing().start("S").user("A").user("B").end("E")
    drawing.boundary("Late", "A", timer("PT1H")).end("E2")

    assert audit(branching(), "S", "F", "A", "B", ended=False) == []
    assert audit(drawing, "S", "A") == []


def test_what_is_read_differently_from_what_is_drawn_is_seen() -> None:
    drawn = drawn_in(Drawing().start().user("A").user("B").end().xml())["p"]
    spec = spec_of(Drawing().start().user("A").job("B").end())

    assert lost_in(spec, [drawn]) == [
        "B: Expected userTask to be read, found it lost",
        "B: Expected no serviceTask, for none is drawn",
    ]


def test_a_flow_that_is_read_elsewhere_is_seen() -> None:
    drawn = drawn_in(Drawing().start().user("A").fork("J").at("A").to("J").end("E").xml())["p"]
    spec = spec_of(Drawing().start().user("A").fork("J").end("E"))

    assert lost_in(spec, [drawn]) == ["A: Expected its flow to J to be read, found it lost"]


def test_a_diagram_is_like_itself() -> None:
    xml = branching().xml()
    spec = engine.parse({"a.bpmn": xml})["p"]

    assert lost_in(spec, drawn_in(xml).values()) == []


def test_a_walk_is_the_same_again_and_goes_both_ways() -> None:
    drawing = Drawing().start().user("Work").xor("X", default="no").when('=a = "x"').end("Yes")
    spec = spec_of(drawing.at("X").when(flow_id="no").end("No"))
    ways = {p.element_id for seed in range(20) for p in walk(spec, seed).passages}

    assert walk(spec, 1) == walk(spec, 1)
    assert {"Yes", "No"} <= ways


def test_what_hangs_is_ended() -> None:
    with pytest.raises(Hung):
        _hang()


def _hang() -> None:
    with at_most(0.05):
        while True:
            pass
