"""Golden runs of `bpmn/refund_execution.bpmn`: every end event, every boundary event."""

from __future__ import annotations

from datetime import timedelta

import pytest

from processes.engine import UncaughtBpmnError
from tests.scenarios.conftest import POLICY, started
from tests.scenarios.driver import Case


@pytest.fixture
def submitted() -> Case:
    """A refund whose first attempt is about to be sent."""
    start = {"case_no": "AF1", "policy": POLICY, "currency": "CNY", "tenant": "lingyue"}
    case = started("refund_execution", start)
    case.complete("PrepareRefund", refund_no="RF1", provider_key="RF1-1")
    return case


def test_a_refund_done_at_once_succeeds(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="succeeded")

    assert submitted.ended_at == ["Succeeded"]
    assert submitted.variables["refund_no"] == "RF1"


def test_the_providers_message_ends_the_waiting(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="pending")
    assert submitted.stands_at == ["ResultArrives"]
    assert submitted.correlation_key("ResultArrives") == "RF1-1"

    submitted.deliver("ResultArrives", outcome="succeeded")

    assert submitted.ended_at == ["Succeeded"]


def test_without_a_message_the_provider_is_asked_after_a_minute(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="pending")
    submitted.advance(timedelta(minutes=1))
    assert submitted.stands_at == ["QueryRefund"]

    submitted.complete("QueryRefund", outcome="succeeded")

    assert submitted.ended_at == ["Succeeded"]


def test_the_polling_decays(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="pending")
    asked = [timedelta(minutes=m) for m in (1, 1, 1, 1, 1, 5, 10, 20, 30, 60)]

    for delay in asked:
        submitted.advance(delay - timedelta(seconds=1))
        assert submitted.stands_at == ["ResultArrives"]
        submitted.advance(timedelta(seconds=1))
        submitted.complete("QueryRefund", outcome="pending")


def test_after_24_hours_a_person_is_asked_and_may_ask_again(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="pending")
    submitted.advance(timedelta(hours=25), answering={"QueryRefund": {"outcome": "pending"}})
    assert submitted.stands_at == ["SettleUnknownRefund"]

    submitted.complete("SettleUnknownRefund", way="query")
    submitted.complete("QueryRefund", outcome="succeeded")

    assert submitted.ended_at == ["Succeeded"]


def test_a_result_that_arrives_while_a_person_is_asked_still_counts(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="pending")
    submitted.advance(timedelta(hours=25), answering={"QueryRefund": {"outcome": "pending"}})
    submitted.deliver("ResultArrivesLate", outcome="succeeded")

    assert submitted.ended_at == ["Succeeded"]


def test_giving_up_is_an_error_to_the_caller(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="pending")
    submitted.advance(timedelta(hours=25), answering={"QueryRefund": {"outcome": "pending"}})

    with pytest.raises(UncaughtBpmnError, match="UNKNOWN_GIVEN_UP"):
        submitted.complete("SettleUnknownRefund", way="offline")


def test_a_refund_above_the_ceiling_is_an_error_to_the_caller() -> None:
    start = {"case_no": "AF1", "policy": POLICY, "currency": "CNY", "tenant": "lingyue"}
    case = started("refund_execution", start)

    with pytest.raises(UncaughtBpmnError, match="BUSINESS_REJECT"):
        case.throw("PrepareRefund", "CEILING_EXCEEDED")


def test_a_rejection_is_an_error_to_the_caller(submitted: Case) -> None:
    with pytest.raises(UncaughtBpmnError, match="BUSINESS_REJECT"):
        submitted.complete("SubmitRefund", outcome="rejected")


def test_a_closed_attempt_gets_a_new_key(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="closed")
    submitted.complete("OpenNewAttempt", provider_key="RF1-2")

    assert submitted.inputs("SubmitRefund")["provider_key"] == "RF1-2"


def test_a_provider_that_closes_every_key_is_left_to_finance(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="closed")
    for number in (2, 3, 4):
        submitted.complete("OpenNewAttempt", provider_key=f"RF1-{number}")
        if number < 4:
            submitted.complete("SubmitRefund", outcome="closed")

    with pytest.raises(UncaughtBpmnError, match="BUSINESS_REJECT"):
        submitted.complete("SubmitRefund", outcome="closed")


def test_an_attempt_that_is_not_terminal_is_queried_with_its_own_key(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="closed")
    submitted.throw("OpenNewAttempt", "NOT_TERMINAL")

    assert submitted.inputs("QueryRefund")["provider_key"] == "RF1-1"


def test_an_abnormal_account_is_tried_twice_and_then_refused(submitted: Case) -> None:
    submitted.complete("SubmitRefund", outcome="abnormal")
    submitted.complete("RetryAbnormal", outcome="abnormal")

    with pytest.raises(UncaughtBpmnError, match="BUSINESS_REJECT"):
        submitted.complete("RetryAbnormal", outcome="abnormal")
