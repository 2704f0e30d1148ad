"""What other capabilities report, when it concerns a case; in the transaction that reports it."""

from __future__ import annotations

from handlers.cases import commands, locking, news, reversals
from handlers.cases.shipping import affected_by_shipping
from handlers.orders import api as orders
from handlers.refunds.api import Reversed, on_reversal
from processes import runtime
from processes.contract import SYSTEM

SHIPPED = "order.shipped"


@on_reversal
def record_reversal(reversed_: Reversed) -> None:
    """The provider took back its success; in the transaction that books it.

    A case that has not counted the money yet learns it from `case.refunded`.
    """
    case = locking.locked(reversed_.case_no)
    if commands.reverse(case):
        reversals.begin(case)
        news.refund_reversed(case, f"reversed:{reversed_.provider_key}")


@orders.on_shipped
def tell_cases_that_goods_left(order: orders.OrderMoney) -> None:
    """Each open case whose goods are among them is told once, in the transaction that ships."""
    for case_no in affected_by_shipping(order):
        runtime.publish_message(
            name=SHIPPED,
            correlation_key=case_no,
            payload={},
            message_id=f"shipped:{case_no}",
            actor=SYSTEM,
        )
