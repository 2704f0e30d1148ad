"""While a critical difference about an order is open, no new provider key is made for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from handlers.refunds import api as refunds
from handlers.refunds import handlers
from handlers.refunds.findings import note
from handlers.refunds.models import ReconciliationRow, RefundAttempt
from handlers.refunds.states import Finding
from processes.contract import Call, PermanentFailure
from tests.handlers.refunds.conftest import a_case, committed
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.django_db


def prepared(case):
    """As the diagram does it."""
    call = Call(
        topic="refund.prepare",
        business_key=case.case_no,
        tenant="lingyue",
        inputs={"case_no": case.case_no},
        idempotency_key="1",
        attempt=1,
        deadline=datetime.now(UTC) + timedelta(seconds=60),
    )
    with committed():
        return handlers.prepare(call)


@pytest.fixture
def order(simulator):
    return shop_order(lines=[(3, 10000)])


@pytest.fixture
def doubt(order):
    """They say another amount of an earlier refund of the same order."""
    earlier = a_case(order, lines=(("1", None, 5_000),)).prepare()
    attempt = RefundAttempt.objects.get(provider_key=earlier.key)
    note(attempt, Finding.AMOUNT_DIFF, ours=5_000, theirs=9_000, critical=True)
    return ReconciliationRow.objects.get()


def test_an_order_in_doubt_gets_no_new_key_until_finance_has_closed_the_difference(order, doubt):
    case = a_case(order)

    with pytest.raises(PermanentFailure, match="finance closes it on the money desk"):
        prepared(case)
    assert not RefundAttempt.objects.filter(part__refund__case_no=case.case_no).exists()

    refunds.close_finding(doubt.pk, by="fay", note="Their typing error, they corrected it")
    with pytest.raises(PermanentFailure, match="finance closes it on the money desk"):
        prepared(case)
    (found,) = refunds.open_findings()
    refunds.answer_proposal(found.proposal.id, agreed=True, by="frank")
    assert prepared(case)["provider_key"]


def test_another_order_is_not_held_up(doubt):
    assert prepared(a_case(shop_order(lines=[(1, 20000)])))["provider_key"]


def test_what_is_not_critical_holds_up_nothing_and_one_person_closes_it(order):
    earlier = a_case(order, lines=(("1", None, 5_000),)).prepare()
    attempt = RefundAttempt.objects.get(provider_key=earlier.key)
    row = note(attempt, Finding.AMOUNT_DIFF, ours=5_000, theirs=5_000)
    assert refunds.close_finding(row.pk, by="fay", note="Nothing in it")
    assert prepared(a_case(order))["provider_key"]


def test_a_refund_of_the_same_payment_that_we_never_ordered_counts_too(order):
    ReconciliationRow.objects.create(
        provider="simulator",
        bill_date=datetime.now(UTC).date(),
        finding=Finding.ONLY_THEIRS,
        provider_key="BY-HAND-1",
        payment_ref=order.tenders[0].payment_ref,
        critical=True,
        opened_at=datetime.now(UTC),
    )
    with pytest.raises(PermanentFailure, match="BY-HAND-1"):
        prepared(a_case(order))


def test_a_closed_key_is_followed_by_no_new_one_while_in_doubt(order, simulator, doorbell):
    simulator.arm("closed")
    case = a_case(order).prepare()
    case.submit()
    simulator.advance(timedelta(days=8))
    case.query()
    attempt = RefundAttempt.objects.get(provider_key=case.key)
    assert attempt.state == "closed"
    note(attempt, Finding.DUPLICATE_SUSPECT, theirs=9_900, critical=True)

    with pytest.raises(PermanentFailure, match="DUPLICATE_SUSPECT"):
        prepared(case)
