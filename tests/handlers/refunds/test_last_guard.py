"""What the database refuses, whoever asks."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from handlers.refunds import api as refunds
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
from tests.handlers.refunds.conftest import a_case, committed
from tests.handlers.shop import shop_order

pytestmark = pytest.mark.django_db


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
