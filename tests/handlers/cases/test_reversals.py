"""Money that arrived and came back: the case is open again, and a person has it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import transaction

from handlers.cases import api
from handlers.cases.listeners import record_reversal
from handlers.notifications import api as notifications
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from handlers.refunds import facts, preparing
from handlers.refunds.locking import opened
from handlers.refunds.models import RefundAttempt
from handlers.refunds.port import Fact, Status
from handlers.refunds.states import Proof
from processes import queries, runtime, worker
from processes.contract import Actor, BpmnError
from processes.errors import NotYourTask
from processes.models import Incident, ProcessInstance, UserTask
from tests.concurrency import GATHERING, at_once, wait_until_blocked
from tests.handlers.cases.conftest import FAY, LIN, SOFIA, apply, do
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.django_db
FRANK = Actor(
    name="frank", tenant="platform", groups=frozenset({"platform/finance_lead"}), via="ui"
)


class Bank:
    """What a provider's verified word does, told in its place."""

    def __init__(self, case_no: str) -> None:
        self.case_no = case_no

    @property
    def attempt(self) -> RefundAttempt:
        found = RefundAttempt.objects.filter(part__refund__case_no=self.case_no)
        return found.order_by("-number")[0]

    @transaction.atomic
    def says(self, status: Status, key: str = "") -> None:
        attempt = RefundAttempt.objects.get(provider_key=key) if key else self.attempt
        case = opened(refund_no=attempt.part.refund.refund_no)
        attempt.refresh_from_db()
        fact = Fact(provider_key=attempt.provider_key, status=status)
        if facts.learn(case, attempt, fact, proof=Proof.CALLBACK, digest="d"):
            facts.tell_case(case, actor=FAY)


def pay(case_no: str) -> None:
    """The provider takes the refund; what `refund.submit` would do without a provider."""
    (job,) = [one for one in runtime.claim_jobs(5, "test") if one.topic == "refund.submit"]
    Bank(case_no).says(Status.PROCESSING)
    runtime.complete_job(job, {"outcome": "pending"})


def answer(case_no: str, actor: Actor, **data: object) -> None:
    """Do the one task that waits for a person, whichever process of the case it is of."""
    (task,) = [one for key in api.business_keys_of(case_no) for one in queries.open_tasks(key)]
    runtime.claim_task(task.id, actor)
    runtime.complete_user_task(task_id=task.id, output=data, actor=actor)


def work_up_to_the_provider() -> None:
    """Do all jobs but the one that would call the provider."""
    while jobs := runtime.claim_jobs(1, "test"):
        if jobs[0].topic == "refund.submit":
            runtime.give_back(jobs)
            return
        worker.run_job(jobs[0])


def status_of(case_no: str) -> str:
    return api.case_for_buyer(case_no, "lin.buyer").status


@pytest.fixture
def arrived(deployed, evidence_folder) -> str:
    """The provider has paid, but the case has not counted it yet."""
    case_no = apply(shop_order(lines=[(3, 10000)]))
    work_up_to_the_provider()
    answer(case_no, SOFIA, decision="approve")
    work_up_to_the_provider()
    pay(case_no)
    Bank(case_no).says(Status.SUCCEEDED)
    return case_no


@pytest.fixture
def refunded(arrived) -> str:
    """A case whose ¥100.00 have arrived by a provider."""
    worker.work()
    assert status_of(arrived) == "refunded"
    return arrived


def test_finance_gets_a_task_in_the_moment_the_money_comes_back(refunded):
    Bank(refunded).says(Status.CLOSED)

    assert status_of(refunded) == "reversed"
    (task,) = queries.open_tasks(f"{refunded}/R1")
    assert (task.form_id, task.audiences) == ("resolve_failed_refund", ("platform/finance",))
    case = api.case_for_buyer(refunded, "lin.buyer")
    assert api.next_step(case).who == "finance"
    order = orders.get_order(case.order_no)
    assert (order.refunded, order.in_flight) == (0, 10000)


def test_sent_again_on_a_new_key_it_arrives(refunded):
    first = Bank(refunded).attempt.provider_key
    Bank(refunded).says(Status.CLOSED)
    answer(refunded, FAY, way="retry", note="Try again")
    work_up_to_the_provider()
    assert status_of(refunded) == "refunding"
    pay(refunded)
    assert Bank(refunded).attempt.provider_key != first
    Bank(refunded).says(Status.SUCCEEDED)
    worker.work()

    assert status_of(refunded) == "refunded"
    assert orders.get_order(api.case_for_buyer(refunded, "lin.buyer").order_no).refunded == 10000
    assert ProcessInstance.objects.filter(ended_at=None).count() == 0
    (told, _before) = [
        one for one in notifications.inbox("lin.buyer") if one.title == "Your money is back"
    ]
    assert told.case_no == refunded


def test_a_second_reversal_is_a_second_task(refunded):
    Bank(refunded).says(Status.CLOSED)
    answer(refunded, FAY, way="retry", note="Try again")
    work_up_to_the_provider()
    pay(refunded)
    Bank(refunded).says(Status.SUCCEEDED)
    worker.work()

    Bank(refunded).says(Status.CLOSED)

    assert status_of(refunded) == "reversed"
    assert len(queries.open_tasks(f"{refunded}/R2")) == 1
    assert queries.open_tasks(f"{refunded}/R1") == []


def test_paid_by_bank_with_two_people_it_is_closed(refunded):
    Bank(refunded).says(Status.CLOSED)
    answer(refunded, FAY, way="offline", bank_reference="B-1", note="slip.pdf")
    answer(refunded, FRANK, confirmed="yes")
    worker.work()

    assert status_of(refunded) == "refunded"
    assert not Incident.objects.exists()


def test_a_late_second_word_about_the_first_key_changes_nothing(refunded):
    first = Bank(refunded).attempt.provider_key
    Bank(refunded).says(Status.CLOSED)

    Bank(refunded).says(Status.CLOSED, key=first)

    assert len(queries.open_tasks(f"{refunded}/R1")) == 1


def test_nobody_but_finance_resolves_it(refunded):
    Bank(refunded).says(Status.CLOSED)
    (task,) = queries.open_tasks(f"{refunded}/R1")

    for actor in (LIN, SOFIA):
        with pytest.raises(NotYourTask):
            runtime.claim_task(task.id, actor)


def test_money_that_comes_back_before_it_is_counted_is_a_failure_for_finance(arrived):
    Bank(arrived).says(Status.CLOSED)
    with pytest.raises(BpmnError) as thrown:
        do("case.refunded", arrived)
    assert thrown.value.code == "REFUND_REVERSED"

    worker.work()

    assert status_of(arrived) == "refund_failed"
    assert [one.form_id for one in queries.open_tasks(arrived)] == ["resolve_failed_refund"]
    assert not Incident.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("attempt", range(5))
def test_a_reversal_and_the_counting_of_the_same_money_at_once_end_with_finance(arrived, attempt):
    outcomes = at_once(lambda: Bank(arrived).says(Status.CLOSED), worker.work)
    worker.work()

    assert not [one for one in outcomes if isinstance(one, Exception)]
    tasks = [one for key in api.business_keys_of(arrived) for one in queries.open_tasks(key)]
    assert [one.form_id for one in tasks] == ["resolve_failed_refund"]
    assert status_of(arrived) in ("reversed", "refund_failed")
    assert not refunds.is_settled(arrived)
    assert not Incident.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_changes_a_case_waits_for_the_money_first(arrived):
    """The order of locks: had it been the other way round, the two would wait for each other."""
    order_no = api.case_for_buyer(arrived, "lin.buyer").order_no
    reversed_ = refunds.Reversed(
        case_no=arrived, refund_no="RF", provider_key="K", amount=1, currency="CNY"
    )

    has_the_money = threading.Event()

    def provider() -> None:
        with transaction.atomic():
            orders.lock_money(order_no)
            has_the_money.set()
            wait_until_blocked()
            record_reversal(reversed_)

    def case() -> Any:
        has_the_money.wait(GATHERING)
        return do("case.refunded", arrived)

    outcomes = at_once(provider, case)

    assert outcomes == [None, {}]


def test_finance_is_shown_what_is_owed_in_money_not_what_was_agreed(deployed, evidence_folder):
    """¥100.00 paid with ¥40.00 of points: they are back for good when the card's part fails."""
    case_no = apply(shop_order(lines=[(1, 10000)], tenders=[("points", 4000), ("wallet", 6000)]))
    work_up_to_the_provider()
    answer(case_no, SOFIA, decision="approve")
    work_up_to_the_provider()
    with transaction.atomic():
        money = opened(refund_no=refunds.status(case_no).refund_no)
        facts.pay_internally(money)
        preparing.ensure_attempt(money)
    pay(case_no)
    Bank(case_no).says(Status.SUCCEEDED)
    worker.work()
    Bank(case_no).says(Status.CLOSED)

    (task,) = UserTask.objects.filter(instance__business_key=f"{case_no}/R1")
    assert task.variables["amount"] == 60
