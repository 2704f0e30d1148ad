"""Loops, transactions and conditions are carried to the same definition without any change."""

from __future__ import annotations

from processes import engine
from tests.engine.cases import begin
from tests.engine.diagrams import Drawing, mapping, tag
from tests.engine.surgery import moved
from tests.engine.test_conditions import beside, handler, until, with_boundary
from tests.engine.test_transactions import booking, within
from tests.engine.test_turns import MANY, loop, tried
from tests.engine.test_undoing import UNDO, every, undone_by
from tests.scenarios.driver import Case


def goes_on(case: Case, *elements: str) -> None:
    """Complete `elements` in turn; before each, and at last, the case is carried over."""
    for element_id in (*elements, ""):
        if case.step.ended:
            break
        step = engine.migrate(case.spec, case.step.state, case.environment, to=case.spec)
        assert step.state == case.step.state
        assert step.waits == case.step.waits
        if element_id:
            case.complete(element_id)


def test_in_the_turns_of_a_loop_and_among_counted_items() -> None:
    goes_on(begin(tried(loop("=again")), again=True), "Try", "Try")
    number = tag("loopCardinality", "3")
    goes_on(begin(tried(tag(MANY, number, isSequential="true"))), "Try", "Try", "Try", "After")


def test_while_a_transaction_is_undone() -> None:
    goes_on(begin(within(booking()), quit=False), "Hotel", "Flight", "Ask", "After")
    case = begin(within(booking()), quit=True)
    goes_on(case, "Hotel", "Flight", "Ask", "NoFlight", "NoHotel")
    moved(case, "Left", "After")
    assert case.stands_at == ["After"]


def test_while_items_are_undone() -> None:
    body = Drawing("i").start("B").user("Book").end("E")
    inner = every(body, sequential=True) + "".join(undone_by(body, "Book", "Unbook").content)
    drawing = Drawing().start()
    drawing.node("subProcess", "Each", inner, extension=mapping({"own": "=1"}, None))
    case = begin(drawing.throw("Undo", UNDO).end(), items=[1, 2])
    goes_on(case, "Book", "Book", "Unbook", "Unbook")
    assert case.step.ended


def test_while_conditions_are_waited_for() -> None:
    goes_on(begin(beside(), x=0), "A", "B")
    goes_on(begin(with_boundary(interrupting=False), x=6, limit=5), "A", "React")
    drawing = Drawing().start().user("Work").end()
    goes_on(begin(drawing.event_sub("On", handler(), until("=x > 5")), x=0), "Work")
