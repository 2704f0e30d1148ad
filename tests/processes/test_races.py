"""Two at once, on two connections: one wins, the other is told, nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models.functions import Now

from processes import clock, history, runtime, sweeper, worker
from processes.contract import Actor
from processes.models import HistoryEvent, Job, Message, ProcessInstance, Timer, UserTask
from processes.runtime import MessageResult, locked, messages, timers
from tests.concurrency import at_once, wait_until_blocked
from tests.processes.conftest import SHOP, stands_at, the_job, the_task

pytestmark = pytest.mark.django_db(transaction=True)
PROVIDER = Actor(name="provider:test", via="provider")


def while_locked(instance: ProcessInstance, *acts: Callable[[], Any]) -> list[Any]:
    """Let all acts come to wait for the lock of the case, then let go of it."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locked.case(instance.pk)
            results = pool.submit(at_once, *acts)
            wait_until_blocked(len(acts))
        return results.result(30)


def names(results: list[Any]) -> list[str]:
    """The errors by their class, everything else as it prints."""
    return [type(one).__name__ if isinstance(one, Exception) else str(one) for one in results]


def complete(task: UserTask, actor: Actor, **output: Any) -> Callable[[], Any]:
    return lambda: runtime.complete_user_task(task_id=task.pk, output=output, actor=actor)


def publish(message_id: str = "m-1", key: str = "AF-1") -> Callable[[], Any]:
    return lambda: runtime.publish_message(
        name="news", correlation_key=key, payload={}, message_id=message_id, actor=PROVIDER
    )


def sound(instance: ProcessInstance) -> bool:
    instance.refresh_from_db()
    return history.verify(instance).sound and history.replay(instance).sound


def test_of_twenty_who_claim_one_task_one_gets_it(review):
    people = [Actor(name=f"p{n}", groups=frozenset({"lingyue/seller"})) for n in range(20)]
    task = the_task(review)

    results = at_once(*(lambda p=p: runtime.claim_task(task.pk, p) for p in people))

    assert results.count(None) == 1
    assert names(results).count("TaskAlreadyTaken") == 19
    assert the_task(review).assignee == people[results.index(None)].name
    assert HistoryEvent.objects.filter(kind="task_claimed").count() == 1
    assert sound(review)


def test_a_task_completed_twice_at_once_is_completed_once(review, sofia, marco):
    task = the_task(review)

    results = while_locked(
        review, complete(task, sofia, decision="yes"), complete(task, marco, decision="no")
    )

    assert sorted(names(results)) == ["None", "TaskAlreadyClosed"]
    assert Job.objects.count() == 1
    assert sound(review)


def test_a_form_is_stale_when_the_task_was_taken_while_it_waited(review, sofia, marco):
    task = the_task(review)
    claim = [lambda: runtime.claim_task(task.pk, marco)]
    submit = [
        lambda: runtime.complete_user_task(
            task_id=task.pk, output={}, actor=sofia, revision=task.revision
        )
    ]

    results = while_locked(review, *claim, *submit)

    assert sorted(names(results)) in (
        ["None", "StaleTask"],
        ["None", "TaskAlreadyClosed"],
    )
    assert sound(review)


def test_a_stale_revision_of_the_case_writes_nothing(review, sofia):
    from processes import acts
    from processes.errors import StaleCase
    from processes.history import Kind
    from processes.runtime.saving import save
    from processes.runtime.stepping import step

    with transaction.atomic():
        case = locked.case(review.pk)
    runtime.claim_task(the_task(review).pk, sofia)
    change = step(
        case,
        acts.complete("2", {}),
        kind=Kind.TASK_COMPLETED,
        actor=sofia,
        element_id="Review",
        letter="u",
    )
    with pytest.raises(StaleCase), transaction.atomic():
        save([change])

    assert not Job.objects.exists()
    assert stands_at(review) == {"Review", "Silence"}
    assert sound(review)


def test_two_workers_never_lease_the_same_job(begin, sofia, provider):
    for number in range(12):
        complete(the_task(begin("review", f"AF-{number}")), sofia)()

    leased = at_once(*(lambda n=n: runtime.claim_jobs(5, f"w{n}") for n in range(4)))

    ids = [job.id for batch in leased for job in batch]
    assert len(ids) == len(set(ids)) == 12


def test_the_result_of_a_job_reported_twice_at_once_counts_once(review, sofia, provider):
    complete(the_task(review), sofia)()
    (job,) = runtime.claim_jobs(1, "test")

    results = while_locked(
        review,
        lambda: runtime.complete_job(job, {"ref": "R-1"}),
        lambda: runtime.complete_job(job, {"ref": "R-2"}),
    )

    assert sorted(results) == [False, True]
    assert stands_at(review) == {"Settled"}
    assert sound(review)


def test_a_lease_taken_over_while_the_result_waits_wins(review, sofia, provider):
    complete(the_task(review), sofia)()
    (job,) = runtime.claim_jobs(1, "slow")
    Job.objects.update(lease_until=Now() - timedelta(seconds=1))

    results = while_locked(review, lambda: runtime.complete_job(job, {"ref": "old"}))
    assert results == [True]  # nobody has taken it over yet
    assert sweeper.release_expired_leases() == 0


def test_the_same_message_twice_at_once_is_delivered_once(begin):
    case = begin("two_messages")

    results = at_once(*(publish() for _ in range(6)))

    assert sorted(results) == [MessageResult.DELIVERED, *[MessageResult.DUPLICATE] * 5]
    assert stands_at(case) == {"Second"}
    assert sound(case)


def test_different_messages_at_once_are_taken_one_by_one(begin):
    case = begin("two_messages")

    at_once(*(publish(f"m-{n}") for n in range(4)))
    while messages.deliver_buffered():
        pass

    case.refresh_from_db()
    assert case.status == "ended"
    assert Message.objects.filter(state="delivered").count() == 2
    assert Message.objects.filter(state="buffered").count() == 2
    assert sound(case)


def test_a_message_and_the_case_that_wants_it_at_once_find_each_other(begin, deploy):
    begin("two_messages", "AF-0")
    for number in range(5):
        key = f"AF-{number + 1}"

        def start(key: str = key) -> Any:
            return runtime.start_process(
                key="two_messages",
                business_key=key,
                variables={"case_no": key},
                tenant="t",
                actor=SHOP,
            )

        at_once(start, publish(f"m-{key}", key))
    messages.deliver_buffered()

    assert Message.objects.filter(state="delivered").count() == 5


def test_the_same_case_started_twice_at_once_is_one_case(begin):
    begin("review", "AF-0")

    def start() -> Any:
        return runtime.start_process(
            key="review", business_key="AF-9", variables={}, tenant="t", actor=SHOP
        )

    numbers = at_once(*[start] * 6)

    assert len(set(numbers)) == 1
    assert HistoryEvent.objects.filter(instance_id=numbers[0]).count() == 1
    assert UserTask.objects.filter(instance_id=numbers[0]).count() == 1


def test_P2_timer_and_click_at_once_one_of_them_counts(begin, sofia):
    for number in range(4):
        case = begin("review", f"AF-{number}")
        clock.advance(timedelta(hours=48))

        at_once(
            complete(the_task(case), sofia),
            lambda case=case: runtime.fire_due_timers(case.pk),
            timers.fire_batch,
        )

        kinds = list(case.historyevent_set.order_by("seq").values_list("kind", flat=True))
        assert kinds in (["process_started", "task_completed"], ["process_started", "timer_fired"])
        assert stands_at(case) == {"Pay"}
        assert sound(case)


def test_sweepers_share_due_timers_and_fire_none_twice(begin, provider):
    for number in range(60):
        begin("reminder", f"AF-{number}")
    clock.advance(timedelta(hours=2))

    def sweep() -> int:
        return sum(iter(lambda: timers.fire_batch(7), 0))

    counts = at_once(*[sweep] * 4)

    assert sum(counts) == 60
    assert not Timer.objects.exists()
    assert Job.objects.count() == 60
    assert HistoryEvent.objects.filter(kind="timer_fired").count() == 60


def test_a_sweeper_takes_other_cases_while_the_first_is_still_at_work(begin, provider):
    for number in range(6):
        begin("reminder", f"AF-{number}")
    clock.advance(timedelta(hours=2))

    with transaction.atomic():
        mine = locked.due_cases(3)
        (fired,) = at_once(lambda: timers.fire_batch(3))

    assert (len(mine), fired) == (3, 3)
    assert set(Timer.objects.values_list("instance_id", flat=True)) == {case.id for case in mine}


def test_everything_at_once_leaves_sound_cases(begin, sofia, provider):
    provider.answer = lambda call: {"ref": call.business_key}
    cases = [begin("review", f"AF-{number}") for number in range(6)]
    settle = [
        lambda key=case.business_key: runtime.publish_message(
            name="pay.settled", correlation_key=key, payload={}, message_id=key, actor=PROVIDER
        )
        for case in cases
    ]

    at_once(
        *(complete(the_task(case), sofia) for case in cases),
        *settle,
        worker.work,
        worker.work,
        sweeper.Sweeper().tick,
    )
    while worker.work() + messages.deliver_buffered():
        pass

    for case in cases:
        assert sound(case)
        assert case.status == "ended"
    assert not Job.objects.exists()


def test_a_retry_and_a_result_at_once_leave_one_truth(review, sofia, provider):
    complete(the_task(review), sofia)()
    (job,) = runtime.claim_jobs(1, "test")

    results = at_once(
        lambda: runtime.complete_job(job, {"ref": "R-1"}),
        lambda: runtime.fail_job(job, error="no"),
    )

    assert sorted(results) == [False, True]
    if results[0]:
        assert stands_at(review) == {"Settled"}
    else:
        assert the_job(review).state == "ready"
    assert sound(review)
