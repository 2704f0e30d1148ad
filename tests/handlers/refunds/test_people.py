"""Payment another way: proven by two people, when the provider has surely not paid."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers.refunds import api as refunds
from handlers.refunds import handlers, ledger, transfers
from handlers.refunds.models import OfflinePayment
from processes import clock
from processes.contract import BpmnError, Call, PermanentFailure
from tests.handlers.refunds.conftest import a_case, committed
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.django_db


def rejected(simulator):
    simulator.arm("account_closed")
    case = a_case().prepare()
    case.submit()
    return case


def offline(case, *, by="fay", second_by="frank", reference="BANK-1", proof="slip.pdf"):
    call = Call(
        topic="refund.offline",
        business_key=case.case_no,
        tenant="lingyue",
        inputs={
            "case_no": case.case_no,
            "by": by,
            "second_by": second_by,
            "bank_reference": reference,
            "proof": proof,
        },
        idempotency_key="1",
        attempt=1,
        deadline=datetime.now(UTC) + timedelta(seconds=60),
    )
    with committed():
        return handlers.offline(call)


def test_M10_a_transfer_proven_by_two_people_settles_the_refund(simulator):
    case = rejected(simulator)

    assert offline(case) == {"outcome": "succeeded"}

    assert case.status.settled
    assert (case.order.refunded, case.order.in_flight) == (9900, 0)
    assert ledger.balance(ledger.clearing(case.case_no)) == 0
    assert ledger.balance("bank:offline") == -9900
    assert simulator.moved(key=case.key) == []


@pytest.mark.parametrize(("by", "second_by"), [("fay", "fay"), ("fay", ""), ("", "frank")])
def test_one_person_alone_settles_nothing(simulator, by, second_by):
    case = rejected(simulator)

    with pytest.raises(BpmnError) as refused:
        offline(case, by=by, second_by=second_by)

    assert refused.value.code == "FOUR_EYES"
    assert not case.status.settled


def test_a_bank_reference_proves_one_payment_only(simulator):
    first, second = rejected(simulator), rejected(simulator)
    offline(first)
    offline(first)

    with pytest.raises(BpmnError) as refused:
        offline(second)

    assert refused.value.variables["why"] == "REFERENCE_USED"
    assert ledger.balance("bank:offline") == -9900
    assert not second.status.settled


def test_nothing_goes_another_way_while_the_provider_may_still_pay(simulator):
    simulator.arm("delayed")
    case = a_case().prepare()
    case.submit()

    with pytest.raises(PermanentFailure):
        offline(case)

    assert not OfflinePayment.objects.exists()


def test_before_money_goes_another_way_the_provider_is_heard_once_more(simulator):
    simulator.arm("timeout_after")
    case = a_case().prepare()
    case.submit()
    simulator.settle()

    assert offline(case) == {"outcome": "succeeded"}

    assert case.status.attempts[0].state == "succeeded"
    assert not OfflinePayment.objects.exists()


def test_a_provider_silent_for_a_day_is_left_behind_and_its_late_success_is_suspected(
    simulator, settings, doorbell
):
    simulator.arm("timeout_after")
    case = a_case().prepare()
    case.submit()
    settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry(base_url="http://127.0.0.1:9")}

    with pytest.raises(PermanentFailure):
        offline(case)
    clock.advance(timedelta(hours=24))
    offline(case)
    settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry()}
    late = case.answer(doorbell)

    assert (late.status_code, late.applied) == (200, False)
    assert case.order.refunded == 9900
    assert [one.finding for one in refunds.open_findings()] == ["DUPLICATE_SUSPECT"]


def test_several_tenders_are_paid_in_order_and_what_succeeded_stays(simulator):
    order = shop_order(
        lines=[(1, 30_000)], tenders=[("points", 4_000), ("wallet", 16_000), ("card", 10_000)]
    )
    simulator.arm("account_closed")
    case = a_case(order, lines=(("1", 1, 30_000),)).prepare()

    assert case.submit() == "rejected"
    assert (case.order.refunded, case.order.in_flight) == (4_000, 26_000)
    case.prepare()
    assert case.submit() == "pending"
    simulator.settle()
    assert case.query() == "succeeded"

    assert [tender.refunded for tender in case.order.tenders] == [4_000, 16_000, 10_000]
    assert simulator.moved(key=case.key) == [16_000]
    assert ledger.balance(ledger.clearing(case.case_no)) == 0


def test_M11_a_refund_that_never_paid_can_be_given_up_and_owes_nothing(simulator):
    case = rejected(simulator)

    with committed():
        refunds.release(case.case_no)

    assert case.order.in_flight == 0
    assert case.status.state == "cancelled"
    assert ledger.balance(ledger.clearing(case.case_no)) == 0
    assert case.submit() == "rejected"
    assert simulator.calls(case.key) == 1


def test_a_refund_that_may_be_paid_cannot_be_given_up(simulator):
    simulator.arm("delayed")
    case = a_case().prepare()
    case.submit()

    with pytest.raises(refunds.HoldInUse):
        refunds.release(case.case_no)


def test_no_refund_without_somebodys_word_on_exactly_that_amount():
    case = a_case()
    refunds.adjust(case.case_no, 5000)

    with pytest.raises(refunds.NotAuthorised):
        case.prepare()


def test_M12_grants_have_caps_of_their_own_and_leave_the_ceiling_alone():
    case = a_case()
    before = refunds.ceiling(case.order_no)

    refunds.grant(
        case_no=case.case_no, order_no=case.order_no, kind="freight", amount=3_000, by="cora"
    )
    with pytest.raises(refunds.AboveCap):
        refunds.grant(
            case_no=case.case_no, order_no=case.order_no, kind="freight", amount=1, by="cora"
        )
    refunds.grant(
        case_no=case.case_no, order_no=case.order_no, kind="compensation", amount=1, by="cora"
    )

    assert refunds.ceiling(case.order_no) == before
    assert ledger.balance("wallet:lin.buyer") == -3_001


def test_a_refund_nobody_made_cannot_be_paid_another_way():
    with pytest.raises(refunds.UnknownRefund):
        transfers.refund_no_for(case_no="C-none")


def test_what_was_let_go_does_not_count():
    order = shop_order(lines=[(3, 30000)])
    for number in ("C-C", "C-D"):
        refunds.reserve(
            case_no=number, order_no=order.order_no, lines=(("1", None, 30000),), currency="CNY"
        )
    refunds.authorise("C-C", amount=30000, basis="seller", approvers=("sofia",))
    refunds.release("C-C")

    refunds.authorise("C-D", amount=30000, basis="seller", approvers=("sofia",))
    assert refunds.granted_alone(order.order_no) == 30000
