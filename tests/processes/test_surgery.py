"""Tokens moved by hand: who and why is known, and what cannot be done is said."""

from __future__ import annotations

import pytest

from processes import clock, runtime
from processes.engine import Put
from processes.errors import CannotBeMoved, NoSuchCase, StaleCase, TaskAlreadyClosed
from processes.models import (
    Incident,
    Timer,
    UserTask,
)
from processes.runtime import Asked
from tests.processes.conftest import stands_at, the_job, the_task
from tests.processes.surgery import (
    OPS,
    asked,
    cancel,
    check,
    complete,
    done,
    move,
    refusals,
    token_at,
)
from tests.processes.test_random_lives import open_rows

pytestmark = pytest.mark.django_db


def test_a_token_is_moved_and_the_history_says_who_and_why(review, provider):
    outlook = done(review, move(review, "Review", "HandleRefusal"))

    assert [wait.element_id for wait in outlook.plan.closed] == ["Review", "Silence"]
    assert stands_at(review) == {"HandleRefusal"}
    event = review.historyevent_set.get(kind="case_modified")
    assert (event.actor, event.element_id) == ("olga", "HandleRefusal")
    assert '"reason":"The clerk asked for it"' in event.body
    assert '"before":["Review","Silence"]' in event.body
    assert UserTask.objects.get(instance=review, element_id="Review").outcome == "cancelled"


def test_without_a_reason_nothing_is_moved(review):
    with pytest.raises(CannotBeMoved, match="a reason"):
        runtime.modify_case(
            review.pk,
            Asked(actor=OPS, reason=" "),
            take_off=[token_at(review, "Review")],
        )
    assert stands_at(review) == {"Review", "Silence"}


def test_a_case_whose_last_token_is_cancelled_is_cancelled(review):
    done(review, cancel(review, "Review"))

    assert review.status == "cancelled"
    assert not open_rows(review)
    with pytest.raises(NoSuchCase):
        runtime.modify_case(review.pk, asked(), put=[Put(element_id="Review")])


def test_a_case_that_is_moved_to_its_end_has_ended(review):
    done(review, move(review, "Review", "Paid"))

    assert review.status == "ended"


def test_what_was_seen_must_still_be_so(review, sofia):
    told = runtime.modify_case(review.pk, asked(dry_run=True), put=[Put(element_id="Review")])
    runtime.claim_task(the_task(review).pk, sofia)

    with pytest.raises(StaleCase):
        runtime.modify_case(
            review.pk, asked(revision=told.revision), put=[Put(element_id="Review")]
        )


def test_what_the_engine_refuses_is_said(review):
    put = [Put(element_id="Silence")]

    assert "start after it" in refusals(lambda q: runtime.modify_case(review.pk, q, put=put))[0]


def test_what_the_database_refuses_is_said_too(begin):
    begin("two_messages")
    case = begin("asked_first")
    act = lambda q: runtime.modify_case(case.pk, q, put=[Put(element_id="Heard")])  # noqa: E731

    assert "another token waits for the same message" in refusals(act)[0]
    check(case)


def test_an_early_message_is_taken_by_who_is_put_where_it_is_waited_for(review, provider):
    runtime.publish_message(
        name="pay.settled", correlation_key="R-9", payload={}, message_id="m", actor=OPS
    )
    put = Put(element_id="Settled", instead_of=token_at(review, "Review"), variables={"ref": "R-9"})
    runtime.modify_case(review.pk, asked(), put=[put])

    check(review)
    assert review.status == "ended"


def test_back_is_the_task_from_which_it_came(review, sofia, provider):
    complete(review, sofia)
    back = lambda q: runtime.step_back(review.pk, q, token=the_job(review).token)  # noqa: E731
    done(review, back)

    assert stands_at(review) == {"Review", "Silence"}
    with pytest.raises(CannotBeMoved, match="found none"):
        runtime.step_back(review.pk, asked(), token=token_at(review, "Review"))


def test_the_incident_of_a_deadline_goes_with_it(begin, sofia):
    case = begin("reminder")
    Timer.objects.update(blocked=True)
    Incident.objects.create(
        instance=case, kind="timer", subject="timers", shard=0, raised_at=clock.now(), sentence="no"
    )
    done(case, move(case, "Wait", "Remind"))

    assert not Incident.objects.filter(resolved_at=None).exists()


def test_an_overdue_click_is_refused_when_the_task_is_gone(review, sofia):
    task = the_task(review).pk
    done(review, move(review, "Review", "HandleRefusal"))

    with pytest.raises(TaskAlreadyClosed):
        runtime.complete_user_task(task_id=task, output={}, actor=sofia)
