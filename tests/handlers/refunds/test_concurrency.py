"""Several connections at once: the rules hold under any interleaving PostgreSQL gives us."""

from __future__ import annotations

import pytest

from handlers.orders import api as orders
from handlers.refunds import api as refunds
from handlers.refunds import ledger
from handlers.refunds.models import Grant, LedgerTransaction, ProviderInbox
from processes.contract import PermanentFailure, Retry
from tests.concurrency import at_once
from tests.handlers.refunds.conftest import a_case
from tests.handlers.shop import worked_example

pytestmark = pytest.mark.django_db(transaction=True)


def reserve(order, case_no, amount=18_393, line_no="1"):
    return refunds.reserve(
        case_no=case_no,
        order_no=order.order_no,
        lines=[(line_no, None, amount)],
        currency="CNY",
    )


def test_M3_two_open_cases_cannot_overbook_one_line():
    order = worked_example()

    results = at_once(*(lambda n=n: reserve(order, f"C-{n}", 10_000) for n in range(4)))

    assert sum(isinstance(result, refunds.HoldView) for result in results) == 1
    assert sum(isinstance(result, refunds.AboveCeiling) for result in results) == 3
    assert orders.get_order(order.order_no).in_flight == 10_000


def test_M3_adjusting_up_and_reserving_share_one_room():
    order = worked_example()
    reserve(order, "C-1", 9_000)

    at_once(lambda: refunds.adjust("C-1", 18_000), lambda: reserve(order, "C-2", 9_000))

    after = orders.get_order(order.order_no)
    assert after.line("1").in_flight == 18_000
    assert after.in_flight <= after.paid


def test_the_same_reservation_at_once_holds_once():
    order = worked_example()

    at_once(*(lambda: reserve(order, "C-1", 5_000) for _ in range(4)))

    assert orders.get_order(order.order_no).in_flight == 5_000


def test_M11_releases_at_once_free_the_hold_once():
    order = worked_example()
    reserve(order, "C-1", 5_000)
    reserve(order, "C-2", 7_000)

    at_once(*(lambda: refunds.release("C-1") for _ in range(4)))

    assert orders.get_order(order.order_no).in_flight == 7_000


def test_one_word_prepares_one_refund_however_many_workers_ask():
    case = a_case()

    at_once(*(lambda: case.prepare() for _ in range(4)))

    assert len(case.status.attempts) == 1
    assert LedgerTransaction.objects.filter(kind="obligation").count() == 1


@pytest.mark.parametrize("mode", ["idempotent", "lookup", "none"])
def test_M7_workers_that_submit_one_key_at_once_pay_once(simulator, mode, settings):
    settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry(settle_seconds=60)}
    case = a_case().prepare()

    results = at_once(*(lambda: case.submit() for _ in range(4)))
    simulator.settle()

    assert simulator.moved(key=case.key) == [9_900]
    assert all(
        result in ("pending", "succeeded") or isinstance(result, (Retry, PermanentFailure))
        for result in results
    )


def test_M8_one_callback_many_times_at_once_is_applied_once(simulator, doorbell):
    case = a_case().prepare()
    case.submit()
    headers, body = doorbell.next(case.refund_no)

    results = at_once(
        *(lambda: refunds.receive_callback("simulator", headers, body) for _ in range(6))
    )

    assert sorted(result.applied for result in results) == [False] * 5 + [True]
    assert {result.status_code for result in results} == {200}
    assert ProviderInbox.objects.count() == 1
    assert case.order.refunded == 9_900
    assert ledger.balance(ledger.clearing(case.case_no)) == 0


def test_a_callback_and_a_question_at_once_settle_once(simulator, doorbell):
    case = a_case().prepare()
    case.submit()
    headers, body = doorbell.next(case.refund_no)

    at_once(
        lambda: refunds.receive_callback("simulator", headers, body),
        case.query,
        case.query,
    )

    assert case.status.settled
    assert LedgerTransaction.objects.filter(kind="settlement").count() == 1


def test_M12_grants_at_once_stay_under_their_cap():
    order = worked_example()

    def grant():
        return refunds.grant(
            case_no="C-1", order_no=order.order_no, kind="freight", amount=2_000, by="cora"
        )

    at_once(*(grant for _ in range(3)))

    assert [row.amount for row in Grant.objects.all()] == [2_000]


def test_the_rate_rule_queues_refunds_of_one_payment(simulator, settings):
    settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry(min_interval_seconds=60)}
    order = worked_example()
    first = a_case(order, lines=(("1", None, 100),)).prepare()
    second = a_case(order, lines=(("2", None, 100),)).prepare()
    first.submit()

    with pytest.raises(Retry) as later:
        second.submit()

    assert 50 < later.value.after_seconds <= 60
    assert simulator.calls(second.key) == 0
