"""A ready job is done soon, also when the worker that is told hears nothing."""

from __future__ import annotations

from itertools import count

import pytest

from handlers.cases import api as cases
from handlers.cases.api import RequestedLine
from handlers.orders import api as orders
from processes import clock
from processes.contract import Actor
from tests.e2e.test_whole_way import _order

LONGEST = 30.0
"""Seconds on a busy machine; on a free one it is six."""
_numbers = count(1)


@pytest.fixture
def ask(stack, django_db_blocker):
    """Lin asks for a refund: the first job of the case tells its seller."""

    def submit() -> str:
        order_no = f"SO-DEAF-{next(_numbers):03d}"
        with django_db_blocker.unblock(), stack.database():
            orders.place_order(_order(order_no, 9_900, clock.now()))
            return cases.submit(
                order_no=order_no,
                lines=[RequestedLine(line_no="1", qty=None, amount=9_900)],
                reason="not_shipped",
                buyer=Actor(name="lin.buyer", via="ui"),
                client_token=order_no,
            )

    return submit


def test_a_ready_job_is_done_while_the_worker_is_deaf(stack, ask):
    stack.pause("worker")
    try:
        case_no = ask()  # which nobody but the sweeper is there to go on with
        stack.until(lambda: _told(stack, case_no), patience=LONGEST)
    finally:
        stack.resume("worker")


def test_a_stack_that_is_up_has_a_worker_that_listens(stack):
    assert (stack.folder / "worker.ready").exists()


def _told(stack, case_no: str) -> bool:
    rows = stack.rows(
        "SELECT 1 FROM processes_historyevent h JOIN processes_processinstance i"
        " ON i.id = h.instance_id WHERE i.business_key = %s AND h.kind = 'job_completed'",
        [case_no],
    )
    return bool(rows)
