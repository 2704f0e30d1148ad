"""What a provider promises, and its limits, kept before it has to remind us (flows §2.10.8)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet

from handlers.refunds.errors import AboveCeiling
from handlers.refunds.locking import Opened, real_now
from handlers.refunds.models import RefundAttempt
from handlers.refunds.port import Capabilities
from handlers.refunds.preparing import check_covered
from handlers.refunds.providers import provider
from handlers.refunds.states import MAY_STILL_PAY, AttemptState
from processes import clock
from processes.contract import Retry


def capabilities_of(attempt: RefundAttempt) -> Capabilities:
    """What the attempt's provider promises."""
    return provider(attempt.part.provider).capabilities


def beyond_limits(
    case: Opened, attempt: RefundAttempt, capabilities: Capabilities
) -> tuple[str, str] | None:
    """The ceiling as it is now (M17), and the provider's own limits, before it has to tell us."""
    try:
        check_covered(case.refund.hold, case.order)
    except AboveCeiling as error:
        return "ABOVE_CEILING", str(error)
    window, most = capabilities.window, capabilities.max_partial
    paid_at = case.order.paid_at
    if window and paid_at and clock.now() - paid_at > window:
        return "WINDOW_PASSED", f"The payment is older than {window.days} days"
    if most:
        made = _of_payment(attempt).filter(state__in=[*MAY_STILL_PAY, AttemptState.SUCCEEDED])
        if made.exclude(pk=attempt.pk).count() >= most:
            return "TOO_MANY_REFUNDS", f"The payment has been refunded {most} times"
    return None


def wait_for_turn(attempt: RefundAttempt, capabilities: Capabilities) -> None:
    """Refunds of one payment queue up: the provider takes one in `min_interval`."""
    if capabilities.min_interval is None:
        return
    others = _of_payment(attempt).exclude(pk=attempt.pk).filter(sent_at__isnull=False)
    last = others.order_by("-sent_at").first()
    if last is not None:
        wait_until(last, capabilities.min_interval, "another refund of this payment goes first")


def wait_until(attempt: RefundAttempt, delay: timedelta, why: str) -> None:
    if attempt.sent_at is None:
        return
    left = attempt.sent_at + delay - real_now()
    if left > timedelta():
        raise Retry(f"Too early, {why}", after_seconds=left.total_seconds())


def _of_payment(attempt: RefundAttempt) -> QuerySet[RefundAttempt]:
    part = attempt.part
    return RefundAttempt.objects.filter(
        part__provider=part.provider, part__payment_ref=part.payment_ref
    )
