"""The daily comparison finds each class of difference, once, and lowers ceilings it must."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command

from handlers.refunds import api as refunds
from handlers.refunds.models import RefundAttempt, RefundPart
from handlers.refunds.reconciliation import count_findings, reconcile
from processes import clock
from processes.contract import PermanentFailure
from tests.handlers.refunds.conftest import a_case, tampering
from tests.handlers.shop import worked_example

pytestmark = pytest.mark.django_db


def found(*keys: str, day=None) -> dict[str, str]:
    """Class by key, of those keys."""
    rows = reconcile("simulator", day or clock.now().date())
    return {row.provider_key: row.finding for row in rows if row.provider_key in keys}


def left_open(key: str) -> list[str]:
    """The classes still open about a key."""
    return [one.finding for one in refunds.open_findings(limit=10_000) if one.provider_key == key]


def paid(simulator, doorbell):
    case = a_case().prepare()
    case.submit()
    case.answer(doorbell)
    return case


def test_what_agrees_matches_and_needs_nobody(simulator, doorbell):
    case = paid(simulator, doorbell)

    assert found(case.key) == {case.key: "MATCH"}
    assert left_open(case.key) == []


def test_what_only_we_know_is_critical(simulator, doorbell):
    case = paid(simulator, doorbell)
    with tampering("refunds_refundattempt"):
        RefundAttempt.objects.filter(provider_key=case.key).update(
            provider_key="RF-unknown-to-them"
        )

    assert found("RF-unknown-to-them") == {"RF-unknown-to-them": "ONLY_OURS"}
    assert left_open("RF-unknown-to-them") == ["ONLY_OURS"]


@pytest.mark.parametrize("at", ["00:00:00", "15:59:59", "16:00:00", "23:59:59"])
def test_the_day_of_a_bill_is_a_day_in_utc_at_any_hour(simulator, doorbell, at):
    case = paid(simulator, doorbell)
    day = clock.now().date()
    with tampering("refunds_refundattempt"):
        RefundAttempt.objects.filter(provider_key=case.key).update(
            provider_key="RF-unknown-to-them",
            settled_at=datetime.fromisoformat(f"{day}T{at}+00:00"),
            fact_at=None,
        )

    assert found("RF-unknown-to-them") == {"RF-unknown-to-them": "ONLY_OURS"}
    assert found("RF-unknown-to-them", day=day - timedelta(days=1)) == {}
    assert found("RF-unknown-to-them", day=day + timedelta(days=1)) == {}


def test_a_refund_by_hand_is_found_and_lowers_the_ceiling_once(simulator):
    order = worked_example()
    body = {"payment_ref": f"PAY-{order.order_no}-1", "amount": 10_000, "currency": "CNY"}
    simulator.admin.post("/pay_by_hand", json=body)

    reconcile("simulator", clock.now().date())
    reconcile("simulator", clock.now().date())

    finding = next(
        one for one in refunds.open_findings(limit=10_000) if one.payment_ref == body["payment_ref"]
    )
    assert (finding.finding, finding.critical, finding.theirs) == ("ONLY_THEIRS", True, 10_000)
    assert refunds.ceiling(order.order_no).ceiling == 37_820 - 10_000


def test_a_refund_by_hand_stops_a_refund_that_no_longer_has_room(simulator):
    case = a_case(lines=(("1", 1, 18393), ("2", 2, 11073), ("3", 3, 7154)))
    body = {"payment_ref": f"PAY-{case.order_no}-1", "amount": 10_000, "currency": "CNY"}
    simulator.admin.post("/pay_by_hand", json=body)
    reconcile("simulator", clock.now().date())

    with pytest.raises(refunds.AboveCeiling) as refused:
        case.prepare()

    assert refused.value.max_amount == 37_820 - 10_000


def test_another_amount_on_the_bill_is_found(simulator, doorbell):
    case = paid(simulator, doorbell)
    with tampering("refunds_refundpart"):
        RefundPart.objects.filter(refund__refund_no=case.refund_no).update(amount=9_901)

    assert found(case.key) == {case.key: "AMOUNT_DIFF"}


def test_paid_by_them_and_not_known_here_is_a_status_difference_until_it_is_known(
    simulator, doorbell
):
    simulator.arm("no_callback")
    case = a_case().prepare()
    case.submit()
    simulator.settle()

    assert found(case.key) == {case.key: "STATUS_DIFF"}
    assert case.query() == "succeeded"
    assert found(case.key) == {case.key: "MATCH"}
    assert left_open(case.key) == []


def test_what_was_settled_here_on_another_day_is_late(simulator, doorbell):
    case = paid(simulator, doorbell)
    attempts = RefundAttempt.objects.filter(provider_key=case.key)
    attempts.update(settled_at=clock.now() + timedelta(days=1))

    assert found(case.key) == {case.key: "LATE"}


class TestNone:
    @pytest.fixture
    def mode(self):
        return "none"

    def test_a_key_that_was_executed_twice_is_suspected(self, simulator):
        simulator.arm("timeout_after")
        case = a_case().prepare()
        with pytest.raises(PermanentFailure):
            case.submit()
        # Somebody forces the second call that the protocol refuses.
        RefundAttempt.objects.filter(provider_key=case.key).update(state="created")
        case.submit()
        simulator.settle()

        assert simulator.moved(key=case.key) == [9900, 9900]
        assert found(case.key) == {case.key: "DUPLICATE_SUSPECT"}


def test_the_command_says_what_it_found(simulator, doorbell, capsys):
    paid(simulator, doorbell)

    call_command("reconcile", date=clock.now().date(), no_color=True)

    assert "MATCH" in capsys.readouterr().out


def test_an_empty_day_is_empty(simulator):
    assert count_findings(reconcile("simulator", clock.now().date() - timedelta(days=4000))) == {}
