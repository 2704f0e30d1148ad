"""A case from its start to its end, through the outer door of the runtime."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes import clock, history, runtime, worker
from processes.contract import Actor
from processes.models import HistoryEvent, MessageSubscription, Timer
from processes.runtime import MessageResult
from tests.processes.conftest import stands_at, the_job, the_task

pytestmark = pytest.mark.django_db
PROVIDER = Actor(name="provider:test", via="provider")


def settle(ref: str = "R-1", message_id: str = "m-1") -> MessageResult:
    return runtime.publish_message(
        name="pay.settled",
        correlation_key=ref,
        payload={"settled": True},
        message_id=message_id,
        actor=PROVIDER,
    )


def test_a_case_goes_from_review_over_payment_to_its_end(review, sofia, provider):
    assert stands_at(review) == {"Review", "Silence"}

    runtime.complete_user_task(
        task_id=the_task(review).pk, output={"decision": "approve"}, actor=sofia
    )
    assert stands_at(review) == {"Pay"}
    assert not Timer.objects.exists()

    assert worker.work() == 1
    assert stands_at(review) == {"Settled"}
    assert settle() is MessageResult.DELIVERED

    review.refresh_from_db()
    assert review.status == "ended"
    assert stands_at(review) == set()
    events = HistoryEvent.objects.values_list("seq", "kind", "element_id", "actor", "via")
    assert list(events) == [
        (1, "process_started", "", "shop", "api"),
        (2, "task_completed", "Review", "sofia", "ui"),
        (3, "job_completed", "Pay", "job:test.pay", "system"),
        (4, "message_delivered", "Settled", "provider:test", "provider"),
    ]
    assert history.verify(review).sound
    assert history.replay(review).sound


def test_a_handler_sees_the_mapped_inputs_and_a_key_of_its_own(review, sofia, provider):
    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)

    worker.work()

    (call,) = provider.calls
    assert call.inputs == {"case_no": "AF-1", "amount": 1250}
    assert (call.topic, call.business_key, call.tenant) == ("test.pay", "AF-1", "lingyue")
    assert call.attempt == 1
    assert call.idempotency_key.startswith(f"{review.pk}-")


def test_silence_for_48_hours_approves(review):
    runtime.fire_due_timers(review.pk)
    assert stands_at(review) == {"Review", "Silence"}
    assert HistoryEvent.objects.count() == 1

    clock.advance(timedelta(hours=48, seconds=1))
    runtime.fire_due_timers(review.pk)

    assert stands_at(review) == {"Pay"}
    task = review.usertask_set.get()
    assert (task.outcome, task.closed_by) == ("cancelled", "system")
    assert HistoryEvent.objects.get(seq=2).kind == "timer_fired"


def test_search_variables_are_copied_to_the_case(review, sofia):
    assert review.variables == {"amount": 1250}

    runtime.complete_user_task(
        task_id=the_task(review).pk, output={"decision": "no", "other": 1}, actor=sofia
    )

    review.refresh_from_db()
    assert review.variables == {"amount": 1250, "decision": "no"}


def test_every_row_carries_tenant_region_and_shard(review, sofia, provider):
    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)
    job = the_job(review)
    worker.work()

    rows = [
        review,
        job,
        review.usertask_set.get(),
        MessageSubscription.objects.get(),
        *HistoryEvent.objects.all(),
    ]
    assert {(row.tenant, row.region, row.shard) for row in rows} == {
        ("lingyue", "cn-east", review.shard)
    }
    assert 0 <= review.shard < 256


def test_the_same_business_key_is_the_same_case(begin):
    first = begin("review", "AF-7")

    again = begin("review", "AF-7", amount=99)

    assert again.pk == first.pk
    assert HistoryEvent.objects.count() == 1
