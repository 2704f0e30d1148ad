"""Instances go on with another definition of their process."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from processes import engine
from processes.engine import Plan, SurgeryRefused
from processes.sentences.catalogue import CHINESE
from tests.engine.cases import NOW, begin, spec_of
from tests.engine.diagrams import Drawing, tag, timer
from tests.engine.test_transactions import booking, within
from tests.engine.test_undoing import undone_by
from tests.scenarios.driver import Case

HOUR = timedelta(hours=1)


def migrate(case: Case, *drawings: Drawing, **options: Any) -> Plan:
    """Carry a case over; a dry run comes first."""
    spec = spec_of(*drawings)
    before = case.step

    def act() -> engine.Step:
        return engine.migrate(case.spec, before.state, case.environment, to=spec, **options)

    plan = engine.planned(before, act)
    assert engine.describe(case.spec, before.state, case.environment).state == before.state
    assert not plan.refusals
    step = act()
    case.spec = spec
    case.step = case._moved(step)
    assert plan == engine.compared(before, case.step)
    return plan


def refusals(case: Case, *drawings: Drawing, **options: Any) -> str:
    with pytest.raises(SurgeryRefused) as refused:
        engine.migrate(
            case.spec, case.step.state, case.environment, to=spec_of(*drawings), **options
        )
    return "\n".join(refused.value.sentences)


def elements(waits: Any) -> list[str]:
    return sorted(wait.element_id for wait in waits)


def simple(
    task: str = "Ask", late: str = "Late", limit: str = "PT2H", *more: str, beside: bool = False
) -> Drawing:
    drawing = Drawing().start().user(task).user("Then")
    for name in more:
        drawing.user(name)
    drawing.end().boundary(late, task, timer(limit), interrupting=not beside)
    return drawing.end("TooLate")


def test_the_same_definition_changes_nothing() -> None:
    case = begin(simple(), x=1)
    state = case.step.state

    assert migrate(case, simple()) == Plan()
    assert case.step.state == state


def test_what_is_not_waited_for_may_be_drawn_otherwise() -> None:
    case = begin(simple(), x=1)
    before = case.step.waits
    plan = migrate(case, simple("Ask", "Late", "PT2H", "More", "Still"))

    assert plan == Plan()
    assert case.step.waits == before
    for task in ("Ask", "Then", "More", "Still"):
        case.complete(task)
    assert case.step.ended


def test_a_state_that_was_carried_over_is_of_the_new_definition_only() -> None:
    case = begin(simple())
    old = case.spec
    migrate(case, simple("Ask", "Late", "PT2H", "More"))

    with pytest.raises(engine.BadState):
        engine.describe(old, case.step.state, case.environment)


def test_timers_keep_the_time_they_have_left_unless_they_are_to_begin_anew() -> None:
    case = begin(simple())
    due = case.wait("Late").due_at
    case.advance(HOUR)
    assert migrate(case, simple(limit="PT9H")) == Plan()
    assert case.wait("Late").due_at == due == NOW + 2 * HOUR

    (alteration,) = migrate(case, simple(limit="PT9H"), restart=["Late"]).altered
    assert alteration.due == (due, NOW + 10 * HOUR)
    assert case.wait("Late").due_at == NOW + 10 * HOUR


def test_a_renamed_task_goes_on_under_its_new_id_with_token_and_deadline() -> None:
    case = begin(simple(), x=1)
    before = case.wait("Ask"), case.wait("Late")
    plan = migrate(case, simple("Query", "Slow"), mapping={"Ask": "Query", "Late": "Slow"})

    assert [(a.before.element_id, a.after.element_id) for a in plan.altered] == [
        ("Ask", "Query"),
        ("Late", "Slow"),
    ]
    renamed = {"element_id": "Query", "name": "Query"}
    assert case.wait("Query") == replace(before[0], **renamed)
    assert case.wait("Slow") == replace(before[1], element_id="Slow", name="Slow")


def test_events_that_are_gone_are_not_waited_for_and_new_ones_are() -> None:
    case = begin(simple())
    case.advance(HOUR)
    plan = migrate(case, simple("Ask", "Soon", "PT3H"))

    assert (elements(plan.closed), elements(plan.opened)) == (["Late"], ["Soon"])
    assert case.wait("Soon").due_at == NOW + 4 * HOUR
    assert case.wait("Soon").attached_to == case.wait("Ask").token_id
    case.advance(3 * HOUR)
    assert case.ended_at == ["TooLate"]


def test_an_event_that_has_come_once_does_not_come_again() -> None:
    case = begin(simple(beside=True))
    case.advance(2 * HOUR)

    assert migrate(case, simple("Ask", "Late", "PT2H", "More", beside=True)) == Plan()
    assert case.waits_for == ["Ask"]


def test_tokens_without_a_counterpart_are_refused_all_at_once() -> None:
    drawing = Drawing().start().fork("F").user("A").end().at("F").user("B").end("E2")
    drawing.at("F").job("C").end("E3")
    case = begin(drawing)
    other = Drawing().start().fork("F").user("A").end().at("F").job("B").end("E2")

    assert refusals(case, other).splitlines() == [
        "B: Expected its counterpart B to be of the same kind (userTask), found serviceTask; "
        "map it to another element",
        "C: Expected a counterpart C (serviceTask) in the same scope of the new definition, "
        "found none; map it to another element",
    ]
    assert "Expected a counterpart Nowhere" in refusals(case, drawing, mapping={"A": "Nowhere"})


def test_a_mapping_of_what_is_not_drawn_is_refused() -> None:
    case = begin(simple())
    sentence = refusals(case, simple(), mapping={"Asks": "Ask", "Ask": "Query"})

    assert "Asks: Expected an element of the old definition" in sentence
    assert "Query: Expected an element of the new definition" in sentence
    assert "Then: Expected a timer" in refusals(case, simple(), restart=["Then"])


def test_a_task_keeps_who_has_it_and_until_when() -> None:
    def drawn(who: str, groups: str, due: str, name: str) -> Drawing:
        extension = tag("zeebe:assignmentDefinition", assignee=who, candidateGroups=groups)
        extension += tag("zeebe:taskSchedule", dueDate=due)
        extension += tag("zeebe:formDefinition", formId=name)
        drawing = Drawing().start()
        return drawing.node("userTask", "Ask", extension=extension, name=name).end()

    case = begin(drawn("sofia", "seller", "PT4H", "old"))
    (alteration,) = migrate(case, drawn("marco", "finance", "PT1H", "new")).altered
    wait = case.wait("Ask")

    assert (alteration.before.name, alteration.after.name) == ("old", "new")
    assert (wait.assignee, wait.candidate_groups) == ("sofia", ("seller",))
    assert (wait.due_at, wait.form_id) == (NOW + 4 * HOUR, "new")


def test_inputs_and_retries_stay_and_outputs_are_those_of_the_new_definition() -> None:
    def drawn(value: str, **outputs: str) -> Drawing:
        return Drawing().start().job("Pay", inputs={"a": value}, outputs=outputs).user("U").end()

    case = begin(drawn("=1"))
    migrate(case, drawn("=2", paid="=ref"))
    assert case.inputs("Pay") == {"a": 1}
    case.complete("Pay", ref="R-1")
    assert dict(case.variables) == {"paid": "R-1"}


def test_messages_keep_name_and_key() -> None:
    def drawn(key: str) -> Drawing:
        drawing = Drawing().start()
        return drawing.catch("Hear", drawing.message("news", key)).user("U").end()

    case = begin(drawn("=one"), one="1", two="2")
    assert migrate(case, drawn("=two")) == Plan()
    assert case.correlation_key("Hear") == "1"
    case.deliver("Hear")
    assert case.stands_at == ["U"]


def race(*ways: str) -> Drawing:
    drawing = Drawing().start().node("eventBasedGateway", "G")
    for way in ways:
        definition = timer("PT3H") if way.startswith("T") else drawing.message(way, "k")
        drawing.at("G").catch(way, definition).end(f"E{way}")
    return drawing


def test_an_event_based_gateway_waits_for_what_is_behind_it_now() -> None:
    case = begin(race("T1", "M1", "M2"))
    kept = case.wait("M1").token_id
    plan = migrate(case, race("M1", "M3", "T2"))

    assert (elements(plan.closed), elements(plan.opened)) == (["M2", "T1"], ["M3", "T2"])
    assert case.wait("M1").token_id == kept
    case.deliver("M3")
    assert case.ended_at == ["EM3"]


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


def test_a_cycle_that_is_to_begin_anew_as_a_deadline_comes_once() -> None:
    def drawn(definition: str) -> Drawing:
        drawing = Drawing().start().user("Ask").end()
        drawing.boundary("Tick", "Ask", definition, interrupting=False)
        return drawing.end("Ticked")

    case = begin(drawn(timer("R5/PT1H", "Cycle")))
    case.advance(HOUR)
    kept = case.step
    migrate(case, drawn(timer("PT3H")))
    case.advance(4 * HOUR)
    assert case.path.count("Tick") == 5
    case.step = kept
    case.spec = spec_of(drawn(timer("R5/PT1H", "Cycle")))
    migrate(case, drawn(timer("PT3H")), restart=["Tick"])
    case.advance(9 * HOUR)
    assert case.path.count("Tick") == 6


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


def test_an_ended_instance_is_not_carried_over() -> None:
    case = begin(Drawing().start().end())

    assert "it has ended" in refusals(case, simple())


def test_where_branches_parted_needs_no_counterpart() -> None:
    case = begin(forked("A", "B"))
    other = Drawing().start().user("A").end("E1").at("Begin").user("B").end("E2")
    migrate(case, other)

    case.complete("A", a=1)
    case.complete("B", b=1)
    assert case.step.ended
    assert dict(case.variables) == {"a": 1, "b": 1}


def test_every_sentence_for_operators_exists_in_chinese() -> None:
    folder = Path(engine.__file__).parent
    found = []
    for name in ("surgery", "placing", "migration", "carrying", "counterparts"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += [node.value] if node.value.startswith("Expected ") else []

    assert len(found) > 15
    assert [sentence for sentence in found if sentence not in CHINESE] == []
