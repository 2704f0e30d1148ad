"""One call to a provider: what it needs, made with no transaction open, never made in haste."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from handlers.refunds.lifecycle import AttemptLife
from handlers.refunds.locking import Opened, opened, real_now
from handlers.refunds.models import RefundAttempt
from handlers.refunds.port import RefundProvider, Reply, Request
from handlers.refunds.providers import provider
from handlers.refunds.states import AttemptState
from processes.contract import PermanentFailure, Retry


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A call to make, its intent stored."""

    operation: str
    attempt_id: int
    refund_no: str
    provider: str
    provider_key: str
    before: str
    """The attempt's state before this call: what a refusal to be connected restores."""
    sends: int
    request: Request | None = None
    provider_ref: str = ""


def exchange_for(
    operation: str, case: Opened, attempt: RefundAttempt, *, before: str | None = None
) -> Exchange:
    """The call as it will be made: the same key always carries the same request."""
    part = attempt.part
    return Exchange(
        operation=operation,
        attempt_id=attempt.pk,
        refund_no=case.refund.refund_no,
        provider=part.provider,
        provider_key=attempt.provider_key,
        before=before or attempt.state,
        sends=attempt.sends,
        provider_ref=attempt.provider_ref,
        request=Request(
            provider_key=attempt.provider_key,
            payment_ref=part.payment_ref,
            amount=part.amount,
            total=part.total,
            currency=case.refund.currency,
            reason=case.refund.reason,
            notify_url=f"{settings.CALLBACK_BASE_URL}/callbacks/refunds/{part.provider}/",
        ),
    )


def call(exchange: Exchange, deadline: datetime) -> Reply:
    """The call itself. No transaction is open: the intent was committed before."""
    gateway = provider(exchange.provider)
    left = deadline - real_now()  # the lease is the database's: a worker's clock may be wrong
    if left < gateway.capabilities.call_timeout:
        if exchange.operation == "submit":
            _take_back(exchange)
        raise Retry(f"Expected time for a call, but only {left} of the lease is left")
    return _operations(gateway)[exchange.operation](exchange)


def _operations(gateway: RefundProvider) -> dict[str, Callable[[Exchange], Reply]]:
    def submit_(exchange: Exchange) -> Reply:
        if exchange.request is None:
            raise PermanentFailure("Expected a request to submit")
        return gateway.submit(exchange.request)

    def abnormal(exchange: Exchange) -> Reply:
        return gateway.retry_abnormal(
            provider_key=exchange.provider_key, provider_ref=exchange.provider_ref
        )

    return {
        "submit": submit_,
        "query": lambda exchange: gateway.query(exchange.provider_key),
        "retry_abnormal": abnormal,
    }


def shown(exchange: Exchange) -> dict[str, Any]:
    """The request as the log keeps it."""
    request = exchange.request
    if request is None or exchange.operation != "submit":
        return {"provider_key": exchange.provider_key, "provider_ref": exchange.provider_ref}
    return {
        "provider_key": request.provider_key,
        "payment_ref": request.payment_ref,
        "amount": request.amount,
        "total": request.total,
        "currency": request.currency,
        "send": exchange.sends,
    }


def _take_back(exchange: Exchange) -> None:
    """The intent was stored, but the call was not made."""
    with transaction.atomic(durable=True):
        case = opened(refund_no=exchange.refund_no)
        attempt = RefundAttempt.objects.get(pk=exchange.attempt_id)
        if attempt.state == AttemptState.SENT and attempt.sends == exchange.sends:
            life = AttemptLife(attempt)
            if exchange.before == AttemptState.CREATED:
                life.find_unsent()
            else:
                life.lose_track()
            attempt.save()
            case.restate()
