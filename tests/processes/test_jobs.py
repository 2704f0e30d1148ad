"""Work for machines: leased once, reported once, tried again, and in the end a person's."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from processes import queries, runtime, sweeper, worker
from processes.contract import Actor, BpmnError, PermanentFailure, Retry
from processes.errors import NoSuchIncident
from processes.models import HistoryEvent, Incident, Job
from processes.runtime import jobs, locked
from tests.processes.conftest import stands_at, the_job, the_task

pytestmark = pytest.mark.django_db
LEO = Actor(name="leo", via="ui")


@pytest.fixture
def paying(review, sofia, provider):
    """A case whose payment is a job that nobody has begun."""
    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)
    return review


def lease_one():
    (job,) = runtime.claim_jobs(10, "test")
    return job


def skip_pauses() -> None:
    """Let every job that pauses be due now."""
    Job.objects.filter(state="ready").update(run_at=Now())


def end_leases() -> None:
    """Let every lease be over."""
    Job.objects.filter(state="leased").update(lease_until=Now() - timedelta(seconds=1))


def fail(error: Exception):
    def answer(_call):
        raise error

    return answer


def test_a_leased_job_is_not_leased_again(paying):
    assert lease_one().attempts == 1
    assert runtime.claim_jobs(10, "other") == []


def test_a_hint_leases_its_own_jobs_only(paying, begin, sofia):
    other = begin("review", "AF-2")
    runtime.complete_user_task(task_id=the_task(other).pk, output={}, actor=sofia)

    (leased,) = runtime.claim_jobs(10, "test", ids=[the_job(other).pk])

    assert leased.business_key == "AF-2"


def test_a_late_result_changes_nothing_after_the_lease_was_taken_over(paying, caplog):
    first = lease_one()
    end_leases()
    sweeper.release_expired_leases()
    second = lease_one()

    with caplog.at_level(logging.WARNING):
        assert runtime.complete_job(first, {"ref": "late"}) is False
    assert "too late, nothing changed" in caplog.text
    assert stands_at(paying) == {"Pay"}

    assert runtime.complete_job(second, {"ref": "R-1"}) is True
    assert runtime.complete_job(second, {"ref": "R-1"}) is False
    assert HistoryEvent.objects.filter(kind="job_completed").count() == 1


def test_a_late_failure_changes_nothing_either(paying):
    first = lease_one()
    end_leases()
    sweeper.release_expired_leases()
    second = lease_one()

    assert runtime.fail_job(first, error="late") is False
    assert runtime.fail_job(first, error="late", permanent=True) is False
    assert runtime.throw_job_error(first, code="PAY_REFUSED", message="", variables={}) is False

    assert the_job(paying).lease_token == second.lease_token
    assert not Incident.objects.exists()


def test_a_lease_that_ran_out_but_was_not_taken_over_still_counts(paying):
    job = lease_one()
    end_leases()

    assert runtime.complete_job(job, {"ref": "R-1"}) is True


def test_a_renewed_lease_is_not_given_away(paying):
    job = lease_one()
    end_leases()

    assert runtime.renew_lease(job) is not None
    assert sweeper.release_expired_leases() == 0


def test_a_lease_renewed_while_a_sweeper_looked_makes_no_incident(paying):
    job = lease_one()
    end_leases()
    assert locked.expired_job(job.id, job.lease_token) is not None

    runtime.renew_lease(job)

    assert locked.expired_job(job.id, job.lease_token) is None


def test_a_lease_that_is_lost_cannot_be_renewed(paying):
    job = lease_one()
    end_leases()
    sweeper.release_expired_leases()

    assert runtime.renew_lease(job) is None


def test_a_job_given_back_has_lost_no_attempt(paying):
    runtime.give_back([lease_one()])

    assert (the_job(paying).state, the_job(paying).attempts) == ("ready", 0)
    assert lease_one().attempts == 1


def test_a_failed_attempt_pauses_and_is_tried_again(paying, provider):
    provider.answer = fail(ConnectionError("refused"))
    worker.work()

    job = the_job(paying)
    assert (job.state, job.attempts) == ("ready", 1)
    assert job.last_error == "ConnectionError: refused"
    assert runtime.claim_jobs(10, "test") == []

    provider.answer = lambda _call: {"ref": "R-1"}
    skip_pauses()
    worker.work()
    assert stands_at(paying) == {"Settled"}
    assert [call.attempt for call in provider.calls] == [1, 2]
    assert len({call.idempotency_key for call in provider.calls}) == 1


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 5), (2, 10), (3, 20), (9, 1280), (11, 3600), (60, 3600)]
)
def test_the_pause_doubles_up_to_an_hour_and_varies(attempt, seconds):
    pauses = {jobs.back_off(attempt).total_seconds() for _ in range(50)}
    assert min(pauses) >= seconds / 2
    assert max(pauses) <= seconds
    assert len(pauses) > 1


def test_a_handler_may_say_when_to_ask_again(paying, provider):
    provider.answer = fail(Retry("too many requests", after_seconds=300))
    worker.work()

    job = the_job(paying)
    assert job.run_at > job.created_at + timedelta(seconds=290)


def test_after_the_last_attempt_a_person_must_look(paying, provider):
    provider.answer = fail(ConnectionError("refused"))
    for _ in range(3):
        skip_pauses()
        worker.work()

    assert len(provider.calls) == 3
    (row,) = queries.incidents(paying.pk)
    assert (row.element_id, row.message) == ("Pay", "ConnectionError: refused")
    assert the_job(paying).state == "incident"
    assert HistoryEvent.objects.filter(kind="incident_raised").count() == 1
    skip_pauses()
    assert worker.work() == 0


def test_a_permanent_failure_is_an_incident_at_once(paying, provider):
    provider.answer = fail(PermanentFailure("unknown order"))
    worker.work()

    assert Incident.objects.get().sentence == "unknown order"
    assert len(provider.calls) == 1


def test_an_incident_that_is_resolved_is_tried_again_from_the_first_attempt(paying, provider):
    provider.answer = fail(PermanentFailure("unknown order"))
    worker.work()
    incident = Incident.objects.get()

    provider.answer = lambda _call: {"ref": "R-1"}
    runtime.resolve_incident(incident_id=incident.pk, actor=LEO, note="order imported")
    worker.work()

    incident.refresh_from_db()
    assert (incident.resolved_by, incident.note) == ("leo", "order imported")
    assert stands_at(paying) == {"Settled"}
    assert provider.calls[-1].attempt == 1
    with pytest.raises(NoSuchIncident):
        runtime.resolve_incident(incident_id=incident.pk, actor=LEO, note="again")


def test_a_foreseen_refusal_leaves_through_its_event(paying, provider):
    provider.answer = fail(BpmnError("PAY_REFUSED", "account closed"))
    worker.work()

    assert stands_at(paying) == {"HandleRefusal"}
    assert HistoryEvent.objects.filter(kind="error_thrown", element_id="Pay").exists()
    assert not Incident.objects.exists()


def test_a_refusal_that_nobody_drew_is_an_incident(paying, provider):
    provider.answer = fail(BpmnError("NEVER_DRAWN", "?"))
    worker.work()

    assert "NEVER_DRAWN" in Incident.objects.get().sentence
    paying.refresh_from_db()
    assert paying.revision == 3


@pytest.mark.parametrize("output", [{"ref": object()}, None, ["a list"]])
def test_an_output_that_is_no_json_is_an_incident(paying, provider, output):
    provider.answer = lambda _call: output
    worker.work()

    assert "The work was done" in Incident.objects.get().sentence
    assert the_job(paying).state == "incident"


def test_a_topic_without_a_handler_is_an_incident(paying, monkeypatch):
    Job.objects.update(topic="test.gone")
    worker.work()

    assert "test.gone" in Incident.objects.get().sentence


def test_a_job_that_kills_its_worker_ends_as_an_incident_and_not_before_three_times(paying):
    for crashes in (1, 2):
        lease_one()
        end_leases()
        assert sweeper.release_expired_leases() == 1
        assert the_job(paying).crashes == crashes
        assert not Incident.objects.exists()

    lease_one()
    end_leases()
    assert sweeper.release_expired_leases() == 1

    assert "died 3 times" in Incident.objects.get().sentence
    assert the_job(paying).state == "incident"
    assert runtime.claim_jobs(10, "test") == []


def test_a_cancelled_case_takes_its_job_and_incident_along(paying, provider, sofia):
    provider.answer = fail(PermanentFailure("no"))
    worker.work()

    runtime.cancel_process(instance_id=paying.pk, actor=sofia, reason="test")

    assert not Job.objects.exists()
    assert Incident.objects.get().resolved_by == "sofia"


def test_a_result_after_the_case_was_cancelled_changes_nothing(paying, sofia):
    job = lease_one()
    runtime.cancel_process(instance_id=paying.pk, actor=sofia, reason="test")

    assert runtime.complete_job(job, {"ref": "R-1"}) is False
    paying.refresh_from_db()
    assert paying.status == "cancelled"


def test_leases_are_on_the_real_clock_whatever_the_business_clock_says(paying):
    from processes import clock

    lease_one()
    clock.advance(timedelta(days=365))

    assert sweeper.release_expired_leases() == 0
    assert Job.objects.filter(lease_until__lt=Now() + timedelta(seconds=61)).count() == 1


def test_work_goes_on_until_nothing_is_ready(begin, sofia, provider):
    for number in range(9):
        case = begin("review", f"AF-{number}")
        runtime.complete_user_task(task_id=the_task(case).pk, output={}, actor=sofia)
    provider.answer = lambda call: {"ref": call.business_key}

    assert worker.work() == 9
    assert not Job.objects.exists()
    assert Job.objects.filter(attempts__gt=F("retries")).count() == 0
