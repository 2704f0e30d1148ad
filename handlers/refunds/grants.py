"""Return postage and goodwill: money beside the price, on accounts and caps of their own (M12).

They never touch an order's counters, so no grant makes a price refund smaller or larger.
"""

from __future__ import annotations

import secrets

from django.db.models import Sum

from handlers.orders import api as orders
from handlers.policies import api as policies
from handlers.refunds import ledger
from handlers.refunds.caps import check_whole
from handlers.refunds.errors import AboveCap, BadAmount
from handlers.refunds.models import Grant
from processes import clock

CAPS = {Grant.Kind.FREIGHT: "freight_cap", Grant.Kind.COMPENSATION: "compensation_cap"}
"""The policy's limit for each kind, for one order in all, in the order's currency."""


def grant(*, case_no: str, order_no: str, kind: str, amount: int, by: str) -> Grant:
    """Credit the buyer's wallet with postage or goodwill.

    Raises:
        AboveCap: more of this kind than the policy gives one order.
        BadAmount: nothing, or less.
    """
    check_whole(amount)
    order = orders.lock_money(order_no)
    if amount <= 0:
        raise BadAmount(f"Expected an amount above 0, but found {amount}")
    which = Grant.Kind(kind)
    cap = policies.current_policy(order.tenant).amounts(order.currency)[CAPS[which]]
    before = _given(order_no, which)
    if before + amount > cap:
        raise AboveCap(f"Expected at most {cap - before} more {kind}, but found {amount}")
    row = Grant.objects.create(
        grant_no=f"GR{secrets.token_hex(8)}",
        case_no=case_no,
        order_no=order_no,
        tenant=order.tenant,
        region=order.region,
        kind=which,
        amount=amount,
        currency=order.currency,
        granted_before=before,
        cap=cap,
        by=by,
        granted_at=clock.now(),
    )
    ledger.post_grant(row, buyer=order.buyer)
    return row


def _given(order_no: str, kind: Grant.Kind) -> int:
    given = Grant.objects.filter(order_no=order_no, kind=kind).aggregate(sum=Sum("amount"))
    return int(given["sum"] or 0)
