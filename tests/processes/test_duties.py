"""Periodic work: once by one of all sweepers, again after a failure, none in another's way."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now

from processes import clock, contract, duties
from processes.contract import Turn, duty
from processes.models import DutyRow
from processes.sweeper import Sweeper
from tests.concurrency import at_once
from tests.processes.sweeping import sweeping, wait_for

HOUR = timedelta(hours=1)


@pytest.fixture
def only_here(monkeypatch):
    """No duties but those of the test."""
    monkeypatch.setattr(contract, "_duties", {})


@pytest.fixture
def turns(only_here):
    """The turns of one hourly duty, `test.count`."""
    taken: list[Turn] = []
    duty("test.count", every=HOUR)(taken.append)
    return taken


def work_off() -> int:
    """Do what is due, here and now."""
    taken = duties.claim(10)
    for one in taken:
        duties.do(one)
    return len(taken)


@pytest.mark.django_db
class TestOneDuty:
    def test_it_comes_once_in_its_time(self, turns):
        duties.enrol()
        assert work_off() == 0

        for expected in (1, 2):
            clock.advance(HOUR)
            assert (work_off(), work_off(), len(turns)) == (1, 0, expected)

        assert turns[0].last is None
        assert turns[1].last == turns[0].now

    def test_moments_that_were_missed_are_one_turn(self, turns):
        duties.enrol()
        clock.advance(timedelta(days=3))

        assert (work_off(), work_off(), len(turns)) == (1, 0, 1)

    def test_a_second_node_that_starts_changes_nothing(self, turns):
        duties.enrol()
        clock.advance(HOUR)
        duties.enrol()

        assert work_off() == 1

    def test_a_clock_that_is_set_back_does_not_silence_it(self, turns):
        clock.advance(timedelta(days=3))
        duties.enrol()
        clock.reset()
        duties.enrol()

        clock.advance(HOUR)

        assert work_off() == 1

    def test_a_dead_nodes_turn_comes_to_another_and_its_report_does_not_count(self, turns):
        duties.enrol()
        clock.advance(HOUR)
        (dead,) = duties.claim(10)
        assert duties.claim(10) == []

        DutyRow.objects.update(run_at=Now() - timedelta(seconds=1))
        (alive,) = duties.claim(10)
        duties.do(dead)

        assert DutyRow.objects.get().done_at is None
        duties.do(alive)
        assert DutyRow.objects.get().done_at == alive.at.now

    def test_two_functions_cannot_have_one_name(self, turns):
        with pytest.raises(ValueError, match=r"test\.count"):
            duty("test.count", every=HOUR)(lambda _turn: None)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-22T03:59:59", "2026-11-22T04:00:00"),
        ("2026-11-22T04:00:00", "2026-11-23T04:00:00"),
        ("2026-11-22T23:00:00", "2026-11-23T04:00:00"),
    ],
)
def test_moments_are_those_of_the_clock_not_of_the_start(only_here, moment, expected):
    duty("test.daily", every=timedelta(days=1), offset=timedelta(hours=4))(lambda _turn: None)
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    after = duties.next_moment(contract.duties()["test.daily"], now)

    assert after == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.django_db
class TestAFailure:
    @pytest.fixture
    def failing(self, turns):
        errors: list[Exception] = [OSError("no route to the\0bank")] * 2

        def fail(_turn: Turn) -> None:
            if errors:
                raise errors.pop()

        duty("test.fail", every=HOUR)(fail)
        duties.enrol()
        clock.advance(HOUR)

    def test_is_logged_seen_and_tried_again_after_a_pause(self, failing, turns, caplog):
        assert work_off() == 2
        assert len(turns) == 1
        assert "Duty test.fail failed" in caplog.text
        row = DutyRow.objects.get(name="test.fail")
        assert (row.failures, row.error) == (1, "OSError: no route to thebank")
        assert work_off() == 0

        pauses = []
        for _ in range(2):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT extract(epoch FROM run_at - clock_timestamp())"
                    " FROM processes_dutyrow WHERE name = 'test.fail'"
                )
                pauses.append(float(cursor.fetchone()[0]))
            DutyRow.objects.filter(name="test.fail").update(run_at=Now() - timedelta(seconds=1))
            assert work_off() == 1

        assert 25 < pauses[0] < 31 < 55 < pauses[1] < 61
        row.refresh_from_db()
        assert (row.failures, row.error, row.failed_at) == (0, "", None)
        assert row.done_at is not None

    def test_is_what_the_command_shows(self, failing):
        work_off()
        shown = StringIO()

        with pytest.raises(CommandError):
            call_command("duties", stdout=shown)

        first, second, third = shown.getvalue().splitlines()
        assert first.startswith("test.fail: done never, due ")
        assert "failed 1 times: OSError: no route" in second
        assert third.startswith("test.count: done 20")


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_do_it_once(turns):
    duties.enrol()
    clock.advance(HOUR)

    at_once(*(_sweep_once for _ in range(4)))

    assert len(turns) == 1


@pytest.mark.django_db(transaction=True)
def test_a_duty_that_hangs_holds_up_neither_the_sweep_nor_the_others(turns):
    let_go = threading.Event()

    @duty("test.a_hang", every=HOUR)
    def hang(_turn: Turn) -> None:
        assert let_go.wait(10)

    duties.enrol()
    clock.advance(HOUR)
    with sweeping():
        try:
            for expected in (1, 2):
                wait_for(lambda expected=expected: len(turns) == expected)
                wait_for(lambda: DutyRow.objects.get(name="test.count").due > clock.now())
                clock.advance(HOUR)
        finally:
            let_go.set()
    assert DutyRow.objects.get(name="test.a_hang").done_at is not None


def test_what_the_house_does_by_the_clock_is_registered():
    assert {
        "orders.confirm_overdue_receipts",
        "refunds.reconcile",
        "notifications.send",
    } <= contract.duties().keys()


def _sweep_once() -> None:
    Sweeper().once()
