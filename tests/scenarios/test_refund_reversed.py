"""Golden runs of `bpmn/refund_reversed.bpmn`: every end event, every boundary event."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.conftest import POLICY, started
from tests.scenarios.driver import Case


@pytest.fixture
def came_back() -> Case:
    """A refund of ¥90.00 that arrived and left again."""
    return started(
        "refund_reversed",
        {
            "case_no": "AF20261102-0000017",
            "tenant": "lingyue",
            "buyer": "lin.buyer",
            "currency": "CNY",
            "agreed": 9000,
            "policy": POLICY,
        },
    )


def retried(case: Case) -> Case:
    """Sent once more, under a new key."""
    case.complete("ResolveFailedRefund", way="retry", completed_by="fay")
    case.complete("StartRefund")
    case.complete("PrepareRefund", refund_no="RF1", provider_key="RF1-2")
    return case


def paid_by_bank(case: Case) -> Case:
    """Finance has paid another way; a second person is asked."""
    case.complete(
        "ResolveFailedRefund",
        way="offline",
        bank_reference="B1",
        note="slip.pdf",
        completed_by="fay",
    )
    return case


def test_finance_is_asked_first(came_back: Case) -> None:
    assert came_back.stands_at == ["ResolveFailedRefund"]
    assert came_back.inputs("ResolveFailedRefund")["amount"] == 90


def test_sent_once_more_it_arrives_and_the_buyer_is_told(came_back: Case) -> None:
    retried(came_back).complete("SubmitRefund", outcome="succeeded")
    came_back.complete("RecordRefunded")
    assert came_back.inputs("NotifyBuyer")["to"] == "lin.buyer"
    came_back.complete("NotifyBuyer")

    assert came_back.ended_at[-1] == "Refunded"


def test_a_provider_that_refuses_brings_it_back_to_finance(came_back: Case) -> None:
    retried(came_back).complete("SubmitRefund", outcome="rejected")
    assert came_back.stands_at == ["RecordRefundFailure"]

    came_back.complete("RecordRefundFailure")

    assert came_back.stands_at == ["ResolveFailedRefund"]


def test_a_refund_given_up_comes_back_to_finance(came_back: Case) -> None:
    retried(came_back).complete("SubmitRefund", outcome="pending")
    came_back.advance(timedelta(hours=26), answering={"QueryRefund": {"outcome": "pending"}})
    assert came_back.stands_at == ["SettleUnknownRefund"]
    came_back.complete("SettleUnknownRefund", way="offline")

    assert came_back.stands_at == ["RecordRefundFailure"]


def test_paid_another_way_two_people_answer_for_it(came_back: Case) -> None:
    paid_by_bank(came_back)
    assert came_back.stands_at == ["ConfirmOfflinePayment"]
    came_back.complete("ConfirmOfflinePayment", confirmed="yes", completed_by="frank")

    assert came_back.inputs("RecordOfflinePayment") == {
        "case_no": "AF20261102-0000017",
        "by": "fay",
        "second_by": "frank",
        "amount": 9000,
        "bank_reference": "B1",
        "proof": "slip.pdf",
    }
    came_back.complete("RecordOfflinePayment", outcome="succeeded")
    assert came_back.stands_at == ["RecordRefunded"]


def test_a_second_person_who_says_no_sends_it_back(came_back: Case) -> None:
    paid_by_bank(came_back).complete("ConfirmOfflinePayment", confirmed="no", completed_by="frank")

    assert came_back.stands_at == ["ResolveFailedRefund"]


def test_one_person_alone_is_refused(came_back: Case) -> None:
    paid_by_bank(came_back).complete("ConfirmOfflinePayment", confirmed="yes", completed_by="fay")
    came_back.throw("RecordOfflinePayment", "FOUR_EYES")

    assert came_back.stands_at == ["ResolveFailedRefund"]


def test_what_is_still_owed_is_what_two_people_pay_and_see(came_back: Case) -> None:
    retried(came_back).complete("SubmitRefund", outcome="rejected")
    came_back.complete("RecordRefundFailure", owed=4000)
    assert came_back.inputs("ResolveFailedRefund")["amount"] == 40

    paid_by_bank(came_back)
    assert came_back.inputs("ConfirmOfflinePayment")["amount"] == 40
    came_back.complete("ConfirmOfflinePayment", confirmed="yes", completed_by="frank")
    assert came_back.inputs("RecordOfflinePayment")["amount"] == 4000


def test_what_cannot_be_recorded_comes_back_with_the_reason_and_what_is_owed_now(
    came_back: Case,
) -> None:
    paid_by_bank(came_back).complete("ConfirmOfflinePayment", confirmed="yes", completed_by="fay")
    came_back.throw("RecordOfflinePayment", "FOUR_EYES", why="OWED_DIFFERS", owed_now=3000)

    asked = came_back.inputs("ResolveFailedRefund")
    assert (asked["refused"], asked["amount"]) == ("OWED_DIFFERS", 30)
    paid_by_bank(came_back)
    assert came_back.inputs("ConfirmOfflinePayment")["amount"] == 30


def test_money_that_comes_back_again_at_once_is_a_failure(came_back: Case) -> None:
    retried(came_back).complete("SubmitRefund", outcome="succeeded")
    came_back.throw("RecordRefunded", "REFUND_REVERSED")
    came_back.complete("RecordRefundFailure")

    assert came_back.stands_at == ["ResolveFailedRefund"]
