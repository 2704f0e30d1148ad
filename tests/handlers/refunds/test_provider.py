"""A refund against the real simulator process: every outcome and every fault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers.refunds import api as refunds
from handlers.refunds import driving, exchanges, ledger
from handlers.refunds.models import (
    AdapterLog,
    ReconciliationRow,
)
from processes import clock
from processes.contract import Retry
from tests.handlers.refunds.conftest import SECRET, a_case, deadline

pytestmark = pytest.mark.django_db


def test_a_refund_is_accepted_then_proven_by_the_callback(simulator, doorbell):
    case = a_case().prepare()

    assert case.submit() == "pending"
    assert case.answer(doorbell).applied

    assert simulator.moved(key=case.key) == [9900]
    assert case.status.settled
    assert case.status.attempts[0].proof == "callback"
    assert (case.order.refunded, case.order.in_flight) == (9900, 0)
    assert ledger.balance(ledger.clearing(case.case_no)) == 0
    assert ledger.balance("provider:simulator") == -9900


def test_a_refund_whose_callback_never_comes_is_found_by_asking(simulator):
    simulator.arm("no_callback")
    case = a_case().prepare()
    case.submit()

    simulator.settle()

    assert case.query() == "succeeded"
    assert case.status.attempts[0].proof == "query"


@pytest.mark.parametrize(
    "fault", ["timeout_after", "error_after", "broken_body", "bad_reply_signature"]
)
def test_M7_an_unknown_outcome_is_settled_with_the_same_key_and_pays_once(simulator, fault):
    simulator.arm(fault)
    case = a_case().prepare()

    assert case.submit() == "pending"
    assert case.status.state == "unknown"
    simulator.settle()

    assert case.submit() == "succeeded"
    assert simulator.moved(key=case.key) == [9900]
    assert simulator.calls(case.key) == 2
    assert len(case.status.attempts) == 1


def test_an_error_before_execution_is_no_loss(simulator):
    simulator.arm("error_before")
    case = a_case().prepare()

    assert case.submit() == "pending"
    assert case.query() == "pending"
    simulator.settle()

    assert case.query() == "succeeded"
    assert simulator.moved(key=case.key) == [9900]


def test_a_provider_that_cannot_be_reached_was_surely_not_asked(simulator, settings):
    settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry(base_url="http://127.0.0.1:9")}
    case = a_case().prepare()

    with pytest.raises(Retry):
        case.submit()
    assert case.status.attempts[0].state == "created"
    settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry()}

    assert case.submit() == "pending"


def test_a_provider_that_is_busy_is_asked_later(simulator):
    simulator.arm("too_frequent")
    case = a_case().prepare()

    with pytest.raises(Retry) as later:
        case.submit()

    assert later.value.after_seconds == 60
    assert case.submit() == "pending"


@pytest.mark.parametrize("fault", ["not_enough", "account_closed"])
def test_a_business_refusal_goes_to_a_person_and_may_be_tried_again_with_the_same_key(
    simulator, fault
):
    simulator.arm(fault)
    case = a_case().prepare()
    key = case.key

    assert case.submit() == "rejected"
    assert case.status.state == "rejected"
    assert case.order.in_flight == 9900
    case.prepare()

    assert case.key == key
    assert case.submit() == "pending"


def test_a_closed_refund_needs_a_new_key_and_pays_once(simulator, doorbell):
    simulator.arm("closed")
    case = a_case().prepare()
    first = case.key
    assert case.submit() == "pending"

    simulator.advance(timedelta(days=7, seconds=1))
    case.answer(doorbell)
    assert case.query() == "closed"
    case.prepare()
    assert case.key != first
    case.submit()
    case.answer(doorbell)

    assert case.status.settled
    assert simulator.moved(payment_ref=f"PAY-{case.order_no}-1") == [9900]
    assert [attempt.state for attempt in case.status.attempts] == ["closed", "succeeded"]


def test_an_abnormal_account_is_answered_by_another_account(simulator, doorbell):
    simulator.arm("abnormal")
    case = a_case().prepare()
    case.submit()
    case.answer(doorbell)
    assert case.submit() == "abnormal"

    assert driving.retry_abnormal(case.key, deadline=deadline()) == "pending"
    case.answer(doorbell)

    assert case.status.settled
    assert simulator.moved(key=case.key) == [9900]


def test_a_success_that_fails_later_is_reversed_and_owed_again(simulator, doorbell, heard):
    simulator.arm("succeeded_then_failed")
    case = a_case().prepare()
    case.submit()
    case.answer(doorbell)
    assert case.status.settled

    simulator.advance(timedelta(days=2, seconds=1))
    case.answer(doorbell)

    assert case.status.state == "reversed"
    assert [(told.case_no, told.amount) for told in heard] == [(case.case_no, 9900)]
    assert (case.order.refunded, case.order.in_flight) == (0, 9900)
    assert ledger.balance(ledger.clearing(case.case_no)) == -9900
    assert ledger.balance("provider:simulator") == 0
    assert ReconciliationRow.objects.filter(finding="STATUS_DIFF", critical=True).exists()
    case.prepare()
    case.submit()
    case.answer(doorbell)
    assert case.status.settled
    assert sum(simulator.moved(payment_ref=f"PAY-{case.order_no}-1")) == 9900
    assert ledger.balance(ledger.clearing(case.case_no)) == 0


def test_people_who_erred_are_corrected_by_the_provider(simulator, doorbell, settings):
    simulator.arm("timeout_after")
    case = a_case().prepare()
    case.submit()
    refunds.confirm_unknown(case.key, paid=False, by="fay", second_by="frank", proof="console")
    first = case.key
    case.prepare()

    assert case.answer(doorbell).applied

    assert case.status.settled
    assert case.submit() == "succeeded"
    assert simulator.calls(first) == 1
    assert simulator.calls(case.key) == 0


def test_a_refusal_says_nothing_about_an_earlier_call_that_got_lost(simulator):
    simulator.arm("error_before")
    case = a_case().prepare()
    case.submit()
    simulator.arm("not_enough")

    assert case.submit() == "pending"

    assert case.status.state == "unknown"


def test_not_being_connected_says_nothing_about_an_earlier_call_that_got_lost(simulator, settings):
    simulator.arm("timeout_after")
    case = a_case().prepare()
    case.submit()
    settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry(base_url="http://127.0.0.1:9")}

    with pytest.raises(Retry):
        case.submit()

    assert case.status.state == "unknown"


def test_a_payment_past_the_providers_window_goes_to_a_person_without_a_call(simulator):
    case = a_case().prepare()
    clock.advance(timedelta(days=366))

    assert case.submit() == "rejected"

    assert case.status.attempts[0].code == "WINDOW_PASSED"
    assert simulator.calls(case.key) == 0


def test_an_exchange_is_logged_without_secrets(simulator):
    case = a_case().prepare()
    case.submit()

    log = AdapterLog.objects.get(provider_key=case.key)
    assert (log.operation, log.outcome, log.request["amount"]) == ("submit", "accepted", 9900)
    assert SECRET not in log.reply
    assert exchanges.masked('{"card_no": "6222021234567890123", "x": 6222021234567890123}') == (
        '{"card_no": "…", "x": …}'
    )


def test_a_call_is_not_begun_when_the_lease_would_not_outlast_it(simulator):
    case = a_case().prepare()

    with pytest.raises(Retry):
        driving.submit(case.key, deadline=datetime.now(UTC) + timedelta(seconds=3))

    assert case.status.attempts[0].state == "created"
    assert simulator.calls(case.key) == 0


def test_M7_what_was_said_of_a_key_does_not_outlive_its_next_call(simulator, settings):
    case = a_case().prepare()
    simulator.arm("error_before")
    case.submit()
    said = refunds.state_outcome(case.key, paid=False, by="fay", proof="not on the console")
    simulator.arm("error_after")
    case.submit()  # an operator had it tried again, and this call was executed
    assert (case.status.state, simulator.calls(case.key)) == ("unknown", 2)

    with pytest.raises(refunds.NoStatement):
        refunds.answer_statement(said.id, agreed=True, by="frank")

    assert case.status.state == "unknown"
