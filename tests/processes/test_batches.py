"""Jobs leased together: none waits long behind another, none dies of another."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection
from django.db.models.functions import Now

from processes import batches, hints, runtime, sweeper, worker
from processes.batches import Batch
from processes.envelopes import queue
from processes.models import Incident, Job, ProcessInstance
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, the_task
from tests.processes.test_delivery import database_url

pytestmark = pytest.mark.django_db
SOON = 10.0


@pytest.fixture
def four_to_pay(begin, sofia, provider):
    """Four cases whose payments are jobs that nobody has begun."""
    cases = [begin("review", f"AF-{number}") for number in range(1, 5)]
    for case in cases:
        runtime.complete_user_task(task_id=the_task(case).pk, output={}, actor=sofia)
    return cases


def leased() -> int:
    return Job.objects.filter(state="leased").count()


@pytest.mark.django_db(transaction=True)
def test_jobs_behind_a_slow_one_are_given_back(four_to_pay, provider, monkeypatch):
    monkeypatch.setattr(batches, "SLOW_SECONDS", 0.05)
    held: list[int] = []

    def slow(_call):
        give_up = time.monotonic() + SOON
        while leased() > 1 and time.monotonic() < give_up:
            threading.Event().wait(0.01)
        held.append(leased())
        return {"ref": "R-1"}

    provider.answer = slow
    done = Batch(runtime.claim_jobs(4, "slow")).run(worker.run_job, time.monotonic() + SOON)

    assert (done, held) == (1, [1])
    assert Job.objects.filter(state="ready", attempts=0).count() == 3


@pytest.mark.django_db(transaction=True)
def test_jobs_that_were_not_begun_are_given_back_when_the_database_goes_away(four_to_pay):
    def gone(_job):
        raise OperationalError

    with pytest.raises(OperationalError):
        Batch(runtime.claim_jobs(4, "unlucky")).run(gone, time.monotonic() + SOON)

    assert leased() == 1


def test_a_job_whose_worker_died_takes_no_other_along(four_to_pay):
    """A worker that dies over the first of four would else make incidents of all four."""
    runtime.claim_jobs(4, "dies")
    for _death in range(sweeper.CRASHES):
        Job.objects.filter(state="leased").update(lease_until=Now() - timedelta(seconds=1))
        sweeper.release_expired_leases()
        Batch(runtime.claim_jobs(4, "dies too"))  # and over the first of these

    assert Incident.objects.count() <= 1
    assert Job.objects.exclude(state="incident").count() >= 3


def test_time_that_is_up_leaves_nothing_leased(four_to_pay):
    assert Batch(runtime.claim_jobs(4, "late")).run(worker.run_job, time.monotonic() - 1) == 0
    assert leased() == 0


@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_connection_was_cut_does_the_job_all_the_same(four_to_pay):
    with psycopg.connect(database_url(), autocommit=True) as somebody:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            somebody.execute("SELECT pg_terminate_backend(%s, 5000)", cursor.fetchone())

        assert worker.ring() == 4


@pytest.fixture
def three_in_a_row(deploy, provider, valkey):
    """The first job of a case with three machines in a row; no worker was told."""
    nodes = [d.service(name, "test.pay") for name in ("First", "Second", "Third")]
    deploy(row=d.diagram("row", nodes, "Start > First > Second > Third > Done"))
    runtime.start_process(key="row", business_key="AF-1", variables={}, tenant="t", actor=SHOP)
    assert hints.flush(SOON)
    valkey.delete(queue())
    return Job.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_what_it_opens_itself_and_rings_for_none_of_it(three_in_a_row, rung):
    assert worker.work([three_in_a_row.pk]) == 3

    assert hints.flush(SOON)
    assert rung() == []
    assert ProcessInstance.objects.get().status == "ended"


@pytest.mark.django_db(transaction=True)
def test_a_worker_rings_for_what_it_opened_and_has_no_time_for(
    three_in_a_row, rung, provider, monkeypatch
):
    monkeypatch.setattr(worker, "LONGEST_RUN", 0.05)
    provider.answer = lambda _call: {"waited": threading.Event().wait(0.06)}

    assert worker.work([three_in_a_row.pk]) == 1

    assert hints.flush(SOON)
    assert rung() == [Job.objects.get().pk]


@pytest.mark.django_db(transaction=True)
def test_what_a_slow_handler_opens_elsewhere_is_rung_for_at_once(three_in_a_row, rung, provider):
    told = []

    def slow(_call):
        if not told:
            case = runtime.start_process(
                key="row", business_key="AF-2", variables={}, tenant="t", actor=SHOP
            )
            assert hints.flush(SOON)
            told.extend(rung())
            assert told == [Job.objects.get(instance_id=case).pk]
        return {}

    provider.answer = slow
    assert worker.work([three_in_a_row.pk]) == 6
