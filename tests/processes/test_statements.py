"""What one advance costs the database: at most five statements, BEGIN and COMMIT included."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from processes import clock, queries, runtime
from processes.contract import Actor
from processes.runtime import saving, timers
from tests.processes.conftest import SHOP, the_task

pytestmark = pytest.mark.django_db(transaction=True)
PROVIDER = Actor(name="provider:test", via="provider")


@contextmanager
def statements() -> Iterator[list[str]]:
    seen: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield seen
    seen += [query["sql"] for query in captured]


def check_advance(act: Callable[[], object]) -> None:
    with statements() as seen:
        act()
    assert seen[0] == "BEGIN"
    assert seen[-1] == "COMMIT"
    assert len(seen) <= 5, seen


def settle(ref: str) -> None:
    runtime.publish_message(
        name="pay.settled", correlation_key=ref, payload={}, message_id=ref, actor=PROVIDER
    )


def test_every_advance_takes_at_most_five_statements(begin, sofia, provider):
    begin("review", "AF-0")  # the definition is deployed and its spec kept
    variables = {"case_no": "AF-1"}
    check_advance(
        lambda: runtime.start_process(
            key="review", business_key="AF-1", variables=variables, tenant="lingyue", actor=SHOP
        )
    )
    task_id = the_task(begin("review", "AF-1")).pk
    check_advance(lambda: runtime.claim_task(task_id, sofia))
    check_advance(lambda: runtime.complete_user_task(task_id=task_id, output={}, actor=sofia))
    (job,) = runtime.claim_jobs(1, "test")
    check_advance(lambda: runtime.complete_job(job, {"ref": "R-1"}))
    check_advance(lambda: settle("R-1"))


def test_a_timer_takes_at_most_five_statements(begin, provider):
    case = begin("reminder")
    clock.advance(timedelta(hours=1))

    check_advance(lambda: runtime.fire_due_timers(case.pk))


def test_a_batch_of_timers_takes_as_many_statements_as_one(begin, provider):
    for number in range(20):
        begin("reminder", f"AF-{number}")
    clock.advance(timedelta(hours=1))

    check_advance(timers.fire_batch)


def test_a_lease_is_one_statement_whatever_the_batch(begin, sofia, provider):
    for number in range(5):
        runtime.complete_user_task(
            task_id=the_task(begin("review", f"AF-{number}")).pk, output={}, actor=sofia
        )
    with statements() as seen:
        assert len(runtime.claim_jobs(5, "test")) == 5
    assert len(seen) == 1


def test_screens_ask_a_fixed_number_of_questions(begin, sofia, provider):
    case = begin("review", "AF-0")
    task_id = the_task(case).pk

    def ask() -> int:
        with statements() as seen:
            queries.inbox_group(sofia.groups)
            queries.inbox_mine("sofia")
            queries.count_group(sofia.groups)
            queries.count_mine("sofia")
            queries.task(task_id, sofia)
            queries.open_tasks("AF-0")
            queries.case_instance("AF-0")
            queries.waits_of(case.pk)
            queries.timeline(case.pk)
            queries.incidents(case.pk)
        return len(seen)

    ask()  # drawings are read once
    few = ask()
    for number in range(1, 15):
        begin("review", f"AF-{number}")

    assert ask() == few == 10


@pytest.mark.parametrize(
    "value", [10**30, -(2**70), 1.5e300, 0.1, "Größe 大 \u0001", "\ud800", {"a": [None, True, {}]}]
)
def test_a_save_writes_all_that_json_can_hold(value):
    written = saving._written([{"value": value}])

    assert json.loads(written) == [{"value": value}]
