"""What the machines found, or were built to find, each in its shortest form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from handlers.orders import api as orders
from handlers.refunds import api as refunds
from handlers.refunds import preparing, reconciliation
from processes import clock
from tests.handlers.shop import shop_order
from tests.invariants.auditing import Auditor
from tests.invariants.inprocess import House, WorkerDied, signed
from tests.invariants.machine import do

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reversals")]


@pytest.fixture
def house(settings):
    house = House(mode="none")
    settings.PAYMENT_PROVIDERS = {house.name: house.entry()}
    yield house
    house.close()


def a_case(order: orders.OrderMoney, case_no: str, amount: int) -> dict[str, str]:
    """A prepared refund: what its service tasks are given."""
    refunds.reserve(
        case_no=case_no, order_no=order.order_no, lines=[("1", None, amount)], currency="CNY"
    )
    refunds.authorise(case_no, amount=amount, basis="seller", approvers=("sofia", "marco"))
    with transaction.atomic():
        refund = preparing.prepare(case_no)
    return {"provider_key": refund.waiting_key, "refund_no": refund.refund_no}


def reconcile(house: House) -> None:
    reconciliation.reconcile(house.name, datetime.fromtimestamp(house.books.now(), UTC).date())


def test_M17_what_no_longer_covers_a_prepared_refund_stops_its_first_send(house):
    order = shop_order(lines=[(1, 10_000)], provider=house.name)
    given = a_case(order, "C-1", 9_000)
    house.pay_by_hand(f"PAY-{order.order_no}-1", 5_000)
    reconcile(house)

    assert do("refund.submit", "C-1", **given) == {"outcome": "rejected"}

    assert sum(row["amount"] for row in house.movements()) == 5_000


def test_M1_a_key_that_pays_after_all_lowers_the_ceiling_though_its_callback_came_first(house):
    order = shop_order(lines=[(1, 10_000)], provider=house.name)
    given = a_case(order, "C-1", 4_000)
    house.dies = "after"
    with pytest.raises(WorkerDied):
        do("refund.submit", "C-1", **given)
    clock.advance(timedelta(hours=25))
    do(
        "refund.offline", "C-1", **given,
        by="fay", second_by="frank", bank_reference="B-1", proof="a document",
    )  # fmt: skip
    house.follow()
    (notice,) = house.notices()
    body = notice["body"].encode()
    assert not refunds.receive_callback(house.name, signed(body), body).applied

    house_day = datetime.fromtimestamp(house.books.now(), UTC).date()
    for back in range(3):
        reconciliation.reconcile(house.name, house_day - timedelta(days=back))

    assert orders.get_order(order.order_no).outside == 4_000
    assert refunds.ceiling(order.order_no).ceiling == 2_000


def test_M13_points_come_back_as_points_though_the_rest_went_by_bank_transfer(house):
    order = shop_order(
        lines=[(1, 10_000)], tenders=[("points", 3_000), ("wallet", 7_000)], provider=house.name
    )
    given = a_case(order, "C-1", 10_000)

    do(
        "refund.offline", "C-1", **given,
        by="fay", second_by="frank", bank_reference="B-1", proof="a document",
    )  # fmt: skip

    from handlers.refunds import ledger

    assert ledger.balance("instrument:points") == -3_000
    assert ledger.balance(ledger.bank()) == -7_000
    assert refunds.is_settled("C-1")


@pytest.mark.parametrize("topic", ["refund.submit", "refund.query"])
def test_M11_a_job_that_comes_after_the_refund_was_given_up_gives_no_points_back(house, topic):
    order = shop_order(
        lines=[(1, 10_000)], tenders=[("points", 3_000), ("wallet", 7_000)], provider=house.name
    )
    given = a_case(order, "C-1", 2_000)
    refunds.release("C-1")
    a_case(order, "C-2", 2_500)  # what is in flight now would pay for both

    assert do(topic, "C-1", **given) == {"outcome": "rejected"}

    Auditor(house=house, orders=[order.order_no], cases=["C-1", "C-2"]).check()
