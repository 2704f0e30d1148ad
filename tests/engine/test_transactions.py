"""Transactions: left when all is done, or cancelled: then all in it is undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from processes.engine import Outcome
from tests.engine.cases import problems_of
from tests.engine.diagrams import Drawing, mapping, tag, timer
from tests.engine.matrix.twin import run
from tests.engine.test_undoing import UNDO, every, undone_by

CANCEL = tag("cancelEventDefinition")
HOUR = timedelta(hours=1)


def booking() -> Drawing:
    """Hotel, flight, then a question that may cancel all."""
    body = Drawing("t").start("B").user("Hotel").user("Flight").user("Ask").xor("X", default="d")
    body.when("=quit").end("Cancel", CANCEL).at("X").when(flow_id="d").end("E")
    return undone_by(undone_by(body, "Hotel", "NoHotel"), "Flight", "NoFlight")


def within(
    body: Drawing, drawing: Drawing | None = None, *, inner: str = "", extension: str = ""
) -> Drawing:
    """`body` as a transaction in `drawing`; After follows, Left when it was cancelled."""
    drawing = drawing or Drawing().start()
    drawing.declared |= body.declared
    drawing.node("transaction", "Trip", inner + "".join(body.content), extension=extension)
    drawing.user("After").end()
    return drawing.boundary("Cancelled", "Trip", CANCEL).user("Left").end("E2")


def test_it_goes_on_when_all_is_done() -> None:
    case = run(within(booking()))
    for name in ("Hotel", "Flight"):
        case.complete(name, **{name: 1})
    case.complete("Ask", quit=False)
    assert case.stands_at == ["After"]
    assert [p.type for p in case.passages if p.element_id == "Trip"] == ["transaction"]
    case.complete("After")
    assert case.variables == {"Hotel": 1, "Flight": 1, "quit": False}


def test_when_cancelled_the_last_done_is_undone_first_then_it_is_left() -> None:
    case = run(within(booking()), n=1)
    case.complete("Hotel", hotel=1)
    case.complete("Flight", flight=2)
    case.complete("Ask", quit=True)
    assert case.waits_for == ["NoFlight"]
    assert case.inputs("NoFlight") == {"n": 1, "hotel": 1, "flight": 2, "quit": True}
    case.complete("NoFlight", flight=0)
    assert case.waits_for == ["NoHotel"]
    case.complete("NoHotel", hotel=0)
    assert case.inputs("Left") == {"n": 1, "hotel": 0, "flight": 0, "quit": True}
    outcomes = {p.element_id: p.outcome for p in case.passages}
    assert outcomes["Trip"] is Outcome.CANCELLED
    assert case.path[-4:] == ["NoHotel", "Cancel", "Trip", "Cancelled"]


def test_nothing_to_undo_is_left_at_once() -> None:
    body = Drawing("t").start("B").user("Ask").end("Cancel", CANCEL)
    case = run(within(body))
    case.complete("Ask")
    assert case.stands_at == ["Left"]


def test_all_else_in_it_ends_before_anything_is_undone() -> None:
    body = Drawing("t").start("B").user("Hotel").fork("F").user("Ask").end("Cancel", CANCEL)
    body.at("F").user("Slow").end("E")
    body.boundary("SlowLate", "Slow", timer("PT1H")).end("E1")
    inner = Drawing("s").start("SB").user("In").user("In2").end("SE")
    undone_by(inner, "In", "NoIn")
    body.at("F").sub("Sub", inner).end("E3")
    note = Drawing("n").at("OnStart").user("Read").end("OnEnd")
    body.event_sub("On", note, body.message("note"), interrupting=False)
    drawing = within(undone_by(body, "Hotel", "NoHotel"))
    drawing.boundary("Late", "Trip", timer("PT1H")).end("TooLate")
    case = run(drawing, key="k")
    case.complete("Hotel")
    case.complete("In", there=1)
    assert case.waits_for == ["Ask", "In2", "Late", "OnStart", "Slow", "SlowLate"]
    case.complete("Ask")
    # What a sub-process has done that still goes on was done in the transaction too.
    assert case.waits_for == ["NoIn"]
    assert case.inputs("NoIn") == {"key": "k", "there": 1}
    case.advance(2 * HOUR)
    case.complete("NoIn")
    case.complete("NoHotel")
    assert case.stands_at == ["Left"]
    cancelled = [p.element_id for p in case.passages if p.outcome is Outcome.CANCELLED]
    assert sorted(cancelled) == ["In2", "Slow", "Sub", "Trip"]


def test_an_error_leaves_it_without_undoing_anything() -> None:
    body = Drawing("t").start("B").user("Hotel").job("Pay").xor("X", default="d").when("=quit")
    body.end("Cancel", CANCEL).at("X").when(flow_id="d").end("E")
    drawing = within(undone_by(body, "Hotel", "NoHotel"))
    drawing.boundary("Failed", "Trip", drawing.error()).user("Repair").end("E4")
    case = run(drawing)
    case.complete("Hotel")
    case.throw("Pay", "POOR")
    assert case.waits_for == ["Repair"]


def test_an_error_while_it_is_undone_leaves_it_by_its_error_event() -> None:
    body = Drawing("t").start("B").user("Hotel").end("Cancel", CANCEL)
    undone_by(body, "Hotel", "NoHotel", "serviceTask")
    body.content = [
        part.replace(
            '<serviceTask id="NoHotel" isForCompensation="true">',
            '<serviceTask id="NoHotel" isForCompensation="true"><extensionElements>'
            '<zeebe:taskDefinition type="x"/></extensionElements>',
        )
        for part in body.content
    ]
    body.event_sub("On", Drawing("n").at("OnStart").end("OnEnd"), body.error())
    drawing = within(body)
    drawing.boundary("Failed", "Trip", drawing.error()).user("Repair").end("E4")
    case = run(drawing)
    case.complete("Hotel")
    case.throw("NoHotel", "GONE")
    assert case.waits_for == ["Repair"]


def test_what_it_has_done_is_undone_from_outside_when_it_had_gone_on() -> None:
    drawing = Drawing().start()
    drawing.node("transaction", "Trip", "".join(booking().content)).throw("Undo", UNDO).end()
    drawing.boundary("Cancelled", "Trip", CANCEL).end("E2")
    case = run(drawing)
    for name in ("Hotel", "Flight"):
        case.complete(name)
    case.complete("Ask", quit=False)
    for name in ("NoFlight", "NoHotel"):
        case.complete(name)
    assert case.ended_at == ["Done"]


def test_what_was_undone_when_it_was_cancelled_is_not_undone_again() -> None:
    drawing = Drawing().start()
    drawing.node("transaction", "Trip", "".join(booking().content)).end()
    drawing.boundary("Cancelled", "Trip", CANCEL).throw("Undo", UNDO).end("E2")
    case = run(drawing)
    for name in ("Hotel", "Flight"):
        case.complete(name)
    case.complete("Ask", quit=True)
    for name in ("NoFlight", "NoHotel"):
        case.complete(name)
    assert case.ended_at == ["E2"]


def test_items_and_inner_sub_processes_are_undone_with_what_was_their_own() -> None:
    inner = Drawing("s").start("SB").user("Room").end("SE")
    undone_by(inner, "Room", "NoRoom")
    body = Drawing("t").start("B")
    body.node("subProcess", "Rooms", every(body) + "".join(inner.content))
    body.user("Ask").end("Cancel", CANCEL)
    extension = mapping({"guest": "=name"}, None)
    case = run(within(body, extension=extension), items=[1, 2], name="Lin")
    case.complete_one("Room", 1)
    case.complete_one("Room", 0)
    case.complete("Ask")
    seen = {"items": [1, 2], "name": "Lin", "guest": "Lin"}
    assert case.inputs("NoRoom") == {**seen, "item": 1, "loopCounter": 1}
    case.complete("NoRoom")
    assert case.inputs("NoRoom") == {**seen, "item": 2, "loopCounter": 2}
    case.complete("NoRoom")
    assert case.stands_at == ["Left"]
    assert case.inputs("Left") == {"items": [1, 2], "name": "Lin"}


def test_it_may_be_in_a_sub_process_in_a_called_process_and_in_another_one() -> None:
    nested = within(booking(), Drawing("n").start("NB"))
    nested.content = [part.replace('"Done"', '"NDone"') for part in nested.content]
    outer = Drawing("o").start("OB").node("transaction", "Outer", "".join(nested.content))
    outer.user("Behind").end("OEnd")
    called = Drawing("q").start("QB").sub("Sub", outer).end("QE")
    case = run(Drawing().start().call("Call", "q").user("Last").end(), called)
    for name in ("Hotel", "Flight"):
        case.complete(name)
    case.complete("Ask", quit=True)
    for name in ("NoFlight", "NoHotel", "Left", "Behind", "Last"):
        assert case.stands_at == [name]
        case.complete(name)
    assert case.ended_at == ["Done"]


def nested() -> Drawing:
    """One in another, which may be cancelled at any time by Stop."""
    body = Drawing("o").start("OB").fork("OF")
    body.node("transaction", "Inner", "".join(booking().content)).end("OE1")
    body.boundary("InnerCancelled", "Inner", CANCEL).end("OE2")
    return within(body.at("OF").user("Stop").end("OuterCancel", CANCEL))


@pytest.mark.parametrize("undone", [0, 1])
def test_the_outer_one_undoes_what_the_inner_one_has_not_undone_to_its_end(undone: int) -> None:
    case = run(nested())
    for name in ("Hotel", "Flight"):
        case.complete(name)
    case.complete("Ask", quit=True)
    assert case.stands_at == ["NoFlight", "Stop"]
    for name in ("NoFlight", "NoHotel")[:undone]:
        case.complete(name)
    case.complete("Stop")
    for name in ("NoFlight", "NoHotel")[undone:]:
        assert case.stands_at == [name]
        case.complete(name)
    assert case.stands_at == ["Left"]


def test_a_terminate_end_event_undoes_nothing() -> None:
    body = Drawing("t").start("B").user("Hotel").xor("X", default="d").when("=quit")
    body.end("Cancel", CANCEL).at("X").when(flow_id="d").end("E", tag("terminateEventDefinition"))
    case = run(within(undone_by(body, "Hotel", "NoHotel")))
    case.complete("Hotel", quit=False)
    assert case.stands_at == ["After"]


def test_each_item_cancels_a_transaction_of_its_own() -> None:
    inner = Drawing("in").start("IB")
    inner.node("transaction", "Trip", "".join(booking().content)).end("IE")
    inner.boundary("Cancelled", "Trip", CANCEL).user("Left").end("IE2")
    drawing = Drawing().start()
    drawing.node("subProcess", "Each", every(drawing) + "".join(inner.content))
    case = run(drawing.throw("Undo", UNDO).end(), items=[1, 2])
    for name in ("Hotel", "Flight"):
        case.complete_one(name, 0)
        case.complete_one(name, 0)
    case.complete_one("Ask", 0, quit=True)
    assert case.stands_at == ["Ask", "NoFlight"]
    assert case.inputs("NoFlight")["item"] == 1
    case.complete("Ask", quit=False)
    for name in ("NoFlight", "NoHotel", "Left"):
        case.complete(name)
    # What the other one has done is undone from outside; what was cancelled is not again.
    for name in ("NoFlight", "NoHotel"):
        assert case.inputs(name)["item"] == 2
        case.complete(name)
    assert case.ended_at == ["Done"]


def plainly_cancelled() -> Drawing:
    return Drawing("t").start("B").user("Ask").end("Cancel", CANCEL)


def never_cancelled() -> Drawing:
    return within(Drawing("t").start("B").end("E"))


def leads_nowhere() -> Drawing:
    body = "".join(plainly_cancelled().content)
    return Drawing().start().node("transaction", "Trip", body).end()


def on_a_task() -> Drawing:
    return Drawing().start().user("A").end().boundary("X", "A", CANCEL).end("E2")


def in_a_sub_process() -> Drawing:
    body = Drawing("i").start("B").end("X", CANCEL)
    return Drawing().start().sub("Sub", body).end()


def beside() -> Drawing:
    return within(plainly_cancelled()).boundary("X", "Trip", CANCEL, interrupting=False).end("E9")


def with_inputs() -> Drawing:
    body = Drawing("t").start("B").user("Ask")
    return within(body.end("X", CANCEL, extension=mapping({"a": "=1"}, None)))


def thrown_too() -> Drawing:
    body = Drawing("t").start("B").user("Hotel").fork("F").throw("X", UNDO).end("E")
    body.at("F").end("Cancel", CANCEL)
    return within(undone_by(body, "Hotel", "NoHotel"))


def as_handler() -> Drawing:
    drawing = Drawing().start().user("A").throw("Undo", UNDO).end()
    drawing.boundary("OnA", "A", UNDO).at("")
    body = "".join(plainly_cancelled().content)
    drawing.node("transaction", "X", body, isForCompensation="true")
    drawing.content.append(tag("association", id="a", sourceRef="OnA", targetRef="X"))
    return drawing


@pytest.mark.parametrize(
    ("draw", "element_id", "sentence"),
    [
        (never_cancelled, "Trip", "a cancel end event in the transaction"),
        (leads_nowhere, "Trip", "a cancel event on the transaction"),
        (on_a_task, "X", "Expected a cancel event on a transaction, found it on A"),
        (in_a_sub_process, "X", "directly in a transaction, found it in Sub"),
        (lambda: Drawing().start().end("X", CANCEL), "X", "found it in the process"),
        (beside, "X", "a cancel event to interrupt"),
        (beside, "X", "one cancel event on a transaction"),
        (with_inputs, "X", "no inputs on this event"),
        (thrown_too, "X", "no compensation thrown in Trip"),
        (lambda: within(plainly_cancelled(), inner=every(Drawing())), "Trip", "no loop or multi"),
        (as_handler, "X", "no cancel end event in the handler X"),
        (
            lambda: Drawing().start().node("transaction", "X", method="##Image").end(),
            "X",
            'no method="##Image"',
        ),
        (lambda: Drawing().start().catch("X", CANCEL).end(), "X", "draw it at an end in a trans"),
    ],
)
def test_is_refused(draw: Callable[[], Drawing], element_id: str, sentence: str) -> None:
    problems = problems_of(draw())

    assert any(sentence in found for found in problems[element_id]), problems
