"""Golden runs of `bpmn/customer_service.bpmn`: every end event, every boundary event."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.scenarios.conftest import started, variables
from tests.scenarios.driver import Case


@pytest.fixture
def dispute() -> Case:
    """Both sides are asked for their story."""
    start = variables() | {"opened_by": "lin.buyer"}
    case = started("customer_service", start)
    case.complete("OpenDispute")
    return case


@pytest.fixture
def heard(dispute: Case) -> Case:
    """Both sides were heard; customer service decides."""
    dispute.complete("RespondToDispute", statement="delivered")
    dispute.complete("AddEvidence", statement="not delivered")
    return dispute


def decide(case: Case, amount: float, task: str = "DecideDispute") -> None:
    case.complete(
        task,
        outcome="refund",
        amount=amount,
        responsible="seller",
        reason="§25",
        completed_by="cora",
    )


def test_both_stories_reach_the_person_who_decides(heard: Case) -> None:
    inputs = heard.inputs("DecideDispute")

    assert inputs["seller_statement"] == "delivered"
    assert inputs["buyer_statement"] == "not delivered"


def test_a_small_verdict_needs_one_person(heard: Case) -> None:
    decide(heard, 500)
    heard.complete("RecordVerdict", outcome="refund", amount=50000)

    assert heard.ended_at == ["VerdictGiven"]
    assert heard.variables["verdict"] == {"outcome": "refund", "amount": 50000}


def test_a_verdict_above_the_limit_is_confirmed_by_a_second_person(heard: Case) -> None:
    decide(heard, 500.01)
    assert heard.stands_at == ["ConfirmVerdict"]
    heard.complete("ConfirmVerdict", confirmed="yes", completed_by="leo")

    recorded = heard.inputs("RecordVerdict")
    assert (recorded["by"], recorded["second_by"], recorded["amount"]) == ("cora", "leo", 50001)


def test_an_unconfirmed_verdict_is_decided_again(heard: Case) -> None:
    decide(heard, 600)
    heard.complete("ConfirmVerdict", confirmed="no", completed_by="leo")

    assert heard.stands_at == ["DecideDispute"]


def test_a_verdict_the_money_rules_refuse_is_decided_again(heard: Case) -> None:
    decide(heard, 400)
    heard.throw("RecordVerdict", "VERDICT_REFUSED")

    assert heard.stands_at == ["DecideDispute"]
    assert heard.inputs("DecideDispute")["refused"] == "VERDICT_REFUSED"


def test_the_seller_has_48_hours_to_respond(dispute: Case) -> None:
    dispute.complete("AddEvidence", statement="mine")
    dispute.advance(timedelta(hours=48))

    assert dispute.stands_at == ["DecideDispute"]
    assert "SellerNotHeard" in dispute.path


def test_the_buyer_has_48_hours_for_evidence(dispute: Case) -> None:
    dispute.complete("RespondToDispute", statement="theirs")
    dispute.advance(timedelta(hours=48))

    assert dispute.stands_at == ["DecideDispute"]
    assert "BuyerNotHeard" in dispute.path


def test_a_late_first_reply_alerts_the_supervisor_and_the_task_stays(heard: Case) -> None:
    heard.advance(timedelta(hours=24))
    assert heard.stands_at == ["AlertSupervisor", "DecideDispute"]

    heard.complete("AlertSupervisor")

    assert heard.stands_at == ["DecideDispute"]
    assert "SupervisorAlerted" in heard.path


def test_a_late_verdict_goes_to_the_supervisor(heard: Case) -> None:
    heard.advance(timedelta(days=5), answering={"AlertSupervisor": {}})
    assert heard.stands_at == ["DecideAsSupervisor"]
    decide(heard, 100, "DecideAsSupervisor")
    heard.complete("RecordVerdict", outcome="refund", amount=10000)

    assert heard.ended_at[-1] == "VerdictGiven"


def test_when_nobody_decides_the_policy_does(heard: Case) -> None:
    heard.advance(timedelta(days=10), answering={"AlertSupervisor": {}})
    assert heard.inputs("DefaultVerdict")["basis"] == "default"
    heard.complete("DefaultVerdict", outcome="refund", amount=12000)

    assert heard.ended_at[-1] == "VerdictByDefault"
    assert heard.variables["verdict"]["amount"] == 12000


def test_a_verdict_nobody_confirms_falls_to_the_policy(heard: Case) -> None:
    decide(heard, 600)
    heard.advance(timedelta(days=5), answering={"AlertSupervisor": {}})

    assert heard.stands_at == ["DefaultVerdict"]
    assert "ConfirmationLate" in heard.path
