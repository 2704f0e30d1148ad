"""One broken case, address or page mark must not stop what the others need."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import psycopg
import pytest
from django.db.models.functions import Now

from processes import clock, queries, runtime, sweeper, worker
from processes.errors import BadCursor, CannotGoOn
from processes.models import Incident, Job, Message, ProcessInstance
from processes.runtime import messages
from processes.sweeper import Sweeper
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, stands_at, the_task
from tests.processes.test_delivery import database_url

pytestmark = pytest.mark.django_db


def damage(case):
    """Something no line of ours writes."""
    ProcessInstance.objects.filter(pk=case.pk).update(variables=[1])


def came_early(case_no):
    """A message for a case that did not wait for it yet."""
    Message.objects.create(
        name="news",
        correlation_key=case_no,
        message_id=f"news-{case_no}",
        payload={},
        state="buffered",
        received_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )


def test_a_damaged_case_keeps_no_other_case_from_its_deadline(begin):
    broken, sound = begin("review", "AF-1"), begin("review", "AF-2")
    damage(broken)
    clock.advance(timedelta(hours=48))

    Sweeper().tick()

    assert stands_at(sound) == {"Pay"}
    assert Incident.objects.get().instance_id == broken.pk
    assert Sweeper().tick() == 0


def test_a_message_that_a_damaged_case_cannot_take_is_put_aside(begin):
    broken, sound = begin("two_messages", "AF-1"), begin("two_messages", "AF-2")
    damage(broken)
    for case_no in ("AF-1", "AF-2"):
        came_early(case_no)

    Sweeper().tick()

    assert stands_at(sound) == {"Second"}
    assert Incident.objects.get().instance_id == broken.pk
    assert Sweeper().tick() == 0


@pytest.mark.parametrize("broken", [0, 1])
@pytest.mark.django_db(transaction=True)
def test_a_case_that_cannot_even_tell_holds_up_no_deadline_and_no_message(begin, broken):
    """Whichever is looked at first; and the sweep counts it as nothing done, so it rests."""
    reminders = [begin("reminder", f"AF-{number}") for number in (1, 2)]
    readers = [begin("two_messages", f"AF-{number}") for number in (3, 4)]
    for case in (reminders[broken], readers[broken]):
        ProcessInstance.objects.filter(pk=case.pk).update(history_seq=0)
    for number in (3, 4):
        came_early(f"AF-{number}")
    clock.advance(timedelta(hours=2))

    Sweeper().tick()

    assert stands_at(reminders[1 - broken]) == {"Remind"}
    assert stands_at(readers[1 - broken]) == {"Second"}
    assert Sweeper().tick() == 0


@pytest.mark.django_db(transaction=True)
def test_a_case_that_is_locked_for_long_holds_up_no_other_ones_message(begin, monkeypatch):
    monkeypatch.setattr(messages, "LOCK_PATIENCE", "50ms")
    locked, free = begin("two_messages", "AF-1"), begin("two_messages", "AF-2")
    for case_no in ("AF-1", "AF-2"):
        came_early(case_no)

    with psycopg.connect(database_url()) as somebody:
        somebody.execute(
            "SELECT 1 FROM processes_processinstance WHERE id = %s FOR UPDATE", [locked.pk]
        )
        Sweeper().tick()
        assert stands_at(free) == {"Second"}

    Sweeper().tick()
    assert stands_at(locked) == {"Second"}


def test_work_for_a_damaged_case_is_an_incident_and_the_next_job_is_done(begin, sofia):
    broken, sound = begin("review", "AF-1"), begin("review", "AF-2")
    for case in (broken, sound):
        runtime.complete_user_task(task_id=the_task(case).pk, output={}, actor=sofia)
    damage(broken)

    worker.work()

    assert stands_at(sound) == {"Settled"}
    assert "The work was done" in Incident.objects.get(instance=broken).sentence


@pytest.mark.django_db(transaction=True)
def test_what_fails_in_a_sweep_keeps_nothing_else_of_it_from_being_done(begin, sofia):
    poisonous, waiting = begin("review", "AF-1"), begin("review", "AF-2")
    runtime.complete_user_task(task_id=the_task(poisonous).pk, output={}, actor=sofia)
    runtime.claim_jobs(1, "dead")
    Job.objects.update(lease_until=Now() - timedelta(seconds=1), crashes=sweeper.CRASHES)
    ProcessInstance.objects.filter(pk=poisonous.pk).update(history_seq=0)  # it can tell nothing
    clock.advance(timedelta(hours=48))

    Sweeper().tick()

    assert stands_at(waiting) == {"Pay"}


@pytest.mark.django_db(transaction=True)
def test_a_poisonous_job_that_no_incident_can_tell_of_keeps_no_other_from_being_told(begin, sofia):
    broken, other = begin("review", "AF-1"), begin("review", "AF-2")
    for case in (broken, other):
        runtime.complete_user_task(task_id=the_task(case).pk, output={}, actor=sofia)
    runtime.claim_jobs(2, "dead")
    for age, case in ((2, broken), (1, other)):
        Job.objects.filter(instance=case).update(
            lease_until=Now() - timedelta(seconds=age), crashes=sweeper.CRASHES
        )
    ProcessInstance.objects.filter(pk=broken.pk).update(history_seq=0)  # it can tell nothing

    assert sweeper.release_expired_leases() == 1

    assert Incident.objects.get().instance_id == other.pk
    assert sweeper.release_expired_leases() == 0  # not looked at again and again


def test_no_expression_makes_text_that_the_database_cannot_hold(deploy, sofia):
    drawn = d.diagram(
        "nul",
        [d.user("Ask"), d.user("Then", "seller", d.mapping('in ="a\\u0000b" -> odd'))],
        "Start > Ask > Then > Done",
    )
    deploy(nul=drawn)
    number = runtime.start_process(
        key="nul", business_key="AF-1", variables={}, tenant="lingyue", actor=SHOP
    )
    case = ProcessInstance.objects.get(pk=number)

    with pytest.raises(CannotGoOn, match="Unicode"):
        runtime.complete_user_task(task_id=the_task(case).pk, output={}, actor=sofia)


@pytest.mark.parametrize(
    "mark",
    [
        [10**6, "2026-01-01T00:00:00+00:00", 1],
        [1, "2026-01-01T00:00:00+00:00", 10**30],
        [float("inf"), "2026-01-01T00:00:00+00:00", 1],
    ],
)
def test_a_made_up_page_mark_is_refused(mark):
    after = base64.urlsafe_b64encode(json.dumps(mark).encode()).decode()
    with pytest.raises(BadCursor):
        queries.inbox_group(["lingyue/seller"], after=after)
