"""Money paid another way: what is owed and no more, while no provider may pay it too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.refunds import api as refunds
from handlers.refunds import handlers, ledger, transfers
from handlers.refunds.findings import note
from handlers.refunds.models import OfflinePayment, RefundAttempt
from handlers.refunds.states import Finding
from handlers.refunds.transfers import Transfer
from processes import clock
from processes.contract import BpmnError, Call, PermanentFailure
from tests.handlers.refunds.conftest import a_case, committed, deadline
from tests.handlers.refunds.forgery import forged
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.django_db


def offline(case, **inputs):
    given = {"by": "fay", "second_by": "frank", "bank_reference": "BANK-1", "proof": "slip"}
    call = Call(
        topic="refund.offline",
        business_key=case.case_no,
        tenant="lingyue",
        inputs={"case_no": case.case_no, **given, **inputs},
        idempotency_key="1",
        attempt=1,
        deadline=deadline(),
    )
    with committed():
        return handlers.offline(call)


def why(refused) -> tuple[str, object]:
    return refused.value.variables["why"], refused.value.variables["owed_now"]


@pytest.fixture
def rejected(simulator):
    simulator.arm("account_closed")
    case = a_case().prepare()
    case.submit()
    return case


@pytest.fixture
def halved(simulator):
    """¥300.00: the card has paid its ¥200.00, the other one was refused its ¥100.00."""
    order = shop_order(lines=[(1, 30_000)], tenders=[("wallet", 20_000), ("wallet", 10_000)])
    case = a_case(order, lines=(("1", 1, 30_000),)).prepare()
    case.submit()
    simulator.settle()
    simulator.arm("account_closed")
    assert case.query() == "rejected"
    return case


def test_only_what_is_still_owed_can_have_been_transferred(halved):
    assert halved.status.owed == 10_000

    with pytest.raises(BpmnError) as refused:
        offline(halved, amount=30_000)
    assert why(refused) == ("OWED_DIFFERS", 10_000)
    assert not OfflinePayment.objects.exists()

    assert offline(halved, amount=10_000) == {"outcome": "succeeded"}
    assert ledger.balance("bank:offline") == -10_000


def test_a_transfer_of_what_the_provider_has_paid_meanwhile_is_a_second_payment(simulator):
    simulator.arm("timeout_after")
    case = a_case().prepare()
    case.submit()
    simulator.settle()

    for _ in range(2):
        assert offline(case, amount=9_900) == {"outcome": "succeeded"}

    (found,) = refunds.open_findings()
    assert (found.finding, found.provider_key, found.theirs) == (
        *("DUPLICATE_SUSPECT", "bank:BANK-1"),
        9_900,
    )
    assert found.critical
    assert refunds.ceiling(case.order_no).ceiling == 37_820 - 2 * 9_900
    other = a_case(lines=(("2", None, 100),))
    with pytest.raises(BpmnError) as refused:
        offline(_rejected(other, simulator))
    assert why(refused) == ("REFERENCE_USED", None)


def _rejected(case, simulator):
    simulator.arm("account_closed")
    case.prepare().submit()
    return case


def test_nothing_is_paid_outside_while_the_bill_says_that_it_was_paid(rejected):
    attempt = RefundAttempt.objects.get(provider_key=rejected.key)
    note(attempt, Finding.STATUS_DIFF, theirs=9_900, critical=True, detail="They paid")

    with pytest.raises(PermanentFailure, match="finance closes it"):
        offline(rejected)
    with pytest.raises(refunds.RefundError, match="finance closes it"):
        rejected.prepare()

    assert not OfflinePayment.objects.exists()


def test_the_last_call_counts_for_how_long_a_provider_has_been_silent(
    rejected, simulator, settings
):
    clock.advance(timedelta(hours=25))
    rejected.prepare()
    simulator.arm("timeout_after")
    rejected.submit()
    RefundAttempt.objects.update(sent_at=clock.now())
    settings.PAYMENT_PROVIDERS = {"simulator": simulator.entry(base_url="http://127.0.0.1:9")}

    with pytest.raises(PermanentFailure, match="beyond paying"):
        offline(rejected)
    clock.advance(timedelta(hours=24))
    assert offline(rejected) == {"outcome": "succeeded"}


def test_no_part_is_paid_outside_that_a_provider_may_still_pay(halved, simulator):
    """The first part comes back while the second is on its way once more."""
    simulator.arm("delayed")
    halved.prepare()
    assert halved.submit() == "pending"
    first = halved.status.attempts[0]
    body = forged(halved, "CLOSED", 9, attempt=first, total=20_000)
    assert refunds.receive_callback("simulator", *body).applied
    assert halved.status.owed == 30_000

    with pytest.raises(PermanentFailure, match="beyond paying"):
        offline(halved, amount=30_000)


@pytest.mark.parametrize("people", [("lin.buyer", "frank"), ("fay", "lin.buyer")])
def test_P7_the_buyer_vouches_for_no_payment_to_himself(rejected, people):
    with pytest.raises(BpmnError) as refused:
        offline(rejected, by=people[0], second_by=people[1])
    assert why(refused) == ("FOUR_EYES", None)

    RefundAttempt.objects.update(state="unknown")
    with pytest.raises(refunds.FourEyesMissing):
        refunds.confirm_unknown(
            rejected.key, paid=True, by=people[0], second_by=people[1], proof="console"
        )


def test_a_transfer_without_a_proof_is_none(rejected):
    with pytest.raises(refunds.RefundError):
        transfers.pay_offline(
            rejected.refund_no, Transfer(by="fay", second_by="frank", bank_reference="B", proof="")
        )


def test_what_is_written_as_proof_is_kept_whole(rejected):
    written = "transfer slip, page 1; " * 80

    offline(rejected, proof=written)

    assert OfflinePayment.objects.get().proof == written.strip()
