"""Which open cases it concerns that goods of their order have left."""

from __future__ import annotations

from handlers.cases.models import CaseLine
from handlers.cases.status import OPEN
from handlers.orders.api import OrderMoney


def affected_by_shipping(order: OrderMoney) -> list[str]:
    """The open cases for which not enough units are left in the warehouse.

    A case that asks for money only is affected as soon as anything of its line has left.
    """
    waiting = {line.line_no: line.ordered - line.shipped - line.cancelled for line in order.lines}
    shipped = {line.line_no for line in order.lines if line.shipped}
    rows = CaseLine.objects.filter(
        case__order_no=order.order_no,
        case__status__in=[status.value for status in OPEN],
        line_no__in=shipped,
    )
    return sorted(
        {
            case_no
            for case_no, line_no, qty in rows.values_list("case__case_no", "line_no", "qty")
            if qty is None or waiting[line_no] < qty
        }
    )
