"""What a person or a worker is told: fields of waits, evaluated when the token came."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes import engine
from processes.engine import CannotProceed, WaitKind
from tests.engine.cases import ENVIRONMENT, NOW, begin
from tests.engine.diagrams import Drawing, tag


def task(*extensions: str) -> Drawing:
    return Drawing().start().user("Review", "".join(extensions)).end()


def test_a_user_task_says_who_until_when_and_how_urgent() -> None:
    wait = begin(
        task(
            tag("zeebe:userTask"),
            tag("zeebe:formDefinition", formId="review_refund"),
            tag(
                "zeebe:assignmentDefinition",
                assignee="=buyer",
                candidateGroups='=["platform/cs_lead", group]',
                candidateUsers="leo, cora",
            ),
            tag("zeebe:taskSchedule", dueDate='=now() + @"PT48H"', followUpDate="P1D"),
            tag("zeebe:priorityDefinition", priority="=40 + 30"),
            tag("zeebe:taskHeaders", tag("zeebe:header", key="help", value="see policy")),
        ),
        buyer="lin.buyer",
        group="seller",
    ).wait("Review")

    assert wait.kind is WaitKind.USER_TASK
    assert (wait.form_id, wait.assignee) == ("review_refund", "lin.buyer")
    assert wait.candidate_groups == ("platform/cs_lead", "seller")
    assert wait.candidate_users == ("leo", "cora")
    assert wait.due_at == NOW + timedelta(hours=48)
    assert wait.follow_up_at == NOW + timedelta(days=1)
    assert wait.priority == 70
    assert wait.headers == {"help": "see policy"}


def test_a_user_task_that_says_nothing_has_the_defaults() -> None:
    wait = begin(task(tag("zeebe:assignmentDefinition", assignee="=nobody"))).wait("Review")

    assert (wait.assignee, wait.candidate_groups, wait.due_at, wait.priority) == ("", (), None, 50)


@pytest.mark.parametrize(
    ("extension", "sentence"),
    [
        (tag("zeebe:assignmentDefinition", candidateGroups="=5"), "candidates as a list"),
        (tag("zeebe:assignmentDefinition", assignee="=[1]"), "assignee as a name"),
        (tag("zeebe:priorityDefinition", priority='="high"'), "a priority from 0 to 100"),
        (tag("zeebe:taskSchedule", dueDate="=tomorrow"), "Expected a duration"),
    ],
)
def test_a_field_of_the_wrong_kind_cannot_proceed(extension: str, sentence: str) -> None:
    with pytest.raises(CannotProceed, match=f"Review: .*{sentence}"):
        begin(task(extension), tomorrow="tomorrow")


def test_a_service_task_says_its_topic_retries_headers_and_inputs() -> None:
    headers = tag("zeebe:taskHeaders", tag("zeebe:header", key="mode", value="lookup"))
    work = tag("zeebe:taskDefinition", type="refund.submit", retries="=1 + 4")
    drawing = Drawing().start().node("serviceTask", "Submit", extension=work + headers).end()
    wait = begin(drawing, a=1).wait("Submit")

    assert (wait.kind, wait.topic, wait.retries) == (WaitKind.SERVICE_TASK, "refund.submit", 5)
    assert (wait.headers, wait.variables) == ({"mode": "lookup"}, {"a": 1})


@pytest.mark.parametrize("kind", ["sendTask", "businessRuleTask", "scriptTask"])
def test_other_tasks_with_a_topic_are_work_for_a_machine(kind: str) -> None:
    case = begin(Drawing().start().job("Do", "some.topic", kind=kind).end())

    assert case.wait("Do").topic == "some.topic"
    case.complete("Do")
    assert case.ended_at == ["Done"]


def test_a_wait_keeps_its_token_while_others_move() -> None:
    drawing = Drawing().start().fork("F").user("A").end("EA")
    drawing.at("F").user("B").user("C").end("EC")
    case = begin(drawing)
    before = case.wait("A")
    case.complete("B")

    assert case.wait("A") == before


def test_describe_says_the_same_and_changes_nothing() -> None:
    case = begin(task())
    seen = engine.describe(case.spec, case.step.state, ENVIRONMENT)

    assert (seen.waits, seen.state, seen.passages) == (case.step.waits, case.step.state, ())


def test_a_step_gives_the_variables_before_the_act() -> None:
    case = begin(task(), a=1)
    case.complete("Review", a=2)

    assert (case.step.before, case.step.variables) == ({"a": 1}, {"a": 2})
