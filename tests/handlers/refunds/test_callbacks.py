"""What a provider says by itself: once, late, out of order, wrong, unsigned, and about nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.refunds import api as refunds
from handlers.refunds import callbacks, ledger
from handlers.refunds.models import (
    LedgerEntry,
    LedgerTransaction,
    ProviderInbox,
    RejectedCallback,
)
from handlers.refunds.signing import sign
from processes import clock
from tests.handlers.refunds.conftest import SECRET, a_case
from tests.handlers.refunds.forgery import forged

pytestmark = pytest.mark.django_db


def books():
    """The ledger as bytes would be: everything in it, in order."""
    return (
        list(LedgerTransaction.objects.order_by("pk").values_list("pk", "posting_key", "kind")),
        list(LedgerEntry.objects.order_by("pk").values_list("account", "amount", "currency")),
    )


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


def test_a_success_that_arrives_after_its_own_failure_is_not_believed(simulator):
    simulator.arm("delayed")
    case = a_case().prepare()
    case.submit()

    failure = refunds.receive_callback("simulator", *forged(case, "CLOSED", 9))
    success = refunds.receive_callback("simulator", *forged(case, "SUCCESS", 5))

    assert (failure.applied, success.applied) == (True, False)
    assert case.status.state == "closed"
    assert case.order.refunded == 0


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
