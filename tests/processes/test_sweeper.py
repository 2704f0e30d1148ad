"""What nobody rings for is found: due timers, lost hints, dead workers, a dead broker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from processes import clock, hints, runtime, sweeper
from processes.envelopes import queue
from processes.models import HistoryEvent, Incident, Job, Timer
from processes.sweeper import Sweeper
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, stands_at, the_job, the_task
from tests.processes.sweeping import sweeping, wait_for

pytestmark = pytest.mark.django_db


def pay(case, sofia):
    runtime.complete_user_task(task_id=the_task(case).pk, output={}, actor=sofia)
    return the_job(case)


def test_with_nothing_due_a_tick_is_one_question(review, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert Sweeper().tick() == 0


def test_due_timers_fire(review):
    clock.advance(timedelta(hours=48))
    assert Sweeper().tick() == 1
    assert stands_at(review) == {"Pay"}


def test_a_fresh_job_is_not_rung_for_again(review, sofia, rung):
    pay(review, sofia)
    Sweeper().tick()
    assert rung() == []


def test_a_job_whose_hint_was_lost_is_rung_for_after_a_while(review, sofia, rung):
    job = pay(review, sofia)
    lost = timedelta(seconds=sweeper.RING_AGAIN_SECONDS + 1)
    Job.objects.update(rung_at=Now() - lost, run_at=Now() - lost)

    Sweeper().tick()
    Sweeper().tick()

    assert rung() == [job.pk]


def test_a_job_whose_pause_is_over_is_rung_for_at_once(review, sofia, rung):
    job = pay(review, sofia)
    Job.objects.update(rung_at=Now() - timedelta(seconds=1), run_at=Now())

    Sweeper().tick()

    assert rung() == [job.pk]


def test_a_dead_workers_job_is_ready_again_and_rung_for(review, sofia, rung):
    job = pay(review, sofia)
    runtime.claim_jobs(1, "dead")
    Job.objects.update(lease_until=Now() - timedelta(seconds=1))

    Sweeper().tick()
    Sweeper().tick()

    assert rung() == [job.pk]
    assert runtime.claim_jobs(1, "alive")[0].attempts == 2


@pytest.fixture
def wrong_timer(deploy, provider):
    """A case whose timer has no way on."""
    text = d.diagram(
        "wrong",
        [d.catch_timer("Wait", "PT1H"), d.node("exclusiveGateway", "Which")],
        "Start > Wait > Which > A",
        "Which > B",
    )
    for end in (b"A", b"B"):
        text = text.replace(
            b'targetRef="' + end + b'"/>',
            b'targetRef="' + end + b'"><bpmn:conditionExpression>=ready</bpmn:conditionExpression>'
            b"</bpmn:sequenceFlow>",
        )
    deploy(wrong=text)
    return runtime.start_process(
        key="wrong", business_key="AF-1", variables={"ready": False}, tenant="t", actor=SHOP
    )


def test_a_timer_that_cannot_fire_is_an_incident_and_holds_up_nobody_else(wrong_timer, begin):
    good = begin("reminder", "AF-2")
    clock.advance(timedelta(hours=2))

    while Sweeper().tick():
        pass

    incident = Incident.objects.get()
    assert (incident.kind, incident.instance_id) == ("timer", wrong_timer)
    assert stands_at(good) == {"Remind"}
    assert Timer.objects.get().blocked
    assert HistoryEvent.objects.filter(kind="incident_raised").count() == 1


def test_a_timer_is_tried_again_when_its_incident_is_resolved(wrong_timer):
    clock.advance(timedelta(hours=2))
    Sweeper().tick()

    runtime.resolve_incident(incident_id=Incident.objects.get().pk, actor=SHOP, note="now?")
    assert not Timer.objects.get().blocked
    Sweeper().tick()

    assert Incident.objects.filter(resolved_at=None).count() == 1
    assert Incident.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_sweeper_does_the_work_itself(review, sofia, provider):
    pay(review, sofia)
    with sweeping():
        wait_for(lambda: stands_at(review) == {"Settled"})


@pytest.mark.django_db(transaction=True)
def test_what_workers_were_told_and_left_alone_the_sweeper_does_itself(review, sofia, provider):
    pay(review, sofia)
    left = timedelta(seconds=sweeper.STAND_IN_SECONDS + 1)
    Job.objects.update(run_at=Now() - left, rung_at=Now())

    Sweeper().once()

    assert stands_at(review) == {"Settled"}


@pytest.mark.django_db(transaction=True)
def test_the_sweeper_takes_no_fresh_work_from_those_that_were_told(
    review, sofia, provider, rung, valkey
):
    job = pay(review, sofia)
    assert hints.flush(10)
    valkey.delete(queue())
    Job.objects.update(run_at=Now() - timedelta(seconds=4), rung_at=Now() - timedelta(seconds=4))

    Sweeper().once()

    assert rung() == [job.pk]
    assert stands_at(review) == {"Pay"}


@pytest.mark.django_db(transaction=True)
def test_a_sweep_that_fails_does_not_end_the_sweeping(review, monkeypatch, caplog):
    clock.advance(timedelta(hours=48))
    real, failures = sweeper._look, [RuntimeError("once")]

    def look(patience):
        if failures:
            raise failures.pop()
        return real(patience)

    monkeypatch.setattr(sweeper, "_look", look)
    with sweeping():
        wait_for(lambda: stands_at(review) == {"Pay"})
    assert "A sweep failed" in caplog.text
