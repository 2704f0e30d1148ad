"""P1 on the diagrams that are shipped, P2 to the microsecond, M15 at every door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.cases import api as cases
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from processes import contract, deployment, engine, queries, runtime, worker
from processes.engine import Spec
from processes.engine.types import Element
from processes.errors import TaskAlreadyClosed
from processes.lint import Surroundings, check
from processes.models import ProcessInstance, Timer
from processes.runtime import timers
from tests.deployed import deploy
from tests.handlers.cases.conftest import SOFIA, apply
from tests.handlers.shop import shop_order

ROOT = Path(__file__).resolve().parents[2]
SOURCES = deployment.read_sources(ROOT / "bpmn", ROOT / "forms")


@cache
def drawn() -> dict[str, Spec]:
    """The shipped processes as the engine reads them, without those they call."""
    diagrams, functions = SOURCES.resources, contract.feel_functions().keys()
    specs = engine.parse(diagrams, functions=functions)
    return {key: specs[key] for key in sorted(specs)}


def user_tasks() -> list[tuple[str, str]]:
    """Process and id of every user task that is shipped."""
    tasks = [(key, one.id) for key, spec in drawn().items() for one in spec.elements
             if one.type == "userTask"]  # fmt: skip
    return sorted(tasks, key=str)


def test_P1_every_wait_that_is_shipped_has_an_owner_and_a_limit_or_a_reason_why_not():
    assert len(user_tasks()) > 10
    assert deployment.lint(SOURCES) == []


@pytest.mark.parametrize(("process", "task_id"), user_tasks())
def test_P1_a_shipped_task_without_its_limit_or_its_owner_would_be_refused(process, task_id):
    spec = drawn()[process]
    around = Surroundings(topics=contract.topics(), forms=SOURCES.forms)
    limits = {"unlimited": _without_limit, "unowned": _without_owner}
    for rule, spoil in zip(("no-limit", "no-owner"), limits.values(), strict=True):
        found = check(spoil(spec.elements, task_id), spec.flows, around)
        assert (rule, task_id) in {(one.rule, one.element_id) for one in found}


def _without_limit(elements: Iterable[Element], task_id: str) -> list[Element]:
    """Take its timers away, and the reason why it needs none; its scope's, too."""
    left = [one for one in elements if not (one.attached_to and one.event == "timer")]
    return [replace(one, properties={}) for one in left]


def _without_owner(elements: Iterable[Element], task_id: str) -> list[Element]:
    nobody = {"assignee": "", "candidate_groups": (), "candidate_users": ()}
    return [replace(one, **nobody) if one.id == task_id else one for one in elements]


@pytest.fixture
def review(db) -> str:
    """A case that waits for the seller, on the shipped diagram."""
    deploy()
    case_no = apply(shop_order(lines=[(3, 10000)]))
    worker.work()
    return case_no


def stop_the_clock(moment: datetime) -> None:
    """It is exactly then, for the business, until the test is over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql VOLATILE"
            f" AS $$ SELECT '{moment.isoformat()}'::timestamptz $$"
        )


@pytest.mark.parametrize(
    ("after", "click_wins"), [(-1, True), (0, True), (1, False)], ids=["before", "at", "after"]
)
def test_P2_at_the_very_moment_of_the_deadline_the_action_wins_and_nothing_fires_twice(
    review, after, click_wins
):
    (task,) = queries.open_tasks(review)
    case = ProcessInstance.objects.get(business_key=review)
    due = Timer.objects.get(instance=case, element_id="SellerSilent").due
    runtime.claim_task(task.id, SOFIA)
    stop_the_clock(due + timedelta(microseconds=after))

    answer = {"decision": "reject", "reason": "other", "note": "No."}
    try:
        runtime.complete_user_task(task_id=task.id, output=answer, actor=SOFIA)
    except TaskAlreadyClosed:
        assert not click_wins
    for _ in range(3):
        runtime.fire_due_timers(case.pk)
        timers.fire_batch()
    worker.work()

    kinds = list(case.historyevent_set.values_list("kind", flat=True))
    assert kinds.count("timer_fired") == (0 if click_wins else 1)
    status = cases.case_for_buyer(review, "lin.buyer").status
    assert (status == "rejected") is click_wins


FRACTIONS = st.one_of(
    st.floats(), st.decimals(allow_nan=False), st.just(True), st.just("12"), st.just(None)
)


@pytest.mark.django_db
@settings(max_examples=30)
@given(amount=FRACTIONS)
def test_M15_what_is_not_a_whole_number_of_minor_units_is_refused_at_every_door(amount):
    order = shop_order(lines=[(1, 10_000)])
    case_no = f"C-{order.order_no}"
    doors = {
        "reserve": lambda: refunds.reserve(
            case_no=case_no, order_no=order.order_no, lines=[("1", None, amount)], currency="CNY"
        ),
        "grant": lambda: refunds.grant(
            case_no=case_no, order_no=order.order_no, kind="freight", amount=amount, by="cora"
        ),
    }
    for door in doors.values():
        with pytest.raises(refunds.BadAmount):
            door()
    refunds.reserve(
        case_no=case_no, order_no=order.order_no, lines=[("1", None, 5_000)], currency="CNY"
    )
    verbs = (refunds.adjust, lambda no, much: refunds.authorise(no, amount=much, basis="auto"))
    for verb in verbs:
        with pytest.raises(refunds.BadAmount):
            verb(case_no, amount)
    assert orders.get_order(order.order_no).in_flight == 5_000


@pytest.mark.django_db
def test_M15_no_table_keeps_an_amount_as_anything_but_a_whole_number():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_name ~ '^(orders|refunds|cases|policies)_'"
            " AND data_type IN ('real', 'double precision', 'numeric', 'money')"
        )
        assert cursor.fetchall() == []
