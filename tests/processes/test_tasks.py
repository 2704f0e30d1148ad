"""People take, give back, hand over and complete tasks; everybody else is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes import clock, queries, runtime
from processes.contract import Actor
from processes.errors import (
    BadVariables,
    CannotGoOn,
    NoSuchTask,
    NotYourTask,
    StaleTask,
    TaskAlreadyClosed,
    TaskAlreadyTaken,
)
from processes.models import HistoryEvent, UserTaskCandidate
from tests.processes.conftest import stands_at, the_task

pytestmark = pytest.mark.django_db


def test_a_task_is_offered_to_its_group_of_the_cases_own_seller(review, sofia, qing):
    assert [row.element_id for row in queries.inbox_group(sofia.groups)] == ["Review"]
    assert queries.inbox_group(qing.groups) == []


def test_a_claimed_task_leaves_the_group_and_comes_to_its_owner(review, sofia):
    runtime.claim_task(the_task(review).pk, sofia)

    assert queries.inbox_group(sofia.groups) == []
    assert [row.business_key for row in queries.inbox_mine("sofia")] == ["AF-1"]
    event = HistoryEvent.objects.get(kind="task_claimed")
    assert (event.seq, event.element_id, event.actor) == (2, "Review", "sofia")


def test_a_released_task_is_offered_again(review, sofia, marco):
    runtime.claim_task(the_task(review).pk, sofia)

    runtime.release_task(the_task(review).pk, sofia)

    assert [row.assignee for row in queries.inbox_group(marco.groups)] == [""]
    assert queries.inbox_mine("sofia") == []


def test_a_task_is_handed_over(review, sofia, marco):
    runtime.claim_task(the_task(review).pk, sofia)

    runtime.assign_task(the_task(review).pk, "marco", sofia)

    assert the_task(review).assignee == "marco"
    with pytest.raises(TaskAlreadyTaken, match="marco"):
        runtime.claim_task(the_task(review).pk, sofia)


def test_only_with_leave_is_work_taken_from_others(review, sofia, marco):
    runtime.claim_task(the_task(review).pk, sofia)
    with pytest.raises(TaskAlreadyTaken):
        runtime.assign_task(the_task(review).pk, "marco", marco)

    runtime.assign_task(the_task(review).pk, "marco", marco, override=True)

    assert the_task(review).assignee == "marco"


@pytest.mark.parametrize("verb", ["claim_task", "release_task"])
def test_P7_a_foreign_task_is_left_alone(review, qing, verb):
    with pytest.raises(NotYourTask):
        getattr(runtime, verb)(the_task(review).pk, qing)
    assert HistoryEvent.objects.count() == 1


def test_P7_only_the_assignee_or_the_group_completes(review, sofia, marco, qing):
    runtime.claim_task(the_task(review).pk, sofia)

    for actor in (marco, qing):
        with pytest.raises(NotYourTask):
            runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=actor)

    assert stands_at(review) == {"Review", "Silence"}


def test_a_person_named_as_candidate_is_offered_the_task(begin, deploy):
    nobody = Actor(name="zoe")
    review = begin("review")
    UserTaskCandidate.objects.update(audience="@zoe")
    review.usertask_set.update(audiences=["@zoe"])

    runtime.claim_task(the_task(review).pk, nobody)

    assert the_task(review).assignee == "zoe"


def test_who_has_completed_a_task_is_told_to_the_diagram(review, sofia):
    runtime.complete_user_task(
        task_id=the_task(review).pk, output={"completed_by": "x"}, actor=sofia
    )

    body = HistoryEvent.objects.get(kind="task_completed").body
    assert '"completed_by":"sofia"' in body
    assert '"x"' not in body


def test_a_second_completion_finds_the_task_closed(review, sofia, marco):
    task_id = the_task(review).pk
    runtime.complete_user_task(task_id=task_id, output={}, actor=sofia)

    with pytest.raises(TaskAlreadyClosed, match="Review"):
        runtime.complete_user_task(task_id=task_id, output={}, actor=marco)

    assert HistoryEvent.objects.count() == 2


def test_a_form_made_before_somebody_took_the_task_is_stale(review, sofia):
    task = the_task(review)
    runtime.claim_task(task.pk, sofia)

    with pytest.raises(StaleTask):
        runtime.complete_user_task(task_id=task.pk, output={}, actor=sofia, revision=task.revision)
    runtime.complete_user_task(task_id=task.pk, output={}, actor=sofia, revision=task.revision + 1)


def test_a_task_that_never_was_is_said(sofia):
    with pytest.raises(NoSuchTask):
        runtime.complete_user_task(task_id=4711, output={}, actor=sofia)


@pytest.mark.parametrize(
    "value",
    [float("nan"), object(), {1: "number as name"}, "a\0b", "\ud800", {"x": b"bytes"}, 1j, 2**70],
)
def test_what_is_not_plain_json_is_refused(review, sofia, value):
    with pytest.raises(BadVariables):
        runtime.complete_user_task(task_id=the_task(review).pk, output={"v": value}, actor=sofia)
    assert HistoryEvent.objects.count() == 1


def test_too_deep_and_too_big_is_refused(review, sofia):
    deep: dict = {}
    for _ in range(40):
        deep = {"in": deep}
    for output in (deep, {"v": "x" * 300_000}):
        with pytest.raises(BadVariables):
            runtime.complete_user_task(task_id=the_task(review).pk, output=output, actor=sofia)


@pytest.mark.parametrize(
    "value", ["x" * 1000, 2**60, 0.1, -(10**17), "退款 🙂", [[]], None, "\\u0000"]
)
def test_any_plain_value_comes_through_unchanged(review, sofia, value):
    runtime.complete_user_task(task_id=the_task(review).pk, output={"decision": value}, actor=sofia)
    review.refresh_from_db()
    assert review.variables["decision"] == value


def test_a_diagram_without_a_way_on_leaves_the_case_where_it_is(begin, sofia):
    stuck = begin("bad_way")

    with pytest.raises(CannotGoOn, match="Which"):
        runtime.complete_user_task(task_id=the_task(stuck).pk, output={"way": "c"}, actor=sofia)

    stuck.refresh_from_db()
    assert (stuck.revision, stuck.history_seq) == (1, 1)
    runtime.complete_user_task(task_id=the_task(stuck).pk, output={"way": "a"}, actor=sofia)
    assert stands_at(stuck) == {"A"}


def test_a_draft_is_kept_for_its_assignee_and_makes_older_forms_stale(review, sofia, marco):
    task = the_task(review)
    runtime.claim_task(task.pk, sofia)

    revision = runtime.save_draft(task.pk, {"decision": "may"}, sofia, revision=1)

    detail = queries.task(task.pk, sofia)
    assert (detail.draft, detail.row.revision, revision) == ({"decision": "may"}, 2, 2)
    with pytest.raises(StaleTask):
        runtime.save_draft(task.pk, {}, sofia, revision=1)
    with pytest.raises(NotYourTask):
        runtime.save_draft(task.pk, {}, marco, revision=2)
    assert HistoryEvent.objects.count() == 2


def test_P2_after_the_deadline_the_timer_comes_before_the_click(review, sofia):
    clock.advance(timedelta(hours=48, seconds=1))

    with pytest.raises(TaskAlreadyClosed):
        runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)

    assert stands_at(review) == {"Pay"}
    assert [e.kind for e in review.historyevent_set.order_by("seq")][-1] == "timer_fired"


def test_P2_before_the_deadline_the_click_comes_before_the_timer(review, sofia):
    clock.advance(timedelta(hours=47, minutes=59))

    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)
    clock.advance(timedelta(hours=1))
    runtime.fire_due_timers(review.pk)

    assert "timer_fired" not in {e.kind for e in review.historyevent_set.all()}


def test_a_cancelled_case_offers_nothing_any_more(review, sofia):
    task_id = the_task(review).pk

    runtime.cancel_process(instance_id=review.pk, actor=sofia, reason="asked for by mistake")

    review.refresh_from_db()
    assert (review.status, stands_at(review)) == ("cancelled", set())
    assert queries.inbox_group(sofia.groups) == []
    with pytest.raises(TaskAlreadyClosed):
        runtime.complete_user_task(task_id=task_id, output={}, actor=sofia)
    assert "asked for by mistake" in HistoryEvent.objects.get(kind="process_cancelled").body
