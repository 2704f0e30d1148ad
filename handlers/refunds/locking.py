"""Taking the locks of a refund, always in one order: order, refund order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from handlers.orders import api as orders
from handlers.refunds.errors import UnknownRefund
from handlers.refunds.lifecycle import current_part, state_of
from handlers.refunds.models import RefundAttempt, RefundOrder, RefundPart
from handlers.refunds.states import HoldState


@dataclass(kw_only=True)
class Opened:
    """A refund order under lock, with what hangs on it."""

    refund: RefundOrder
    order: orders.OrderMoney
    parts: list[RefundPart]

    @property
    def part(self) -> RefundPart | None:
        """The part whose turn it is."""
        return current_part(self.parts)

    @property
    def attempt(self) -> RefundAttempt | None:
        """The newest attempt of that part."""
        part = self.part
        return part.attempts.order_by("-number").first() if part else None

    def restate(self) -> None:
        """Store the state that follows from parts and attempts."""
        cancelled = self.refund.hold.state == HoldState.RELEASED
        self.refund.state = state_of(self.parts, self.attempt, cancelled=cancelled)
        self.refund.save(update_fields=["state", "waiting_key", "settled_at", "messages"])


def opened(*, refund_no: str) -> Opened:
    """Lock a refund order and the money row of its order.

    Raises:
        UnknownRefund: there is none.
    """
    order_no = (
        RefundOrder.objects.filter(refund_no=refund_no).values_list("order_no", flat=True).first()
    )
    if order_no is None:
        raise UnknownRefund(refund_no)
    order = orders.lock_money(order_no)
    refund = RefundOrder.objects.select_for_update(no_key=True).get(refund_no=refund_no)
    parts = list(refund.parts.order_by("position"))
    for part in parts:
        part.refund = refund
    return Opened(refund=refund, order=order, parts=parts)


def refund_no_of(provider_key: str) -> str:
    """The refund order that a key belongs to.

    Raises:
        UnknownRefund: none has that key.
    """
    number = (
        RefundAttempt.objects.filter(provider_key=provider_key)
        .values_list("part__refund__refund_no", flat=True)
        .first()
    )
    if number is None:
        waiting = RefundOrder.objects.filter(waiting_key=provider_key)
        number = waiting.values_list("refund_no", flat=True).first()
    if number is None:
        raise UnknownRefund(provider_key)
    return str(number)


def real_now() -> datetime:
    """The database's own clock: a provider's delays do not heed the business clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
