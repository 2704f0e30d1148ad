"""What is drawn inside others goes on with another definition: scopes, items, joins, undoing."""

from __future__ import annotations

import pytest

from processes import engine
from processes.engine import Plan
from tests.engine.cases import NOW, begin
from tests.engine.diagrams import Drawing, tag, timer
from tests.engine.surgery import HOUR, elements, migrate, refusals
from tests.engine.test_transactions import booking, within
from tests.engine.test_undoing import undone_by


def around(*inside: str, late: str = "SubLate") -> Drawing:
    inner = Drawing("i").start("B1")
    for name in inside:
        inner.user(name)
    drawing = Drawing().start().sub("Sub", inner.end("E1")).user("After").end()
    return drawing.boundary(late, "Sub", timer("PT5H")).end("TooLate")


def test_sub_processes_are_carried_with_all_inside() -> None:
    case = begin(around("In"), x=1)
    case.advance(HOUR)
    plan = migrate(case, around("In", "In2", late="SubSlow"))

    assert (elements(plan.closed), elements(plan.opened)) == (["SubLate"], ["SubSlow"])
    case.complete("In", y=2)
    case.complete("In2")
    assert case.stands_at == ["After"]
    assert dict(case.variables) == {"x": 1, "y": 2}


def test_what_was_moved_into_another_scope_has_no_counterpart() -> None:
    case = begin(around("In"))

    moved_out = Drawing().start().user("In").end()
    assert refusals(case, moved_out).startswith("Sub: Expected a counterpart Sub")
    assert refusals(case, around("Other")).startswith("In: Expected a counterpart In")


def test_called_processes_are_carried_even_to_one_of_another_name() -> None:
    def drawn(called: str, *inside: str) -> tuple[Drawing, Drawing]:
        deep = Drawing(called).start(f"{called}B")
        for name in inside:
            deep.user(name)
        return Drawing().start().call("Call", called).user("After").end(), deep.end(f"{called}E")

    case = begin(*drawn("q", "Deep"), x=1)
    migrate(case, *drawn("r", "Deep", "Deeper"))
    assert case.wait("Deep").process_id == "r"
    case.complete("Deep", y=2)
    case.complete("Deeper")
    assert dict(case.variables) == {"x": 1, "y": 2}


def each(sequential: bool, result: str = "=r", **more: str) -> Drawing:
    loop = tag(
        "zeebe:loopCharacteristics",
        inputCollection="=items",
        inputElement="one",
        outputCollection="found",
        outputElement=result,
        **more,
    )
    marker = tag(
        "multiInstanceLoopCharacteristics",
        tag("extensionElements", loop),
        isSequential="true" if sequential else "false",
    )
    return Drawing().start().node("userTask", "Each", marker).user("After").end()


@pytest.mark.parametrize("sequential", [True, False])
def test_items_and_their_results_are_carried(sequential: bool) -> None:
    case = begin(each(sequential), items=[1, 2])
    case._run(engine.complete, token_id=case.step.waits[0].token_id, output={"r": "one"})
    assert migrate(case, each(sequential).at("After").user("More")) == Plan()
    case.complete("Each", r="two")

    assert case.variables["found"] == ["one", "two"]


def test_items_that_are_counted_otherwise_are_refused() -> None:
    case = begin(each(sequential=True), items=[1, 2])

    assert "same kind" in refusals(case, each(sequential=False))
    assert "same kind" in refusals(case, each(sequential=True, result="=other"))
    assert "same kind" in refusals(case, Drawing().start().user("Each").end())


def forked(*branches: str, join: str = "J", kind: str = "parallelGateway") -> Drawing:
    drawing = Drawing().start().node(kind, "F")
    for name in branches:
        drawing.at("F").when("=true" if kind == "inclusiveGateway" else None).user(name)
        drawing.when(flow_id=f"{name}_in")
        drawing.to(join) if name != branches[0] else drawing.node(kind, join)
    return drawing.at(join).user("Last").end()


def test_who_waits_at_a_join_is_carried_by_the_flow_by_which_he_came() -> None:
    case = begin(forked("A", "B", "C"))
    case.complete("A", a=1)
    case.complete("B", b=1)
    assert migrate(case, forked("A", "B", "C").at("Last").user("More")) == Plan()
    case.complete("C", c=1)

    assert case.stands_at == ["Last"]
    assert dict(case.variables) == {"a": 1, "b": 1, "c": 1}
    other = begin(forked("A", "B", "C"))
    other.complete("A")
    assert "Expected A_in to lead to it" in refusals(other, forked("B", "C"))


def test_a_join_of_another_name_and_other_flows_is_found_by_mapping() -> None:
    case = begin(forked("A", "B"))
    case.complete("A", a=1)
    new = forked("A2", "B", join="K")
    migrate(case, new, mapping={"A_in": "A2_in", "J": "K"})
    case.complete("B")

    assert case.stands_at == ["Last"]


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
def test_a_join_that_waits_for_fewer_goes_on_at_once(kind: str) -> None:
    drawing = forked("A", "B", "C", kind=kind)
    case = begin(drawing)
    case.complete("A", a=1)
    case.complete("B", b=1)
    migrate(case, forked("A", "B", kind=kind), mapping={"C": "Last"})

    # C went on as another Last; who waited at the join has nobody to wait for.
    assert case.stands_at == ["Last", "Last"]


def event_sub(name: str, limit: str = "PT4H", *, interrupting: bool = True) -> Drawing:
    drawing = Drawing().start().user("A").user("Then").end()
    handling = Drawing("h").at(f"{name}Start").user("Handle").end("HE")
    return drawing.event_sub(name, handling, timer(limit), interrupting=interrupting)


def test_event_sub_processes_are_carried_armed_or_begun() -> None:
    case = begin(event_sub("V"))
    due = case.wait("VStart").due_at
    case.advance(HOUR)
    assert migrate(case, event_sub("V", "PT9H")) == Plan()
    assert case.wait("VStart").due_at == due
    case.advance(3 * HOUR)
    assert case.stands_at == ["Handle"]
    assert migrate(case, event_sub("V", "PT3H")) == Plan()
    assert "VStart" not in case.waits_for
    assert "V: Expected" in refusals(case, event_sub("V", interrupting=False))
    case.complete("Handle")
    assert case.step.ended


def test_what_interrupted_all_else_is_not_followed_by_new_events() -> None:
    case = begin(event_sub("V"))
    case.advance(4 * HOUR)
    new = event_sub("V")
    handling = Drawing("g").at("WStart").user("More").end("GE")
    migrate(case, new.event_sub("W", handling, timer("PT1H")))

    assert case.waits_for == ["Handle"]


def test_event_sub_processes_come_and_go() -> None:
    case = begin(event_sub("V"))
    case.advance(HOUR)
    plan = migrate(case, event_sub("W", "PT9H"))

    assert (elements(plan.closed), elements(plan.opened)) == (["VStart"], ["WStart"])
    assert case.wait("WStart").due_at == NOW + 10 * HOUR


def test_what_can_be_undone_is_carried_or_refused() -> None:
    def drawn(handler: str) -> Drawing:
        drawing = undone_by(Drawing().start().user("Book"), "Book", handler)
        drawing.at("Book").user("Wait")
        return drawing.throw("Undo", tag("compensateEventDefinition")).end()

    case = begin(drawn("Cancel"))
    case.complete("Book")
    assert "Book: Expected what is done there to be undone" in refusals(case, drawn("Other"))
    migrate(case, drawn("Other"), mapping={"Cancel": "Other"})
    case.complete("Wait")
    assert case.stands_at == ["Other"]
    back = {"mapping": {"Other": "Cancel"}}
    migrate(case, drawn("Cancel"), **back)
    case.complete("Cancel")
    assert case.step.ended


def test_what_can_be_undone_inside_is_carried_or_refused() -> None:
    def drawn(*, sub: bool = True, handler: str = "Cancel") -> Drawing:
        body = undone_by(Drawing("t").start("B").user("Book"), "Book", handler).end("E")
        drawing = Drawing().start()
        drawing = drawing.sub("Trip", body) if sub else drawing.user("Trip")
        drawing.user("Wait").throw("Undo", tag("compensateEventDefinition"))
        return drawing.end() if sub else undone_by(drawing.end().at("Wait"), "Wait", "NoWait")

    case = begin(drawn())
    case.complete("Book")
    assert "Trip: Expected what is done there" in refusals(case, drawn(sub=False))
    assert "Book: Expected what is done there" in refusals(case, drawn(handler="Other"))
    migrate(case, drawn(handler="Other"), mapping={"Cancel": "Other"})
    case.complete("Wait")
    assert case.stands_at == ["Other"]


def test_a_transaction_that_is_being_cancelled_goes_on_with_it() -> None:
    case = begin(within(booking()))
    case.complete("Hotel", hotel=1)
    case.complete("Flight", flight=2)
    case.complete("Ask", quit=True)
    assert case.waits_for == ["NoFlight"]
    new = within(booking())
    assert migrate(case, new.boundary("Late", "Trip", timer("PT1H")).end("E3")) == Plan()
    case.complete("NoFlight")
    case.complete("NoHotel")
    assert case.stands_at == ["Left"]


def test_where_branches_parted_needs_no_counterpart() -> None:
    case = begin(forked("A", "B"))
    other = Drawing().start().user("A").end("E1").at("Begin").user("B").end("E2")
    migrate(case, other)

    case.complete("A", a=1)
    case.complete("B", b=1)
    assert case.step.ended
    assert dict(case.variables) == {"a": 1, "b": 1}
