"""Payment another way, and what the database refuses whoever asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from handlers.refunds import api as refunds
from handlers.refunds import handlers, ledger, transfers
from handlers.refunds.models import (
    Authorisation,
    Hold,
    LedgerEntry,
    LedgerTransaction,
    OfflinePayment,
    RefundAttempt,
    RefundOrder,
    RefundPart,
)
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


class TestTheDatabaseRefuses:
    """Whatever code or person asks, past every function of ours."""

    @pytest.fixture
    def case(self, simulator, doorbell):
        case = a_case().prepare()
        case.submit()
        case.answer(doorbell)
        return case

    def refuses(self, act) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), committed():
            act()

    @pytest.mark.parametrize(
        "table", ["ledgertransaction", "ledgerentry", "authorisation", "refundattempt"]
    )
    def test_the_books_to_be_emptied(self, case, table):
        def empty() -> None:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL afterflow.may_truncate = off")
                cursor.execute(f"TRUNCATE refunds_{table} CASCADE")

        self.refuses(empty)

    def test_more_in_flight_than_was_paid(self, case):
        from handlers.orders.models import Order, OrderLine, Tender

        for model in (Order, OrderLine, Tender):
            self.refuses(lambda model=model: model.objects.update(in_flight=37_821))
            self.refuses(lambda model=model: model.objects.update(refunded=-1))

    def test_M4_lines_that_are_not_the_tenders(self, case):
        from handlers.orders.models import OrderLine

        self.refuses(lambda: OrderLine.objects.filter(line_no="2").update(in_flight=1))

    @pytest.mark.parametrize("basis", ["seller", "agreement", "verdict"])
    def test_an_authorisation_above_the_limit_by_one_person(self, case, basis):
        good = {
            "hold": Hold.objects.get(),
            "case_no": case.case_no,
            "amount": 50_001,
            "currency": "CNY",
            "basis": basis,
            "first_approver": "sofia",
            "second_approver": "marco",
            "four_eyes_above": 50_000,
            "given_at": clock.now(),
            "superseded_at": clock.now(),
        }
        Authorisation.objects.create(**good)
        for change in (
            {"second_approver": ""},
            {"second_approver": "sofia"},
            {"first_approver": "", "second_approver": ""},
            {"amount": 0},
            {"superseded_at": None},
        ):
            self.refuses(lambda change=change: Authorisation.objects.create(**good | change))

    def test_changing_what_was_decided_or_sent(self, case):
        for act in (
            lambda: Authorisation.objects.update(second_approver="somebody"),
            lambda: RefundOrder.objects.update(amount=9_901),
            lambda: RefundPart.objects.update(payment_ref="another"),
            lambda: RefundAttempt.objects.update(provider_key="another"),
            lambda: RefundAttempt.objects.all().delete(),
        ):
            self.refuses(act)

    def test_a_refund_of_another_amount_than_was_authorised(self, simulator):
        case = a_case()
        hold = Hold.objects.get(case_no=case.case_no)

        self.refuses(
            lambda: RefundOrder.objects.create(
                refund_no="RF1",
                case_no=case.case_no,
                hold=hold,
                authorisation=hold.authorisations.get(),
                order_no=case.order_no,
                tenant="lingyue",
                shard=0,
                currency="CNY",
                amount=9_901,
                waiting_key="RF1-1",
                created_at=clock.now(),
            )
        )

    def test_M10_a_success_without_proof_or_posting(self, simulator):
        case = a_case().prepare()

        self.refuses(lambda: RefundAttempt.objects.update(state="succeeded"))
        self.refuses(lambda: RefundPart.objects.update(state="succeeded"))
        self.refuses(
            lambda: RefundOrder.objects.filter(case_no=case.case_no).update(state="succeeded")
        )

    def test_M7_a_second_key_at_work_for_one_part(self, case):
        part = RefundPart.objects.get()

        self.refuses(
            lambda: RefundAttempt.objects.create(
                part=part, number=2, provider_key="second", created_at=clock.now()
            )
        )

    def test_M14_a_ledger_that_does_not_balance_or_changes(self, case):
        posted = LedgerTransaction.objects.first()

        self.refuses(
            lambda: LedgerEntry.objects.create(
                transaction=posted, account="x", amount=1, currency="CNY"
            )
        )
        self.refuses(lambda: LedgerEntry.objects.update(amount=5))
        self.refuses(lambda: LedgerEntry.objects.all().delete())
        self.refuses(lambda: LedgerTransaction.objects.update(actor="me"))
        self.refuses(
            lambda: LedgerTransaction.objects.create(
                posting_key="empty", kind="grant", tenant="x", shard=0, posted_at=clock.now()
            )
        )

    def test_an_offline_payment_by_one_person_or_without_reference(self, case):
        refund = RefundOrder.objects.get()
        good = {
            "refund": refund,
            "amount": 1,
            "currency": "CNY",
            "bank_reference": "B-1",
            "proof": "slip",
            "paid_by": "fay",
            "confirmed_by": "frank",
            "at": clock.now(),
        }
        OfflinePayment.objects.create(**good)
        for change in (
            {},
            {"bank_reference": "B-2", "confirmed_by": "fay"},
            {"bank_reference": "B-3", "confirmed_by": ""},
            {"bank_reference": ""},
            {"bank_reference": "B-4", "proof": ""},
        ):
            self.refuses(lambda change=change: OfflinePayment.objects.create(**good | change))

    def test_a_hold_that_is_not_its_shares(self, case):
        self.refuses(lambda: Hold.objects.update(amount=1))


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


def test_no_word_is_recorded_that_leaves_out_what_was_granted_on_the_order_before():
    """Whatever the code counts: the database counts again."""
    order = shop_order(lines=[(3, 30000)])
    for number in ("C-A", "C-B"):
        refunds.reserve(
            case_no=number, order_no=order.order_no, lines=(("1", None, 30000),), currency="CNY"
        )
    refunds.authorise("C-A", amount=30000, basis="seller", approvers=("sofia",))
    hold = Hold.objects.get(case_no="C-B")
    word = {
        "hold": hold,
        "case_no": "C-B",
        "amount": 30000,
        "currency": "CNY",
        "basis": "seller",
        "first_approver": "sofia",
        "four_eyes_above": 50000,
        "given_at": clock.now(),
    }

    with pytest.raises(IntegrityError, match="granted on the order alone"), transaction.atomic():
        Authorisation.objects.create(**word)
    with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic():
        Authorisation.objects.create(**word, granted_alone=30000)
    Authorisation.objects.create(**word, granted_alone=30000, second_approver="marco")


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
