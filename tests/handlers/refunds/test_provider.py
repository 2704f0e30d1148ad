"""A refund against the real simulator process: every outcome, every fault, every mode."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from handlers.refunds import api as refunds
from handlers.refunds import callbacks, driving, exchanges, ledger
from handlers.refunds.models import (
    AdapterLog,
    LedgerEntry,
    LedgerTransaction,
    ProviderInbox,
    ReconciliationRow,
    RejectedCallback,
)
from handlers.refunds.signing import sign
from processes import clock
from processes.contract import PermanentFailure, Retry
from tests.handlers.refunds.conftest import SECRET, a_case, deadline
from tests.handlers.shop import worked_example

pytestmark = pytest.mark.django_db


def books():
    """The ledger as bytes would be: everything in it, in order."""
    return (
        list(LedgerTransaction.objects.order_by("pk").values_list("pk", "posting_key", "kind")),
        list(LedgerEntry.objects.order_by("pk").values_list("account", "amount", "currency")),
    )


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


def test_M8_the_same_callback_three_times_leaves_the_ledger_as_it_is(simulator, doorbell):
    simulator.arm("duplicate_callback")
    case = a_case().prepare()
    case.submit()
    case.answer(doorbell)
    before = books()

    again = [case.answer(doorbell), case.answer(doorbell)]
    case.query()

    assert [(one.status_code, one.applied) for one in again] == [(200, False)] * 2
    assert books() == before
    assert ProviderInbox.objects.count() == 1


def test_an_older_callback_that_arrives_later_changes_nothing(simulator, doorbell):
    simulator.arm("reordered_callbacks")
    case = a_case().prepare()
    case.submit()
    case.answer(doorbell)

    late = case.answer(doorbell)

    assert (late.status_code, late.applied) == (200, False)
    assert case.status.settled


def test_a_callback_before_the_answer_counts(simulator, doorbell):
    simulator.arm("callback_first")
    case = a_case().prepare()
    case.submit()

    assert case.status.settled
    assert not case.answer(doorbell).applied
    assert ledger.balance(ledger.clearing(case.case_no)) == 0


@pytest.mark.parametrize(
    ("fault", "reason", "status"),
    [("wrong_amount", "figures", 200), ("bad_signature", "signature", 401)],
)
def test_M9_a_callback_that_is_wrong_changes_nothing_but_the_list_of_refused_ones(
    simulator, doorbell, fault, reason, status
):
    simulator.arm(fault)
    case = a_case().prepare()
    case.submit()
    before, ledger_before, order_before = case.status, books(), case.order

    result = case.answer(doorbell)

    assert (result.status_code, result.applied) == (status, False)
    assert (case.status, books(), case.order) == (before, ledger_before, order_before)
    assert RejectedCallback.objects.get().reason == reason
    assert not ProviderInbox.objects.exists()


class TestLookup:
    """A provider that pays each call, but can be asked."""

    @pytest.fixture
    def mode(self):
        return "lookup"

    @pytest.mark.parametrize("fault", ["timeout_after", "error_after"])
    def test_M7_it_is_asked_before_anything_is_sent_again(self, simulator, fault):
        simulator.arm(fault)
        case = a_case().prepare()

        assert case.submit() == "pending"
        simulator.settle()

        assert case.submit() == "succeeded"
        assert simulator.moved(key=case.key) == [9900]
        assert simulator.calls(case.key) == 1

    def test_it_is_not_asked_before_the_settle_delay(self, simulator, settings):
        settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry(settle_seconds=600)}
        simulator.arm("timeout_after")
        case = a_case().prepare()
        case.submit()

        with pytest.raises(Retry) as early:
            case.submit()

        assert 500 < early.value.after_seconds <= 600
        assert simulator.calls(case.key, "query") == 0

    def test_what_it_never_heard_of_is_sent_again(self, simulator):
        simulator.arm("error_before")
        case = a_case().prepare()
        case.submit()

        assert case.query() == "pending"
        simulator.settle()

        assert case.query() == "succeeded"
        assert simulator.moved(key=case.key) == [9900]


class TestNone:
    """A provider that pays each call and cannot be asked."""

    @pytest.fixture
    def mode(self):
        return "none"

    def test_M7_an_unknown_outcome_goes_to_a_person_and_is_never_tried_again(self, simulator):
        simulator.arm("timeout_after")
        case = a_case().prepare()

        for _ in range(3):
            with pytest.raises(PermanentFailure):
                case.submit()

        assert simulator.calls(case.key) == 1
        assert case.status.state == "unknown"

    def test_two_people_confirm_that_it_was_paid(self, simulator):
        simulator.arm("timeout_after")
        case = a_case().prepare()
        with pytest.raises(PermanentFailure):
            case.submit()

        with pytest.raises(refunds.FourEyesMissing):
            refunds.confirm_unknown(case.key, paid=True, by="fay", second_by="fay", proof="bill")
        refunds.confirm_unknown(case.key, paid=True, by="fay", second_by="frank", proof="bill")

        assert case.submit() == "succeeded"
        assert case.status.attempts[0].proof == "people"

    def test_two_people_confirm_that_it_was_not_paid(self, simulator):
        simulator.arm("error_before")
        case = a_case().prepare()
        with pytest.raises(PermanentFailure):
            case.submit()
        refunds.confirm_unknown(case.key, paid=False, by="fay", second_by="frank", proof="bill")

        assert case.submit() == "closed"
        case.prepare()
        assert case.submit() == "pending"
        assert simulator.calls(case.key) == 1


class TestAlipayLike:
    """The second provider: one file, one entry of the settings."""

    @pytest.fixture
    def case(self, simulator, settings):
        adapter = "handlers.refunds.adapters.alipay_like.AlipayLikeGateway"
        settings.PAYMENT_PROVIDERS = {"alipay": simulator.entry(adapter=adapter)}
        return a_case(worked_example(provider="alipay")).prepare()

    def test_it_is_done_at_once(self, simulator, case):
        assert case.submit() == "succeeded"

        assert case.status.attempts[0].proof == "reply"
        assert simulator.moved(key=case.key) == [9900]
        assert ledger.balance("provider:alipay") == -9900

    def test_M7_an_answer_that_got_lost_is_found_by_asking(self, simulator, case):
        simulator.arm("timeout_after")

        assert case.submit() == "pending"
        assert case.submit() == "pending"
        assert case.query() == "succeeded"

        assert simulator.moved(key=case.key) == [9900]


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


def forged(
    case, status: str, minutes: int, *, attempt=None, total: int = 0
) -> tuple[dict[str, str], bytes]:
    """A callback signed as the provider would, of a moment so many minutes from now."""
    attempt = attempt or case.status.attempts[-1]
    resource = {
        "refund_id": "5001",
        "out_refund_no": attempt.provider_key,
        "transaction_id": f"PAY-{case.order_no}-{attempt.tender_no}",
        "status": status,
        "changed_at": (clock.now() + timedelta(minutes=minutes)).isoformat(),
        "amount": {
            "refund": attempt.amount,
            "total": total or case.order.paid,
            "currency": "CNY",
        },
    }
    body = json.dumps({"id": f"EV-{status}-{minutes}", "resource": resource}).encode()
    return sign(key_id="afterflow", secret=SECRET, subject="NOTIFY", body=body), body


def test_a_success_that_arrives_after_its_own_failure_is_not_believed(simulator):
    simulator.arm("delayed")
    case = a_case().prepare()
    case.submit()

    failure = refunds.receive_callback("simulator", *forged(case, "CLOSED", 9))
    success = refunds.receive_callback("simulator", *forged(case, "SUCCESS", 5))

    assert (failure.applied, success.applied) == (True, False)
    assert case.status.state == "closed"
    assert case.order.refunded == 0


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


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{}", 401), (b"x" * 70_000, 413), (b"\x00\xff" * 40, 401)],
)
def test_M9_what_nobody_signed_costs_one_row_however_often_it_comes(simulator, body, status):
    for _ in range(3):
        assert refunds.receive_callback("simulator", {}, body).status_code == status

    assert RejectedCallback.objects.get().seen == 3


def test_M9_a_flood_of_different_contents_is_counted_and_not_kept(simulator, monkeypatch):
    monkeypatch.setattr(callbacks, "MOST_KEPT_AN_HOUR", 3)
    for number in range(10):
        assert refunds.receive_callback("simulator", {}, b"%d" % number).status_code == 401
    refunds.receive_callback("simulator", {}, b"1")

    assert sum(RejectedCallback.objects.values_list("seen", flat=True)) == 11
    assert RejectedCallback.objects.count() == 4
    clock.advance(timedelta(hours=1, seconds=1))
    refunds.receive_callback("simulator", {}, b"an hour later")
    assert RejectedCallback.objects.count() == 5


def test_M9_a_signed_callback_about_a_key_nobody_made_is_wanted_again(simulator):
    case = a_case().prepare()
    headers, body = forged(case, "SUCCESS", 0)
    body = body.replace(case.refund_no.encode(), b"RF-nobody")
    headers = sign(key_id="afterflow", secret=SECRET, subject="NOTIFY", body=body)

    assert refunds.receive_callback("simulator", headers, body).status_code == 404
    assert refunds.receive_callback("nobody", headers, body).status_code == 404


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
