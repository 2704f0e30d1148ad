"""Bills that are read twice, in parts, over midnight, with lines too many or of other money."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.crypto import get_random_string

from handlers.orders import api as orders
from handlers.refunds import api as refunds
from handlers.refunds import duties
from handlers.refunds.models import RefundAttempt
from handlers.refunds.port import BillRow, BillUnavailable
from handlers.refunds.providers import provider
from handlers.refunds.reconciliation import reconcile
from processes import clock
from processes.contract import Turn
from tests.handlers.refunds.conftest import a_case, committed
from tests.handlers.shop import worked_example

pytestmark = pytest.mark.django_db


def noon(days: int = 0) -> datetime:
    """Of today, or so many days later: asked anew, for the suite may run over midnight."""
    today = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)


def line(case, amount=9_900, *, at=None, **other) -> BillRow:
    """A line about the case's key, each with a number of its own."""
    fields = {
        "provider_key": case.key,
        "payment_ref": f"PAY-{case.order_no}-1",
        "provider_ref": get_random_string(12),
        "amount": amount,
        "currency": "CNY",
        "at": at or noon(),
        **other,
    }
    return BillRow(**fields)


class Bill:
    """The provider's bills, as the test writes them."""

    def __init__(self, monkeypatch) -> None:
        self.rows: list[BillRow] = []
        gateway = provider("simulator")
        monkeypatch.setattr(gateway, "download_bill", self._of, raising=False)

    def _of(self, day):
        return [row for row in self.rows if row.at.date() == day]

    def read(self, *rows: BillRow, at: datetime | None = None) -> list[str]:
        """Add the lines, compare the day; the classes found."""
        self.rows += rows
        with committed():
            return [row.finding for row in reconcile("simulator", (at or noon()).date())]


@pytest.fixture
def bill(simulator, monkeypatch) -> Bill:
    return Bill(monkeypatch)


@pytest.fixture
def paid(simulator, doorbell):
    """¥99.00 that have arrived, of an order of ¥378.20."""
    case = a_case().prepare()
    case.submit()
    case.answer(doorbell)
    return case


def room(case) -> int:
    return refunds.ceiling(case.order_no).ceiling


def open_classes() -> list[str]:
    return sorted(one.finding for one in refunds.open_findings())


def test_a_key_that_was_paid_on_both_sides_of_midnight_was_paid_twice(bill, paid):
    assert bill.read(line(paid)) == ["MATCH"]

    for _ in range(2):
        bill.rows = [row for row in bill.rows if row.at != noon(days=1)]
        assert bill.read(line(paid, at=noon(days=1)), at=noon(days=1)) == ["DUPLICATE_SUSPECT"]

    assert room(paid) == 37_820 - 2 * 9_900
    assert bill.read() == ["MATCH"]
    assert open_classes() == ["DUPLICATE_SUSPECT"]


def test_the_order_in_which_days_are_read_changes_nothing(bill, paid):
    bill.rows = [line(paid), line(paid, at=noon(days=1))]
    first = bill.read(at=noon(days=1))
    second = bill.read()

    assert [first, second] == [["LATE"], ["DUPLICATE_SUSPECT"]]
    assert room(paid) == 37_820 - 2 * 9_900


def test_a_bill_that_grows_lowers_the_ceiling_by_what_came_to_it(bill, paid):
    for times in (1, 2, 3):
        bill.read(line(paid))
        assert room(paid) == 37_820 - times * 9_900
    bill.read()

    assert room(paid) == 37_820 - 3 * 9_900
    assert open_classes() == ["DUPLICATE_SUSPECT"]


def test_a_line_that_is_there_twice_is_one_line(bill, paid):
    same = line(paid)

    assert bill.read(same, same) == ["MATCH"]
    assert room(paid) == 37_820 - 9_900


def test_what_they_paid_too_much_lowers_the_ceiling(bill, paid):
    assert bill.read(line(paid, 10_000)) == ["AMOUNT_DIFF"]
    bill.read()

    assert room(paid) == 37_820 - 10_000


@pytest.mark.parametrize("other", [{"currency": "JPY"}, {"payment_ref": "PAY-of-another"}])
def test_a_line_of_other_money_is_no_match(bill, paid, other):
    assert bill.read(line(paid, **other)) == ["AMOUNT_DIFF"]
    assert open_classes() == ["AMOUNT_DIFF"]


def test_other_figures_are_not_hidden_behind_what_was_closed(bill, paid):
    bill.read(line(paid, 9_901))
    (first,) = refunds.open_findings()
    refunds.close_finding(first.id, by="fay", note="A cent, they said sorry")
    (first,) = refunds.open_findings()
    refunds.answer_proposal(first.proposal.id, agreed=True, by="frank")
    bill.read()
    assert open_classes() == []

    bill.rows.clear()
    bill.read(line(paid, 20_000))

    assert open_classes() == ["AMOUNT_DIFF"]


def test_refunds_by_hand_without_a_number_are_told_apart_by_their_payment(bill):
    cases = [a_case(), a_case()]
    by_hand = {"provider_key": "", "provider_ref": ""}

    bill.read(*(line(case, 1_000, **by_hand) for case in cases))

    assert [room(case) for case in cases] == [37_820 - 9_900 - 1_000] * 2


def test_refunds_by_hand_under_one_number_are_told_apart_by_their_payment(bill):
    cases = [a_case(), a_case()]
    by_hand = {"provider_key": "", "provider_ref": "N" * 64}

    bill.read(*(line(case, 1_000, **by_hand) for case in cases))

    assert [room(case) for case in cases] == [37_820 - 9_900 - 1_000] * 2


def test_a_refund_by_hand_in_another_currency_lowers_nothing_and_is_found(bill):
    order = worked_example()
    case = a_case(order)

    found = bill.read(line(case, 1_000, provider_key="X" * 80, currency="JPY"))

    assert found == ["ONLY_THEIRS"]
    assert orders.get_order(order.order_no).outside == 0


def test_a_success_before_midnight_that_no_bill_has_is_found(bill, paid):
    before = noon().replace(hour=0, minute=0, second=0) - timedelta(seconds=2)
    RefundAttempt.objects.update(fact_at=before)

    assert bill.read() == ["ONLY_OURS"]
    assert bill.read(line(paid, at=before), at=before) == ["LATE"]
    assert open_classes() == []


def test_what_two_people_said_was_paid_is_compared_with_the_bills_too(bill, simulator):
    simulator.arm("error_before")
    case = a_case().prepare()
    case.submit()
    refunds.confirm_unknown(case.key, paid=True, by="fay", second_by="frank", proof="console")

    assert bill.read() == ["ONLY_OURS"]


@pytest.mark.parametrize(
    "broken",
    [
        {"refund": 1.5},
        {"refund": 10**18},
        {"success_time": "2026-11-22T10:00:00"},
        {"refund_id": None},
        {"out_refund_no": "a\0b"},
    ],
)
def test_a_bill_that_cannot_be_read_holds_up_no_other_provider(
    simulator, doorbell, settings, monkeypatch, broken
):
    case = a_case().prepare()
    case.submit()
    case.answer(doorbell)
    settings.PAYMENT_PROVIDERS = {"broken": simulator.entry(), **settings.PAYMENT_PROVIDERS}
    wire = provider("broken")._wire
    call = wire.call

    def spoiled(*args, **options):
        answer = call(*args, **options)
        answer.body["refunds"][0].update(broken)
        return answer

    monkeypatch.setattr(wire, "call", spoiled)
    clock.advance(timedelta(days=1))

    with pytest.raises(BillUnavailable, match="broken"):
        duties.reconcile_missing_days(Turn(now=clock.now(), last=None))

    assert refunds.ceiling(case.order_no).adds_up
