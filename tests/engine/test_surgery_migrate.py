"""Instances go on with another definition of their process."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from processes import engine
from processes.engine import Plan
from processes.sentences.catalogue import CHINESE
from tests.engine.cases import NOW, begin, spec_of
from tests.engine.diagrams import Drawing, tag, timer
from tests.engine.surgery import HOUR, elements, migrate, refusals


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
    assert case.wait("Query") == before[0]._replace(**renamed)
    assert case.wait("Slow") == before[1]._replace(element_id="Slow", name="Slow")


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


def test_an_ended_instance_is_not_carried_over() -> None:
    case = begin(Drawing().start().end())

    assert "it has ended" in refusals(case, simple())


def test_every_sentence_for_operators_exists_in_chinese() -> None:
    folder = Path(engine.__file__).parent
    found = []
    for name in ("surgery", "placing", "migration", "carrying", "counterparts"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found += [node.value] if node.value.startswith("Expected ") else []

    assert len(found) > 15
    assert [sentence for sentence in found if sentence not in CHINESE] == []
