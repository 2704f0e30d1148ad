"""How much a case could be granted at most. No lock: to show, not to decide by."""

from __future__ import annotations

from handlers.orders import api as orders
from handlers.refunds.models import Hold, HoldLine
from handlers.refunds.states import HoldState


def most_of(case_no: str) -> int:
    """The amount above which `holds.adjust` refuses; 0 for a case that holds nothing (any more)."""
    hold = Hold.objects.filter(case_no=case_no, state=HoldState.OPEN).first()
    if hold is None:
        return 0
    order = orders.get_order(hold.order_no)
    own = {tender.tender_no: tender.amount for tender in hold.tenders.all()}
    tenders = sum(max(one.room + own.get(one.tender_no, 0), 0) for one in order.tenders)
    lines = sum(_most_of_line(order, line) for line in hold.lines.all())
    return max(min(lines, order.room + hold.amount, tenders), 0)


def _most_of_line(order: orders.OrderMoney, line: HoldLine) -> int:
    if line.line_no == orders.SHIPPING:
        return order.shipping_room + line.amount
    room = order.line(line.line_no).room + line.amount
    return min(room, line.entitled) if line.qty else room
