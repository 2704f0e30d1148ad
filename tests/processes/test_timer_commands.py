"""A person or a policy puts a deadline elsewhere, lets it pause, lets it go on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from processes import clock, history, queries, runtime
from processes.errors import CannotGoOn, NoSuchCase, NoSuchTimer
from processes.models import HistoryEvent, Incident, Message, ProcessInstance, Timer, UserTask
from processes.runtime import locked, timers
from processes.sweeper import Sweeper
from tests.concurrency import at_once, wait_until_blocked
from tests.processes import drawing as d
from tests.processes.conftest import SHOP, stands_at, the_task

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db

REMINDED = d.diagram(
    "reminded",
    [
        d.user("Review"),
        d.boundary_timer("Late", "Review", "PT10H", interrupting=False).replace(
            "timeDuration", "timeCycle"
        ),
        d.user("Chase"),
    ],
    "Start > Review > Done",
    "Late > Chase > Chased",
).replace(b">PT10H<", b">R3/PT10H<")


def timer_of(case: ProcessInstance) -> Timer:
    return Timer.objects.get(instance=case)


def command(verb, case: ProcessInstance, **options):
    token = timer_of(case).token
    return verb(instance_id=case.pk, token=token, actor=SHOP, reason="a holiday", **options)


def sound(case: ProcessInstance) -> bool:
    case.refresh_from_db()
    return history.verify(case).sound and history.replay(case).sound


def sweep_after(time: timedelta) -> None:
    clock.advance(time)
    Sweeper().tick()


def test_a_deadline_is_put_elsewhere_and_holds_there(review):
    due = timer_of(review).due + 24 * HOUR
    command(runtime.change_timer, review, due_at=due)

    assert timer_of(review).due == due
    assert ProcessInstance.objects.get(pk=review.pk).next_due == due
    sweep_after(48 * HOUR)
    assert "Review" in stands_at(review)
    sweep_after(24 * HOUR)
    assert stands_at(review) == {"Pay"}
    assert sound(review)


def test_a_deadline_put_into_the_past_comes_with_the_next_sweep(review):
    command(runtime.change_timer, review, due_at=datetime(2020, 1, 1, tzinfo=UTC))
    Sweeper().tick()

    assert stands_at(review) == {"Pay"}
    assert sound(review)


def test_a_pause_keeps_the_time_that_is_left_to_the_microsecond(review):
    started = timer_of(review).due - 48 * HOUR
    clock.advance(8 * HOUR)
    command(runtime.pause_timer, review)
    left = timer_of(review).remaining
    assert left == 48 * HOUR - (HistoryEvent.objects.get(seq=2).at - started)
    assert timer_of(review).due is None
    (shown,) = (row for row in queries.waits_of(review.pk) if row.kind == "timer")
    assert (shown.due_at, shown.remaining) == (None, left)
    assert ProcessInstance.objects.get(pk=review.pk).next_due is None

    sweep_after(1000 * HOUR)
    assert "Review" in stands_at(review)
    command(runtime.resume_timer, review)
    assert timer_of(review).due == HistoryEvent.objects.get(seq=3).at + left
    assert timer_of(review).remaining is None
    sweep_after(left)
    assert stands_at(review) == {"Pay"}
    assert sound(review)


def test_a_person_may_do_the_task_while_its_deadline_pauses(review, sofia):
    command(runtime.pause_timer, review)
    runtime.complete_user_task(task_id=the_task(review).pk, output={}, actor=sofia)

    assert not Timer.objects.exists()
    assert stands_at(review) == {"Pay"}
    assert sound(review)


def test_the_history_says_who_did_it_why_and_what(review):
    due = timer_of(review).due
    later = due + HOUR
    command(runtime.change_timer, review, due_at=later)
    command(runtime.pause_timer, review)
    command(runtime.resume_timer, review)

    events = list(HistoryEvent.objects.order_by("seq"))[1:]
    assert [event.kind for event in events] == ["timer_changed", "timer_paused", "timer_resumed"]
    assert {(event.element_id, event.actor, event.via) for event in events} == {
        ("Silence", "shop", "api")
    }
    first = history.json.loads(events[0].body)["note"]
    assert first == {
        "reason": "a holiday",
        "before": {"due": due.isoformat()},
        "after": {"due": later.isoformat()},
    }
    assert history.json.loads(events[1].body)["note"]["after"].keys() == {"left"}


@pytest.mark.parametrize(
    ("verb", "options"),
    [
        (runtime.change_timer, {"due_at": datetime(2030, 1, 1, tzinfo=UTC)}),
        (runtime.pause_timer, {}),
    ],
)
def test_a_dry_run_says_what_would_be_and_changes_nothing(review, verb, options):
    before = Timer.objects.values().get()
    plan = command(verb, review, dry_run=True, **options)

    (change,) = plan.altered
    assert change.due == (before["due"], options.get("due_at"))
    assert Timer.objects.values().get() == before
    assert HistoryEvent.objects.count() == 1


def test_what_cannot_be_done_is_said_and_changes_nothing(review):
    assert "Silence: Expected a timer that pauses" in str(
        command(runtime.resume_timer, review, dry_run=True).refusals
    )
    with pytest.raises(CannotGoOn, match="Expected a timer that pauses"):
        command(runtime.resume_timer, review)
    asked = {"instance_id": review.pk, "actor": SHOP, "reason": "", "token": "zz"}
    with pytest.raises(NoSuchTimer):
        runtime.pause_timer(**asked)
    with pytest.raises(NoSuchTimer):
        runtime.pause_timer(**asked | {"token": the_task(review).token})
    with pytest.raises(ValueError, match="its offset"):
        command(runtime.change_timer, review, due_at=datetime(2030, 1, 1))  # noqa: DTZ001
    assert HistoryEvent.objects.count() == 1
    runtime.cancel_process(instance_id=review.pk, actor=SHOP, reason="")
    with pytest.raises(NoSuchCase):
        runtime.pause_timer(**asked)


def test_a_cycle_goes_on_from_where_it_was_put(deploy):
    deploy(reminded=REMINDED)
    number = runtime.start_process(
        key="reminded", business_key="AF-1", variables={}, tenant="lingyue", actor=SHOP
    )
    case = ProcessInstance.objects.get(pk=number)
    first = timer_of(case).due
    command(runtime.change_timer, case, due_at=first + 5 * HOUR)
    sweep_after(15 * HOUR)
    assert timer_of(case).due == first + 15 * HOUR

    sweep_after(100 * HOUR)
    assert UserTask.objects.filter(element_id="Chase").count() == 2
    assert not Timer.objects.exists()  # the missed one came once, and was the last
    assert sound(case)


def test_a_deadline_that_was_held_up_is_let_go_by_another_moment(review):
    clock.advance(48 * HOUR)
    timers._hold_up(review.pk, "It could not fire")
    assert timers.fire_batch() == 0
    command(runtime.change_timer, review, due_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert Incident.objects.get().resolved_by == "shop"
    Sweeper().tick()

    assert stands_at(review) == {"Pay"}


def test_a_command_is_part_of_the_callers_transaction(review):
    due = timer_of(review).due
    with transaction.atomic():
        command(runtime.pause_timer, review)
        transaction.set_rollback(True)

    assert timer_of(review).due == due
    assert not Message.objects.exists()
    assert sound(review)


@pytest.mark.django_db(transaction=True)
def test_a_deadline_fires_or_is_changed_but_never_both(review):
    """The command waits for the lock that firing holds, and the other way round."""
    token, later = timer_of(review).token, clock.now() + 1000 * HOUR

    def change() -> object:
        return runtime.change_timer(
            instance_id=review.pk, token=token, due_at=later, actor=SHOP, reason="race"
        )

    clock.advance(48 * HOUR)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            locked.case(review.pk)
            results = pool.submit(at_once, change, lambda: timers.fire_due_timers(review.pk))
            wait_until_blocked(2)
        changed, fired = results.result(30)

    assert fired is None
    if isinstance(changed, NoSuchTimer):
        assert stands_at(review) == {"Pay"}
    else:
        assert stands_at(review) == {"Review", "Silence"}
        assert timer_of(review).due == later
    assert not Incident.objects.exists()
    assert sound(review)


@pytest.mark.django_db(transaction=True)
def test_a_sweep_beside_a_command_skips_the_case_and_finds_it_changed(review):
    clock.advance(48 * HOUR)
    with transaction.atomic():
        command(runtime.pause_timer, review)
        assert at_once(timers.fire_batch) == [0]
    assert timers.fire_batch() == 0

    assert timer_of(review).remaining == timedelta()
    assert sound(review)


def by_hand(*options: str) -> None:
    call_command("deadline", "AF-1", "Silence", "--process", "review", "--reason", "x", *options)


def test_an_operator_moves_a_deadline_from_the_command_line(review, capsys):
    by_hand("--change", "2030-01-01T08:00+08:00", "--dry-run")
    assert capsys.readouterr().out.endswith("UTC → due 2030-01-01 00:00 UTC\n")
    assert HistoryEvent.objects.count() == 1

    by_hand("--change", "2030-01-01T08:00+08:00")
    by_hand("--pause")
    by_hand("--resume")
    kinds = list(HistoryEvent.objects.order_by("seq").values_list("kind", flat=True))
    assert kinds == ["process_started", "timer_changed", "timer_paused", "timer_resumed"]
    assert "left → due" in capsys.readouterr().out
    assert sound(review)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--resume",), "Expected a timer that pauses"),
        (("--resume", "--dry-run"), "Expected a timer that pauses"),
        (("--change", "2030-01-01T08:00"), "with its offset"),
        (("--pause", "--process", "other"), "No timer waits at Silence in AF-1"),
    ],
)
def test_an_operator_is_told_why_it_cannot_be(review, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        by_hand(*options)
    assert HistoryEvent.objects.count() == 1
