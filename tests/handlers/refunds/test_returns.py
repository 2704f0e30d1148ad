"""Money that comes back to us by hand: refundable again once it is proven, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from handlers.orders import api as orders
from handlers.refunds import api as refunds
from handlers.refunds import ledger
from handlers.refunds.models import OfflinePayment, Proposal, ReconciliationRow
from processes import clock
from processes.contract import BpmnError, PermanentFailure
from tests.handlers.refunds.conftest import a_case, committed
from tests.handlers.refunds.test_bills import (  # noqa: F401 (fixtures)
    bill,
    line,
    noon,
    open_classes,
    paid,
    room,
)
from tests.handlers.refunds.test_transfers import offline, rejected  # noqa: F401 (fixture)

pytestmark = pytest.mark.django_db
FULL = 37_820 - 9_900
"""What is left of the worked example beside the case's own ¥99.00."""


def sound() -> bool:
    with committed():
        pass
    return not list(refunds.audit())


def by_hand(case, amount, number="H-1", **other):
    return line(case, amount, provider_key="", provider_ref=number, **other)


def agree(*, by="frank", agreed=True) -> None:
    with committed():
        refunds.answer_proposal(Proposal.objects.get(answered_at=None).pk, agreed=agreed, by=by)


@pytest.mark.parametrize("number", ["H-1", "another number than it left under"])
def test_a_refund_by_hand_that_the_bill_shows_to_be_back_can_be_refunded_again(bill, number):  # noqa: F811
    case = a_case()
    bill.read(by_hand(case, 1_000))
    assert room(case) == FULL - 1_000

    for _ in range(2):
        bill.rows = [row for row in bill.rows if row.at != noon(days=1)]
        bill.read(by_hand(case, -1_000, number, at=noon(days=1)), at=noon(days=1))
        assert room(case) == FULL
    bill.read()
    assert room(case) == FULL

    bill.read(by_hand(case, 1_000, number, at=noon(days=1) + timedelta(days=1)),
              at=noon(days=1) + timedelta(days=1))  # fmt: skip
    assert room(case) == FULL - 1_000
    assert sound()


def test_only_what_came_back_is_refundable_again(bill):  # noqa: F811
    case = a_case()
    bill.read(by_hand(case, 3_000), by_hand(case, 500, "H-2"))
    bill.read(by_hand(case, -1_200), by_hand(case, -50, "H-2"))

    assert room(case) == FULL - 2_250
    bill.read(by_hand(case, -9_000, "never left"))
    assert room(case) == FULL
    assert sound()


def test_a_line_that_is_gone_from_a_bill_is_no_proof(bill):  # noqa: F811
    case = a_case()
    bill.read(by_hand(case, 1_000))
    bill.rows.clear()
    bill.read(by_hand(case, 400))

    assert room(case) == FULL - 1_000
    assert sound()


def test_a_key_paid_twice_of_which_one_came_back_holds_nothing_down(bill, paid):  # noqa: F811
    bill.read(line(paid))
    bill.read(line(paid, at=noon(days=1)), at=noon(days=1))
    assert room(paid) == FULL - 9_900

    bill.read(line(paid, -9_900, at=noon(days=1)), at=noon(days=1))

    assert room(paid) == FULL
    assert paid.status.settled
    assert sound()


def test_what_found_no_room_stands_in_the_way_no_more_once_it_is_back(bill):  # noqa: F811
    case = a_case(lines=(("1", 1, 18_393), ("2", 2, 11_073), ("3", 3, 7_154)))
    bill.read(by_hand(case, 5_000))
    assert orders.get_order(case.order_no).excess
    with pytest.raises(refunds.AboveCeiling):
        case.prepare()

    bill.read(by_hand(case, -5_000, at=noon(days=1)), at=noon(days=1))
    for row in refunds.open_findings():
        refunds.close_finding(row.id, by="fay", note="A slip, taken back")
        agree()

    assert case.prepare().submit() == "pending"
    assert sound()


class TestTwoPeople:
    @pytest.fixture
    def case(self, bill):  # noqa: F811
        case = a_case()
        bill.read(by_hand(case, 1_000))
        return case

    def propose(self, **how) -> bool:
        (found,) = refunds.open_findings()
        with committed():
            return refunds.close_finding(found.id, **{"by": "fay", "note": "Asked them", **how})

    def test_close_a_critical_difference_and_one_does_not(self, case):
        assert self.propose() is False
        assert open_classes() == ["ONLY_THEIRS"]
        with pytest.raises(refunds.FourEyesMissing):
            agree(by="fay")
        with pytest.raises(refunds.NotTerminal):
            self.propose(by="frank")
        assert refunds.in_doubt(case.case_no)

        agree()

        assert open_classes() == []
        row = ReconciliationRow.objects.get()
        assert (row.closed_by, row.note) == ("frank", "Asked them")
        assert room(case) == FULL - 1_000
        assert sound()

    def test_who_disagrees_leaves_it_open_and_it_can_be_proposed_again(self, case):
        self.propose()
        agree(agreed=False)
        assert open_classes() == ["ONLY_THEIRS"]

        assert self.propose(by="frank") is False
        agree(by="fay")
        assert open_classes() == []

    def test_say_that_the_money_is_back_and_only_then_it_counts_once(self, case, bill):  # noqa: F811
        self.propose(back=True)
        assert room(case) == FULL - 1_000
        agree()
        assert room(case) == FULL

        bill.read()
        assert room(case) == FULL
        bill.read(by_hand(case, -1_000, at=noon(days=1)), at=noon(days=1))
        assert room(case) == FULL
        assert sound()

    def test_cannot_count_once_more_what_a_bill_has_shown_to_be_back(self, case, bill):  # noqa: F811
        bill.read(by_hand(case, 500, "H-2"))
        self_said, _other = refunds.open_findings()
        bill.read(by_hand(case, -1_000, "H-3", at=noon(days=1)), at=noon(days=1))
        missing = {one.provider_key: one.missing for one in refunds.open_findings()}
        assert missing == {"hand:H-1": 0, "hand:H-2": 500, "hand:H-3": 0}

        with pytest.raises(refunds.RefundError, match="missing still"):
            refunds.close_finding(self_said.id, by="fay", note="It is back", back=True)
        assert room(case) == FULL - 500
        bill.read(by_hand(case, -500, "H-3", at=noon(days=1)), at=noon(days=1))
        assert room(case) == FULL
        assert sound()

    def test_cannot_say_of_nothing_that_it_is_back(self, case, bill):  # noqa: F811
        bill.read(by_hand(case, -1_000))

        with pytest.raises(refunds.RefundError, match="missing still"):
            refunds.close_finding(refunds.open_findings()[0].id, by="fay", note="n", back=True)

    def test_are_not_the_buyer_nor_the_comparison_itself(self, case):
        for by in ("lin.buyer", "reconciliation", ""):
            with pytest.raises(refunds.FourEyesMissing):
                self.propose(by=by)
        self.propose()
        for by in ("lin.buyer", "reconciliation", ""):
            with pytest.raises(refunds.FourEyesMissing):
                agree(by=by)

    @pytest.mark.parametrize("who", ["fay", "frank", "nobody.else"])
    def test_are_two_to_the_database_too(self, case, who):
        self.propose()
        closed = {"closed_at": Now(), "closed_by": who}
        for change in (closed, {"critical": False}):
            with pytest.raises(IntegrityError), transaction.atomic():
                ReconciliationRow.objects.update(**change)
        for change in ({"by": "x"}, {"agreed": True, "answered_at": Now(), "answered_by": "fay"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Proposal.objects.update(**change)


class TestATransferThatTheBankSentBack:
    @pytest.fixture
    def transferred(self, rejected):  # noqa: F811
        offline(rejected)
        assert rejected.status.settled
        return rejected

    def report(self, by="fay", reference="BANK-1") -> None:
        with committed():
            refunds.report_return(reference, by=by, note="Statement of the 23rd, line 4")

    def test_counts_as_paid_until_two_people_have_seen_the_money(self, transferred, heard):
        self.report()
        with pytest.raises(refunds.FourEyesMissing):
            agree(by="fay")
        assert transferred.status.settled
        assert transferred.order.refunded == 9_900

        agree()

        status, order = transferred.status, transferred.order
        assert (status.settled, status.paid, status.owed, status.came_back) == (
            False, 0, 9_900, 9_900,
        )  # fmt: skip
        assert (status.hold.state, status.by_bank) == ("committed", 0)
        assert (order.refunded, order.in_flight, room(transferred)) == (0, 9_900, FULL)
        assert ledger.balance(ledger.bank()) == 0
        assert ledger.balance(ledger.clearing(transferred.case_no)) == -9_900
        assert [one.amount for one in heard] == [9_900]
        assert sound()

    def test_can_be_paid_again_but_not_with_the_same_transfer(self, transferred):
        self.report()
        agree()

        with pytest.raises(BpmnError) as refused:
            offline(transferred)
        assert refused.value.variables["why"] == "REFERENCE_USED"
        assert offline(transferred, bank_reference="BANK-2") == {"outcome": "succeeded"}

        assert transferred.status.settled
        assert ledger.balance(ledger.bank()) == -9_900
        assert sound()

    @pytest.mark.parametrize("mode", ["none"])
    def test_and_the_silent_provider_pays_after_all_is_paid_once(self, simulator, doorbell, mode):
        simulator.arm("timeout_after")
        case = a_case().prepare()
        with pytest.raises(PermanentFailure):
            case.submit()
        clock.advance(timedelta(hours=25))
        offline(case)
        self.report()
        agree()
        assert case.status.attempts[-1].state == "abandoned"
        assert not case.status.settled

        assert case.answer(doorbell).applied

        assert case.status.settled
        assert refunds.open_findings() == []
        assert room(case) == FULL
        assert sound()

    def test_comes_back_once(self, transferred):
        self.report()
        with pytest.raises(refunds.NotTerminal):
            self.report(by="frank")
        agree()
        with pytest.raises(refunds.NotTerminal):
            self.report()
        with pytest.raises(IntegrityError), transaction.atomic():
            Proposal.objects.create(
                payment=OfflinePayment.objects.get(), back=True, note="n", by="fay", at=Now(),
                answered_at=Now(), answered_by="frank", agreed=True,
            )  # fmt: skip

    def test_is_known_by_its_reference(self, transferred):
        with pytest.raises(refunds.UnknownRefund):
            self.report(reference="BANK-9")
        with pytest.raises(refunds.FourEyesMissing):
            self.report(by="lin.buyer")


def test_a_second_payment_by_bank_that_two_people_see_back_is_refundable_again(simulator):
    simulator.arm("timeout_after")
    case = a_case().prepare()
    case.submit()
    simulator.settle()
    case.query()
    offline(case)
    assert room(case) == FULL - 9_900
    (found,) = refunds.open_findings()

    refunds.close_finding(found.id, by="fay", note="The buyer sent it back", back=True)
    agree()

    assert room(case) == FULL
    assert case.status.settled
    offline(case)
    assert room(case) == FULL
    assert sound()
