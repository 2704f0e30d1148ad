"""The drawn process `refund_execution`, its real handlers, the real simulator, the real runtime."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from handlers.policies import api as policies
from handlers.refunds import api as refunds
from handlers.refunds import ledger
from processes import clock, deployment, hints, runtime, worker
from processes.contract import SYSTEM, Actor
from processes.models import Incident, ProcessInstance, UserTask
from processes.runtime.timers import fire_batch
from tests.handlers.refunds.conftest import ROOT, Case, a_case, committed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def diagrams(monkeypatch):
    monkeypatch.setattr(hints, "_quiet_until", float("inf"))
    sources = deployment.read_sources(ROOT / "bpmn", ROOT / "forms")
    wanted = {"refund_execution.bpmn": sources.resources["refund_execution.bpmn"]}
    deployment.deploy(deployment.Sources(resources=wanted, forms=sources.forms), actor=SYSTEM)


def begin(case: Case) -> ProcessInstance:
    number = runtime.start_process(
        key="refund_execution",
        business_key=case.case_no,
        variables={"case_no": case.case_no, "policy": policies.snapshot("lingyue", "CNY")},
        tenant="lingyue",
        actor=SYSTEM,
    )
    return ProcessInstance.objects.get(pk=number)


def work() -> None:
    with committed():
        worker.work()


def ended(instance: ProcessInstance) -> bool:
    instance.refresh_from_db()
    return instance.ended_at is not None


def pass_time(by: timedelta) -> None:
    clock.advance(by)
    fire_batch()
    work()


def keys_of(case: Case) -> list[str]:
    case.refund_no = case.status.refund_no
    return [attempt.provider_key for attempt in case.status.attempts]


def test_the_callback_ends_the_process(simulator, doorbell):
    case = a_case()
    instance = begin(case)
    work()
    keys = keys_of(case)
    assert not ended(instance)

    assert case.answer(doorbell).applied

    assert ended(instance)
    assert simulator.moved(key=keys[0]) == [9900]
    assert ledger.balance(ledger.clearing(case.case_no)) == 0


def test_a_time_out_is_found_by_the_first_question(simulator):
    simulator.arm("timeout_after")
    case = a_case()
    instance = begin(case)
    work()
    simulator.settle()
    assert not ended(instance)

    pass_time(timedelta(minutes=1, seconds=1))

    assert ended(instance)
    assert simulator.moved(key=keys_of(case)[0]) == [9900]


def test_a_refund_closed_after_seven_days_is_paid_on_a_new_key(simulator):
    simulator.arm("closed")
    case = a_case()
    instance = begin(case)
    work()

    pass_time(timedelta(days=7, seconds=1))
    task = UserTask.objects.get(instance=instance, closed_at=None)
    assert task.element_id == "SettleUnknownRefund"
    fay = Actor(name="fay", tenant="platform", groups=frozenset({"platform/finance"}), via="ui")
    runtime.claim_task(task.pk, fay)
    runtime.complete_user_task(task_id=task.pk, output={"way": "query"}, actor=fay)
    work()
    simulator.settle()
    pass_time(timedelta(minutes=2))

    assert ended(instance)
    first, second = keys_of(case)
    assert (simulator.moved(key=first), simulator.moved(key=second)) == ([], [9900])


def test_an_abnormal_account_goes_to_another_account(simulator, doorbell):
    simulator.arm("abnormal")
    case = a_case()
    instance = begin(case)
    work()
    keys_of(case)

    case.answer(doorbell)
    work()
    case.answer(doorbell)

    assert ended(instance)
    assert simulator.moved(key=keys_of(case)[0]) == [9900]


def test_a_question_is_asked_ever_more_rarely_until_a_person_is_asked(simulator):
    simulator.arm("delayed")
    case = a_case()
    instance = begin(case)
    work()
    key, asked = keys_of(case)[0], []

    for _ in range(26 * 3):
        if UserTask.objects.filter(instance=instance, closed_at=None).exists():
            break
        pass_time(timedelta(minutes=20))
        asked.append(simulator.calls(key, "query"))

    assert 24 <= asked[-1] <= 33
    assert all(before <= after for before, after in pairwise(asked))
    assert not Incident.objects.exists()


class TestNone:
    @pytest.fixture
    def mode(self):
        return "none"

    def test_an_unknown_outcome_is_an_incident_that_two_people_resolve(self, simulator):
        simulator.arm("timeout_after")
        case = a_case()
        instance = begin(case)
        work()
        incident = Incident.objects.get()
        key = keys_of(case)[0]

        refunds.confirm_unknown(key, paid=True, by="fay", second_by="frank", proof="bill")
        runtime.resolve_incident(incident_id=incident.pk, actor=SYSTEM, note="paid")
        work()

        assert ended(instance)
        assert simulator.calls(key) == 1
