"""The clock's own work for money: no day is left out, no provider waits for another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.orders import api as orders
from handlers.orders.duties import complete_overdue_orders
from handlers.refunds import api as refunds
from handlers.refunds.duties import MOST_DAYS, _days, reconcile_missing_days
from handlers.refunds.port import BillUnavailable
from processes import clock
from processes.contract import Turn
from tests.handlers.shop import shop_order, worked_example

pytestmark = pytest.mark.django_db


def test_every_day_since_the_last_time_is_compared_and_yesterday_at_least():
    now = clock.now()

    def days(last: timedelta | None) -> list[int]:
        turn = Turn(now=now, last=None if last is None else now - last)
        return [(now.date() - day).days for day in _days(turn)]

    assert days(None) == [1]
    assert days(timedelta()) == [1]
    assert days(timedelta(days=1)) == [1]
    assert days(timedelta(days=3)) == [3, 2, 1]
    assert len(days(timedelta(days=365))) == MOST_DAYS


def test_a_provider_without_a_bill_keeps_no_other_from_being_compared(simulator, settings):
    order = worked_example()
    body = {"payment_ref": f"PAY-{order.order_no}-1", "amount": 10_000, "currency": "CNY"}
    simulator.admin.post("/pay_by_hand", json=body)
    dead = simulator.entry(base_url="http://127.0.0.1:9")
    settings.PAYMENT_PROVIDERS = {"dead": dead, "simulator": simulator.entry()}
    turn = Turn(now=clock.now() + timedelta(days=1), last=None)

    with pytest.raises(BillUnavailable, match="dead") as missing:
        reconcile_missing_days(turn)

    assert "simulator" not in str(missing.value).split(":")[0]
    assert "ONLY_THEIRS" in {one.finding for one in refunds.open_findings(limit=10_000)}


def test_an_order_whose_receipt_nobody_confirms_is_completed():
    order = shop_order(lines=[(1, 10_000)])
    orders.mark_shipped(order.order_no, receive_within=timedelta(days=10))
    turn = Turn(now=clock.now(), last=None)

    complete_overdue_orders(turn)
    assert orders.get_order(order.order_no).received_at is None
    clock.advance(timedelta(days=10))
    complete_overdue_orders(turn)

    assert orders.get_order(order.order_no).received_at is not None
