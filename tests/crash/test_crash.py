"""300 refunds while processes die: none lost, none paid twice, none ended unpaid.

A third of them at a provider of each mode, each provider a process of its own that tells
afterwards what it really paid. `CRASH_CASES` and `CRASH_KILLS` make the run longer,
`CRASH_SEED` makes it another.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import close_old_connections

from handlers.orders import api as orders
from handlers.refunds import api as refunds
from processes import clock, history
from processes.models import Incident, Job, ProcessInstance, UserTask
from tests.crash import world
from tests.crash.chaos import SWEEPERS, WORKERS, Chaos
from tests.crash.world import Opened
from tests.e2e.stack import Stack
from tests.handlers.refunds.conftest import Simulator

CASES = int(os.environ.get("CRASH_CASES", "300"))
KILLS = int(os.environ.get("CRASH_KILLS", "30"))
SEED = int(os.environ.get("CRASH_SEED", "20261122"))
PATIENCE = 150.0
MODES = ("idempotent", "lookup", "none")
CALL_TIMEOUT = 1.5
LEASE = 10

pytestmark = pytest.mark.crash


@pytest.fixture
def simulators(tmp_path: Path) -> Iterator[dict[str, Simulator]]:
    """One provider of each mode; `lookup` and `none` pay twice when asked twice."""
    running = {}
    for mode in MODES:
        (tmp_path / mode).mkdir()
        running[mode] = Simulator(mode, tmp_path / mode)
    yield running
    for simulator in running.values():
        simulator.stop()


@pytest.fixture
def stack(
    simulators: dict[str, Simulator], settings: Any, django_db_blocker: Any
) -> Iterator[Stack]:
    """A product of two workers and two sweepers that knows the three providers."""
    providers = {
        mode: simulator.entry(timeout_seconds=CALL_TIMEOUT, settle_seconds=3)
        for mode, simulator in simulators.items()
    }
    providers["simulator"] = providers["idempotent"]  # the product's own, which nobody pays with
    extra = {"PAYMENT_PROVIDERS": json.dumps(providers), "JOB_LEASE_SECONDS": str(LEASE)}
    settings.PAYMENT_PROVIDERS = providers
    with Stack(extra, seed=False, survives=True) as running:
        running.start(WORKERS[1], SWEEPERS[1])
        with django_db_blocker.unblock(), running.database():
            yield running


def test_every_refund_is_paid_exactly_once_whatever_dies(
    stack: Stack,
    simulators: dict[str, Simulator],
    capsys: pytest.CaptureFixture[str],
) -> None:
    opened = world.open_cases(CASES, MODES, Random(SEED))
    chaos = Chaos(stack, SEED)

    while sum(chaos.kills.values()) < KILLS:
        world.approve_some()
        chaos.strike()
        chaos.pause()
    retried = come_to_rest(
        stack, known={case.case_no for case in opened if case.provider != "none"}
    )
    unknown = with_a_person()

    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(opened)} cases; killed {dict(chaos.kills)}; {dict(chaos.other)};"
            f" {len(unknown)} unknown outcomes with a person; tried again: {retried}\n"
        )
    ended = set(
        ProcessInstance.objects.filter(status="ended").values_list("business_key", flat=True)
    )
    assert {case.case_no for case in opened} == ended | unknown, "lost"
    for case in opened:
        paid = simulators[case.provider].moved(payment_ref=case.payment_ref)
        assert len(paid) <= 1, f"{case} was paid twice: {paid}"
        assert case.case_no not in ended or paid == [case.amount], f"{case} ended with {paid}"
        assert case.case_no not in unknown or case.provider == "none", f"{case} needs a person"
    check_books(opened, ended)


def come_to_rest(stack: Stack, known: set[str]) -> list[str]:
    """Wait until nothing moves any more; return why an operator had to press "try again".

    A job that was there when its worker died three times is an incident. Where the outcome can
    be `known`, the operator presses the button, since that is safe; elsewhere nobody does.
    """
    until, retried = time.monotonic() + PATIENCE, []
    while True:
        world.approve_some(100)
        retried += world.try_again(known)
        running = set(
            ProcessInstance.objects.filter(status="running").values_list("business_key", flat=True)
        )
        if running <= with_a_person() - known:
            return retried
        assert time.monotonic() < until, _stuck(stack, running, retried)
        # Polls are minutes apart on the business clock; jobs keep their own pace.
        clock.advance(timedelta(hours=1))
        threading.Event().wait(1)


def with_a_person() -> set[str]:
    """Cases with an incident, or whose provider did not say for a day what became of it."""
    incidents = Incident.objects.filter(resolved_at=None)
    asked = UserTask.objects.filter(element_id="SettleUnknownRefund", closed_at=None)
    return set(incidents.values_list("instance__business_key", flat=True)) | set(
        asked.values_list("business_key", flat=True)
    )


def check_books(opened: list[Opened], ended: set[str]) -> None:
    """Our own books agree, and every history is whole and leads to the state that is stored."""
    for case in opened:
        if case.case_no in ended:
            status = refunds.status(case.case_no)
            assert status is not None, case
            order = orders.get_order(case.order_no)
            assert (status.paid, order.refunded, order.in_flight) == (case.amount, case.amount, 0)
    for instance in ProcessInstance.objects.all():
        for verdict in (history.verify(instance), history.replay(instance)):
            assert verdict.sound, f"{instance.business_key}: {verdict.sentence}"
    assert not Job.objects.filter(instance__status="ended").exists()


def _stuck(stack: Stack, cases: set[str], retried: list[str]) -> str:
    """What the cases that do not come to rest wait for."""
    close_old_connections()
    waits = list(
        ProcessInstance.objects.filter(business_key__in=cases).values_list("business_key", "waits")
    )[:5]
    jobs = list(
        Job.objects.filter(instance__business_key__in=cases).values_list(
            "instance__business_key", "topic", "state", "attempts", "run_at", "last_error"
        )[:5]
    )
    money = [refunds.status(case_no) for case_no in sorted(cases)[:5]]
    told = (waits, retried[-3:], jobs, money, stack.log("worker"))
    return "\n".join((f"{len(cases)} cases are not at rest", *map(str, told)))
