"""Compensation: what was completed is undone, the last one first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from processes import engine
from tests.engine.cases import begin, problems_of
from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.engine.matrix.twin import Twin, run

UNDO = tag("compensateEventDefinition")


def undone_by(drawing: Drawing, host: str, handler: str, kind: str = "userTask") -> Drawing:
    """Put a compensation event and its handler to an activity; the pen stays."""
    pen = drawing._pen
    drawing.boundary(f"On{host}", host, UNDO).at("")
    drawing.node(kind, handler, isForCompensation="true")
    drawing.content.append(
        tag("association", id=f"a_{host}", sourceRef=f"On{host}", targetRef=handler)
    )
    return drawing.at(pen)


def trip(*, at_end: bool = False, only: str | None = None) -> Drawing:
    drawing = Drawing().start().user("Hotel").user("Flight").user("Check").xor("X", default="d")
    definition = tag("compensateEventDefinition", activityRef=only)
    drawing.when("=bad")
    if at_end:
        drawing.end("Undo", definition)
    else:
        drawing.throw("Undo", definition).user("After").end("E1")
    drawing.at("X").when(flow_id="d").end()
    undone_by(drawing, "Hotel", "NoHotel")
    return undone_by(drawing, "Flight", "NoFlight")


@pytest.mark.parametrize("at_end", [True, False])
def test_what_was_done_is_undone_in_reverse_order(at_end: bool) -> None:
    case = begin(trip(at_end=at_end))
    case.complete("Hotel", hotel=1)
    case.complete("Flight", flight=2)
    assert case.waits_for == ["Check"]
    case.complete("Check", bad=True)
    assert case.waits_for == ["NoFlight"]
    assert case.inputs("NoFlight") == {"hotel": 1, "flight": 2, "bad": True}
    case.complete("NoFlight", flight=0)
    assert case.waits_for == ["NoHotel"]
    case.complete("NoHotel", hotel=0)
    if not at_end:
        assert case.waits_for == ["After"]
        case.complete("After")

    assert case.step.ended
    assert case.variables == {"hotel": 0, "flight": 0, "bad": True}


def test_nothing_is_undone_when_nothing_is_thrown() -> None:
    case = begin(trip())
    for name in ("Hotel", "Flight"):
        case.complete(name)
    case.complete("Check", bad=False)

    assert case.ended_at == ["Done"]


def test_only_the_one_that_is_named_is_undone() -> None:
    case = begin(trip(only="Hotel"))
    for name in ("Hotel", "Flight"):
        case.complete(name)
    case.complete("Check", bad=True)
    assert case.waits_for == ["NoHotel"]
    case.complete("NoHotel")

    assert case.waits_for == ["After"]


def test_what_was_not_completed_is_not_undone() -> None:
    drawing = Drawing().start().user("Hotel").end()
    drawing.boundary("Late", "Hotel", timer("PT1H")).throw("Undo", UNDO).user("After").end("E1")
    case = begin(undone_by(drawing, "Hotel", "NoHotel"))
    case.advance(timedelta(hours=1))

    assert case.stands_at == ["After"]


def test_what_was_done_again_is_undone_as_often_and_never_twice() -> None:
    drawing = Drawing().start().xor("Again").user("Book").xor("More", default="d")
    drawing.when("=more").to("Again").at("More").when(flow_id="d")
    drawing.throw("Undo", UNDO).throw("Undo2", UNDO).user("After").end()
    case = begin(undone_by(drawing, "Book", "Unbook"))
    case.complete("Book", more=True)
    case.complete("Book", more=False)
    case.complete("Unbook")
    case.complete("Unbook")

    assert case.stands_at == ["After"]


def test_a_completed_sub_process_is_undone_from_within() -> None:
    body = Drawing("i").start("B").user("One").user("Two").end("E")
    undone_by(undone_by(body, "One", "NoOne"), "Two", "NoTwo")
    drawing = Drawing().start().user("First").sub("Sub", body).user("Last")
    drawing.throw("Undo", UNDO).end()
    undone_by(undone_by(drawing, "First", "NoFirst"), "Last", "NoLast")
    case = begin(drawing)
    for name in ("First", "One", "Two", "Last", "NoLast", "NoTwo", "NoOne", "NoFirst"):
        case.complete(name)

    assert case.ended_at == ["Done"]


def test_a_sub_process_with_its_own_handler_is_undone_by_that() -> None:
    body = Drawing("i").start("B").user("One").end("E")
    undone_by(body, "One", "NoOne")
    drawing = Drawing().start().sub("Sub", body).throw("Undo", UNDO).end()
    case = begin(undone_by(drawing, "Sub", "NoSub"))
    case.complete("One")
    case.complete("NoSub")

    assert case.ended_at == ["Done"]


def test_a_throw_in_a_sub_process_undoes_only_what_was_done_there() -> None:
    body = Drawing("i").start("B").user("One").throw("Undo", UNDO).end("E")
    undone_by(body, "One", "NoOne")
    drawing = Drawing().start().user("First").sub("Sub", body).user("After").end()
    case = begin(undone_by(drawing, "First", "NoFirst"))
    for name in ("First", "One", "NoOne"):
        case.complete(name)

    assert case.stands_at == ["After"]


def test_a_handler_sees_what_a_parallel_branch_has_written() -> None:
    drawing = Drawing().start().fork("F").user("Book").user("Use").fork("J").user("After").end()
    drawing.at("F").user("Watch").throw("Undo", UNDO).to("J")
    case = begin(undone_by(drawing, "Book", "Unbook"), n=1)
    case.complete("Book", booking=7)
    case.complete("Watch", n=2)
    assert case.inputs("Unbook") == {"n": 2, "booking": 7}
    case.complete("Unbook", booking=None)
    case.complete("Use")

    assert case.inputs("After") == {"n": 2, "booking": None}


def test_an_event_sub_process_undoes_what_its_scope_has_done() -> None:
    body = Drawing("i").start("B").user("Book").job("Pay").end("E")
    undone_by(body, "Book", "Unbook")
    handler = Drawing("h").at("OnStart").throw("Undo", UNDO).user("Tell").end("OnEnd")
    body.event_sub("On", handler, body.error())
    case = begin(Drawing().start().sub("Sub", body).end())
    case.complete("Book")
    case.throw("Pay", "E")
    assert case.waits_for == ["Unbook"]
    case.complete("Unbook")

    assert case.waits_for == ["Tell"]


def test_handlers_may_be_jobs_scripts_and_sub_processes() -> None:
    drawing = Drawing().start().user("A").user("B").throw("Undo", UNDO).end()
    pen = drawing._pen
    inner = Drawing("i").start("HB").user("Ask").end("HE")
    for host, kind, body, extension in (
        ("A", "subProcess", "".join(inner.content), ""),
        (
            "B",
            "scriptTask",
            "",
            tag("zeebe:script", expression="=n + 1", resultVariable="m")
            + mapping(None, {"n": "=m"}),
        ),
    ):
        drawing.boundary(f"On{host}", host, UNDO).at("")
        drawing.node(kind, f"No{host}", body, extension=extension, isForCompensation="true")
        drawing.content.append(
            tag("association", id=f"a{host}", sourceRef=f"On{host}", targetRef=f"No{host}")
        )
    case = begin(drawing.at(pen), n=1)
    case.complete("A")
    case.complete("B")
    assert case.inputs("Ask") == {"n": 2}
    case.complete("Ask", x=1)

    assert case.ended_at == ["Done"]
    assert case.variables == {"n": 2, "x": 1}


def loose() -> Drawing:
    drawing = Drawing().start().user("A").throw("Undo", UNDO).end()
    return drawing.boundary("X", "A", UNDO)


def without_event() -> Drawing:
    return Drawing().start().user("A").end().at("").node("userTask", "X", isForCompensation="true")


def in_an_event_sub() -> Drawing:
    drawing = Drawing().start().user("Work").end()
    body = Drawing("i").at("OnStart").user("A").throw("Undo", UNDO).end("E")
    return drawing.event_sub("On", undone_by(body, "A", "NoA"), drawing.error())


def every(drawing: Drawing, *, sequential: bool = False) -> str:
    loop = tag("zeebe:loopCharacteristics", inputCollection="=items", inputElement="item")
    turns = "true" if sequential else "false"
    inner = tag("extensionElements", loop)
    return tag("multiInstanceLoopCharacteristics", inner, isSequential=turns)


@pytest.mark.parametrize("sequential", [True, False])
def test_what_each_item_completed_is_undone_with_its_item(sequential: bool) -> None:
    body = Drawing("i").start("B").user("Book").end("E")
    undone_by(body, "Book", "Unbook")
    drawing = Drawing().start()
    inner = every(drawing, sequential=sequential) + "".join(body.content)
    drawing.node("subProcess", "Each", inner, extension=mapping({"own": "=item + 1"}, None))
    case = run(drawing.throw("Undo", UNDO).end(), items=[10, 20])
    for _ in range(2):
        case.complete_one("Book", 0)
    for number, item in ((2, 20), (1, 10)):
        seen = {"items": [10, 20], "item": item, "own": item + 1, "loopCounter": number}
        assert case.inputs("Unbook") == seen
        case.complete("Unbook", own=0)
    assert case.ended_at == ["Done"]
    assert case.variables == {"items": [10, 20]}


def test_a_multi_instance_activity_is_undone_once_as_a_whole() -> None:
    drawing = Drawing().start()
    drawing.node("userTask", "Book", every(drawing)).throw("Undo", UNDO).end()
    case = run(undone_by(drawing, "Book", "Unbook"), items=[1, 2])
    case.complete_one("Book", 0)
    case.complete_one("Book", 0)
    assert case.inputs("Unbook") == {"items": [1, 2]}
    case.complete("Unbook")
    assert case.ended_at == ["Done"]


def test_a_handler_may_itself_be_done_for_each_item() -> None:
    drawing = Drawing().start()
    drawing.node("userTask", "Book", every(drawing)).throw("Undo", UNDO).end()
    pen = drawing._pen
    drawing.boundary("OnBook", "Book", UNDO).at("")
    drawing.node("userTask", "Unbook", every(drawing, sequential=True), isForCompensation="true")
    drawing.content.append(tag("association", id="a", sourceRef="OnBook", targetRef="Unbook"))
    case = run(drawing.at(pen), items=[1, 2])
    case.complete_one("Book", 1)
    case.complete_one("Book", 0)
    assert case.inputs("Unbook")["item"] == 1
    case.complete("Unbook")
    assert case.inputs("Unbook")["item"] == 2
    case.complete("Unbook", gone=True)
    assert case.ended_at == ["Done"]
    assert case.variables == {"items": [1, 2], "gone": True}


def test_each_turn_of_a_loop_is_undone() -> None:
    body = Drawing("i").start("B").user("Book").end("E")
    undone_by(body, "Book", "Unbook")
    marker = tag("standardLoopCharacteristics", loopMaximum="2")
    drawing = Drawing().start().node("subProcess", "Again", marker + "".join(body.content))
    case = run(drawing.throw("Undo", UNDO).end())
    case.complete("Book")
    case.complete("Book")
    assert case.inputs("Unbook") == {"loopCounter": 2}
    case.complete("Unbook")
    assert case.inputs("Unbook") == {"loopCounter": 1}
    case.complete("Unbook")
    assert case.ended_at == ["Done"]


def test_what_a_sub_process_was_given_is_seen_when_it_is_undone() -> None:
    body = Drawing("i").start("B").user("Book").end("E")
    undone_by(body, "Book", "Unbook")
    drawing = Drawing().start().sub("Sub", body, extension=mapping({"room": "=n + 1"}, None))
    case = run(drawing.script("Later", "=9", "n").throw("Undo", UNDO).end(), n=1)
    case.complete("Book")
    assert case.inputs("Unbook") == {"n": 9, "room": 2}
    case.complete("Unbook", room=0, n=8)
    assert case.variables == {"n": 8}


def interrupted(*, only: str | None = None) -> Drawing:
    """A and B are done and undone; whatever stops that undoes again."""
    drawing = Drawing().start().user("A").user("B").throw("Undo", UNDO).end()
    undone_by(undone_by(drawing, "A", "NoA"), "B", "NoB")
    again = tag("compensateEventDefinition", activityRef=only)
    for name, definition in (("Stop", drawing.message("stop", '="k"')), ("Fail", drawing.error())):
        body = Drawing(name).at(f"{name}Start").throw(f"{name}Undo", again).user(f"{name}Last")
        drawing.event_sub(name, body.end(f"{name}E"), definition)
    return drawing


def stopped(drawing: Drawing, how: str) -> Twin:
    case = run(drawing)
    case.complete("A")
    case.complete("B")
    if how == "later":
        case.complete("NoB")
    if how == "failed":
        case.throw("NoB", "E")
    else:
        case.deliver("StopStart")
    return case


@pytest.mark.parametrize(
    ("how", "undone"),
    [("soon", ["NoB", "NoA"]), ("later", ["NoA"]), ("failed", ["NoA"])],
)
def test_what_was_not_undone_to_its_end_is_undone_by_who_throws_next(
    how: str, undone: list[str]
) -> None:
    case = stopped(interrupted(), how)
    for name in undone:
        assert case.stands_at == [name]
        case.complete(name)
    assert case.stands_at == ["FailLast" if how == "failed" else "StopLast"]


def test_what_was_not_undone_is_still_known_by_its_name() -> None:
    case = stopped(interrupted(only="A"), "soon")
    assert case.stands_at == ["NoA"]
    case.complete("NoA")
    assert case.stands_at == ["StopLast"]


def test_what_was_not_undone_keeps_its_place_in_items_and_versions() -> None:
    body = Drawing("i").start("B").user("A").end("E")
    undone_by(body, "A", "NoA")
    drawing = Drawing().start()
    marker = every(drawing, sequential=True)
    drawing.node("subProcess", "Each", marker + "".join(body.content))
    again = tag("compensateEventDefinition", activityRef="Each")
    drawing.throw("Undo", UNDO).end()
    stop = Drawing("s").at("StopStart").user("Wait").throw("Again", again).end("E2")
    drawing.event_sub("Stop", stop, drawing.message("stop"))
    case = begin(drawing, items=[10, 20], key="k")
    case.complete("A")
    case.complete("A")
    case.deliver("StopStart")
    case._run(engine.migrate, to=case.spec)
    case.complete("Wait")
    for item in (20, 10):
        assert case.inputs("NoA")["item"] == item
        case.complete("NoA")
    assert case.step.ended


def test_what_items_completed_in_a_multi_instance_that_was_interrupted_stays() -> None:
    body = Drawing("i").start("B").user("Book").end("E")
    undone_by(body, "Book", "Unbook")
    drawing = Drawing().start()
    drawing.node("subProcess", "Each", every(drawing) + "".join(body.content)).end()
    drawing.boundary("Late", "Each", timer("PT1H")).throw("Undo", UNDO).user("After").end("E2")
    case = run(drawing, items=[1, 2])
    case.complete_one("Book", 0)
    case.advance(timedelta(hours=1))
    assert case.stands_at == ["After"]


@pytest.mark.parametrize(
    ("draw", "element_id", "sentence"),
    [
        (loose, "X", "one association to an activity"),
        (without_event, "X", "an association from one compensation event, found 0"),
        (in_an_event_sub, "OnA", "no compensation in the event sub-process On"),
        (lambda: trip(only="Check"), "Undo", "an activity with a compensation event"),
        (lambda: trip().at("NoHotel").to("After"), "NoHotel", "no flows"),
        (lambda: trip().at("OnHotel").to("After"), "OnHotel", "no flow out"),
        (lambda: undone_by(trip(), "Hotel", "Other"), "OnHotel", ""),
        (
            lambda: Drawing().start().throw("X", UNDO).end(),
            "X",
            "an activity with a compensation event",
        ),
        (
            lambda: (
                Drawing()
                .start()
                .throw("X", tag("compensateEventDefinition", waitForCompletion="false"))
                .end()
            ),
            "X",
            "to wait until all is undone",
        ),
    ],
)
def test_is_refused(draw: Callable[[], Drawing], element_id: str, sentence: str) -> None:
    problems = problems_of(draw())

    assert any(sentence in found for found in problems[element_id]), problems
