"""What a buyer may still apply for on one order: what the application page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from handlers.cases import claims
from handlers.cases.eligibility import Rules, live_rules, sentence
from handlers.cases.errors import NoSuchOrder
from handlers.cases.facts import facts_of, shipping_ground, trust_of
from handlers.cases.judging import is_readable
from handlers.cases.reasons import Reason
from handlers.orders import api as orders
from handlers.orders.api import LineMoney, OrderMoney
from processes import clock


@dataclass(frozen=True, kw_only=True)
class LineEligibility:
    """One order line. Amounts are minor units."""

    line_no: str
    reasons: tuple[str, ...]
    """The reasons for which it can be applied for; none: `sentence` says why."""
    sentence: str
    max_by_qty: tuple[int, ...]
    """The most for one piece, two pieces, and so on."""
    max_amount_only: int
    """The most when the buyer asks for money without goods."""


@dataclass(frozen=True, kw_only=True)
class OrderEligibility:
    """An order, as far as a refund can be applied for."""

    order_no: str
    currency: str
    lines: tuple[LineEligibility, ...]
    max_shipping: dict[str, int]
    """By reason, when every piece that is left is asked for."""


def eligibility_of(order_no: str, buyer: str) -> OrderEligibility:
    """Ask the rules about every line and reason; nothing is locked or promised.

    Raises:
        NoSuchOrder: the order is not this buyer's.
    """
    if not is_readable(order_no):
        raise NoSuchOrder(order_no)
    try:
        order = orders.get_order(order_no)
    except orders.UnknownOrder:
        raise NoSuchOrder(order_no) from None
    if order.buyer != buyer:
        raise NoSuchOrder(order_no)
    desk = _desk(order)
    everything = {line.line_no: line.free_qty for line in order.lines}
    return OrderEligibility(
        order_no=order.order_no,
        currency=order.currency,
        lines=tuple(_line(order, line, desk) for line in order.lines),
        max_shipping={
            reason.value: orders.max_shipping(
                order, taking=everything, ground=shipping_ground(reason)
            )
            for reason in Reason
        },
    )


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """What is read once for all lines."""

    rules: Rules
    claimed: Mapping[str, set[int]]
    applications: dict[str, int]
    trust: int
    now: datetime


def _desk(order: OrderMoney) -> _Desk:
    rules = live_rules()
    return _Desk(
        rules=rules,
        claimed=claims.claimed_units(order.order_no),
        applications=claims.applications(order.order_no, [line.line_no for line in order.lines]),
        trust=trust_of(order.buyer) if rules.asks_for("trust") else 0,
        now=clock.now(),
    )


def _line(order: OrderMoney, line: LineMoney, desk: _Desk) -> LineEligibility:
    pieces = claims.free_count(line, desk.claimed)
    untouched = claims.is_untouched(line, desk.claimed)
    facts = facts_of(
        order,
        line_nos=[line.line_no],
        applications=desk.applications,
        open_case=not pieces and not untouched,
        trust=desk.trust,
        now=desk.now,
    )
    whys = {
        reason: desk.rules.why_not(facts, reason=reason.value, now=desk.now) for reason in Reason
    }
    reasons = tuple(reason.value for reason, why in whys.items() if not why)
    return LineEligibility(
        line_no=line.line_no,
        reasons=reasons,
        sentence="" if reasons else sentence(whys[Reason.OTHER]),
        max_by_qty=tuple(
            orders.max_request_of(order, line_no=line.line_no, qty=qty)
            for qty in range(1, min(pieces, max(line.free_qty, 0)) + 1)
        ),
        max_amount_only=orders.max_request_of(order, line_no=line.line_no, amount_only=True)
        if untouched
        else 0,
    )
