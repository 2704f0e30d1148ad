"""Every status and every form says who acts next, until when, and what if nobody does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from handlers.cases.outlook import OpenTask, forms, next_step
from handlers.cases.status import OPEN, Status

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DRAWN = {path.stem for path in Path("forms").glob("*.form")} - {"apply_refund_only"}


@pytest.mark.parametrize("status", list(Status))
def test_every_status_says_who_acts_next(status):
    step = next_step(status, [])

    assert step.who
    assert str(step.what)
    assert (step.who == "nobody") <= (status not in OPEN)


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("form_id", ["", *sorted(DRAWN)])
def test_the_buyer_is_spoken_to_and_never_about(status, form_id):
    tasks = [OpenTask(form_id=form_id, expires_at=NOON)]

    ours, theirs = next_step(status, tasks), next_step(status, tasks, to_buyer=True)

    assert theirs.who == ours.who
    assert bool(theirs.then) == bool(ours.then)
    assert "buyer" not in f"{theirs.what} {theirs.then}".lower()


def test_every_form_of_a_task_has_an_outlook():
    assert forms() == DRAWN


def test_the_deadline_is_that_of_the_task_which_ends_first():
    step = next_step(
        Status.DISPUTED,
        [
            OpenTask(form_id="add_evidence", expires_at=NOON + timedelta(hours=2)),
            OpenTask(form_id="respond_to_dispute", expires_at=NOON + timedelta(hours=1)),
            OpenTask(form_id="decide_dispute", expires_at=None),
        ],
    )

    assert step.who == "seller"
    assert step.until == NOON + timedelta(hours=1)
    assert "without it" in str(step.then)


def test_a_closed_case_waits_for_nobody_even_with_a_task_left_open():
    step = next_step(Status.WITHDRAWN, [OpenTask(form_id="review_refund", expires_at=NOON)])

    assert step.who == "nobody"
    assert step.until is None
