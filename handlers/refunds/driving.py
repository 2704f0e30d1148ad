"""Talking to providers: intent, then the call with no transaction open, then what came of it.

The protocol follows the provider's mode (architecture D6): `idempotent` sends the same key
again; `lookup` asks first, and not before the settle delay; `none` never calls twice, a person
decides. A new key is never made here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from handlers.refunds import exchanges, facts
from handlers.refunds.findings import note
from handlers.refunds.lifecycle import AttemptLife, outcome_of
from handlers.refunds.locking import Opened, opened, real_now, refund_no_of
from handlers.refunds.models import RefundAttempt
from handlers.refunds.port import (
    Capabilities,
    Mode,
    Outcome,
    RefundProvider,
    Reply,
    Request,
    Status,
)
from handlers.refunds.preparing import ensure_attempt
from handlers.refunds.providers import provider
from handlers.refunds.states import MAY_STILL_PAY, AttemptState, Finding, Proof
from processes import clock
from processes.contract import PermanentFailure, Retry

_MAX_TURNS = 12
"""Of one job: several tenders, each with a question and a call."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """Nothing to call now; `outcome` is for the diagram."""

    outcome: str


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


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What came of a call."""

    outcome: str
    attempt_state: str


def submit(provider_key: str, *, deadline: datetime) -> str:
    """Send what is to be sent; return the outcome.

    Raises:
        Retry: surely nothing happened, or it is too early to ask.
        PermanentFailure: the outcome is unknown, and only a person may settle it.
    """
    return _drive(provider_key, deadline=deadline, ask=False)


def query(provider_key: str, *, deadline: datetime) -> str:
    """Ask what became of the refund, send it (again) if it surely was not executed.

    Raises:
        Retry, PermanentFailure: as `submit`.
    """
    return _drive(provider_key, deadline=deadline, ask=True)


def retry_abnormal(provider_key: str, *, deadline: datetime) -> str:
    """Have an abnormal refund sent to another account of the buyer.

    Raises:
        Retry, PermanentFailure: as `submit`.
    """
    with transaction.atomic(durable=True):
        case = opened(refund_no=refund_no_of(provider_key))
        attempt = case.attempt
        if attempt is None or attempt.state != AttemptState.ABNORMAL:
            return outcome_of(case.refund.state)
        exchange = _exchange("retry_abnormal", case, attempt)
    reply = _call(exchange, deadline)
    recorded = _record(exchange, reply)
    if recorded.attempt_state != AttemptState.ABNORMAL:
        return recorded.outcome
    return "pending" if reply.outcome is Outcome.UNKNOWN else "rejected"


def ask_once(refund_no: str, *, deadline: datetime) -> None:
    """Before money goes another way: hear the provider once more, if a key may still pay."""
    with transaction.atomic(durable=True):
        case = opened(refund_no=refund_no)
        attempt = case.attempt
        busy = attempt is not None and attempt.state in MAY_STILL_PAY
        if attempt is None or not busy or not _capabilities(attempt).can_query:
            return
        exchange = _exchange("query", case, attempt)
    _record(exchange, _call(exchange, deadline))


def _drive(provider_key: str, *, deadline: datetime, ask: bool) -> str:
    refund_no = refund_no_of(provider_key)
    for _ in range(_MAX_TURNS):
        with transaction.atomic(durable=True):
            act = _next_act(opened(refund_no=refund_no), ask=ask)
        if isinstance(act, Finished):
            return act.outcome
        recorded = _record(act, _call(act, deadline))
        next_part = recorded.attempt_state == AttemptState.SUCCEEDED
        unsent = act.operation == "query" and recorded.attempt_state == AttemptState.CREATED
        if recorded.outcome == "succeeded" or not (next_part or unsent):
            return recorded.outcome
    raise PermanentFailure(f"Expected refund {refund_no} to come to rest after {_MAX_TURNS} calls")


def _next_act(case: Opened, *, ask: bool) -> Finished | Exchange:
    """Decide under lock what to do now, and store the intent."""
    facts.pay_internally(case)
    attempt = ensure_attempt(case)
    if attempt is None or case.refund.state == "cancelled":
        return Finished(outcome=outcome_of(case.refund.state))
    capabilities = _capabilities(attempt)
    match attempt.state:
        case AttemptState.CREATED:
            return _send(case, attempt, capabilities)
        case AttemptState.SENT | AttemptState.UNKNOWN:
            return _settle_unknown(case, attempt, capabilities, ask=ask)
        case AttemptState.PROCESSING | AttemptState.ABNORMAL if ask and capabilities.can_query:
            return _exchange("query", case, attempt)
    return Finished(outcome=outcome_of(case.refund.state))


def _settle_unknown(
    case: Opened, attempt: RefundAttempt, capabilities: Capabilities, *, ask: bool
) -> Exchange | Finished:
    """A call was made, or may have been: what next depends on the provider's promise."""
    if capabilities.mode is Mode.IDEMPOTENT:
        return _exchange("query", case, attempt) if ask else _send(case, attempt, capabilities)
    if capabilities.mode is Mode.LOOKUP:
        _wait_until(attempt, capabilities.settle, "the provider may still be executing it")
        return _exchange("query", case, attempt)
    raise PermanentFailure(
        f"Expected to know what became of {attempt.provider_key}: find out whether it was paid,"
        " then confirm it as paid or as not paid, with a second person"
    )


def _send(case: Opened, attempt: RefundAttempt, capabilities: Capabilities) -> Exchange | Finished:
    refusal = _beyond_limits(case, attempt, capabilities)
    if refusal and attempt.state == AttemptState.CREATED:
        AttemptLife(attempt).reject()
        attempt.code, attempt.message = refusal
        attempt.save()
        case.restate()
        return Finished(outcome=outcome_of(case.refund.state))
    _wait_for_turn(attempt, capabilities)
    before = attempt.state
    AttemptLife(attempt).send(at=real_now())
    attempt.save()
    case.restate()
    return _exchange("submit", case, attempt, before=before)


def _exchange(
    operation: str, case: Opened, attempt: RefundAttempt, *, before: str | None = None
) -> Exchange:
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


def _call(exchange: Exchange, deadline: datetime) -> Reply:
    """The call itself. No transaction is open: the intent was committed before."""
    gateway = provider(exchange.provider)
    left = deadline - datetime.now(deadline.tzinfo)
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


def _record(exchange: Exchange, reply: Reply) -> Recorded:
    """Store what came of a call.

    Raises:
        Retry: surely nothing happened, and something should have.
        PermanentFailure: nobody can know but a person.
    """
    with transaction.atomic(durable=True):
        case = opened(refund_no=exchange.refund_no)
        attempt = RefundAttempt.objects.select_related("part__refund").get(pk=exchange.attempt_id)
        exchanges.log(
            exchange.provider, exchange.operation, exchange.provider_key, _shown(exchange), reply
        )
        reply = _checked(attempt, reply)
        _apply(case, attempt, exchange, reply)
        outcome, state = outcome_of(case.refund.state), attempt.state
    if reply.outcome is Outcome.RETRY and exchange.operation != "query":
        raise Retry(reply.message or reply.code, after_seconds=reply.retry_after_s)
    if state == AttemptState.UNKNOWN and _capabilities(attempt).mode is Mode.NONE:
        raise PermanentFailure(
            f"Expected to know what became of {attempt.provider_key}, but {reply.code or 'silence'}"
            " came back: confirm it as paid or as not paid, with a second person"
        )
    return Recorded(outcome=outcome, attempt_state=state)


def _apply(case: Opened, attempt: RefundAttempt, exchange: Exchange, reply: Reply) -> None:
    ours = attempt.state == AttemptState.SENT and attempt.sends == exchange.sends
    if reply.fact is not None and reply.fact.status is not Status.NOT_FOUND:
        proof = Proof.QUERY if exchange.operation == "query" else Proof.REPLY
        facts.learn(case, attempt, reply.fact, proof=proof, digest=exchanges.digest(reply.raw))
        return
    life = AttemptLife(attempt)
    if reply.fact is not None:  # NOT_FOUND: surely not executed
        if attempt.state in (AttemptState.SENT, AttemptState.UNKNOWN):
            life.find_unsent()
    elif exchange.operation == "submit" and ours:
        _apply_to_send(life, exchange, reply)
    attempt.code, attempt.message = reply.code[:64], reply.message[:400]
    attempt.save()
    case.restate()


def _apply_to_send(life: AttemptLife, exchange: Exchange, reply: Reply) -> None:
    """A send without a fact. What an earlier send of the key did stays open."""
    earlier_unknown = exchange.before != AttemptState.CREATED
    if reply.outcome is Outcome.UNKNOWN or earlier_unknown:
        life.lose_track()
    elif reply.outcome is Outcome.RETRY:
        life.find_unsent()
    else:
        life.reject()


def _checked(attempt: RefundAttempt, reply: Reply) -> Reply:
    """A reply that speaks of other money than ours proves nothing (adapters §3.0.5)."""
    fact = reply.fact
    if fact is None or fact.status is Status.NOT_FOUND:
        return reply
    difference = facts.differs(attempt, fact)
    if not difference:
        return reply
    note(
        attempt,
        Finding.AMOUNT_DIFF,
        ours=attempt.part.amount,
        theirs=fact.amount,
        critical=True,
        detail=f"Reply differs in {difference}",
    )
    return Reply(outcome=Outcome.UNKNOWN, code="FACTS_DIFFER", message=difference, raw=reply.raw)


def _shown(exchange: Exchange) -> dict[str, Any]:
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


def _beyond_limits(
    case: Opened, attempt: RefundAttempt, capabilities: Capabilities
) -> tuple[str, str] | None:
    """The provider's own limits, before it has to tell us (flows §2.10.8)."""
    window, most = capabilities.window, capabilities.max_partial
    paid_at = case.order.paid_at
    if window and paid_at and clock.now() - paid_at > window:
        return "WINDOW_PASSED", f"The payment is older than {window.days} days"
    if most:
        made = _of_payment(attempt).filter(state__in=[*MAY_STILL_PAY, AttemptState.SUCCEEDED])
        if made.exclude(pk=attempt.pk).count() >= most:
            return "TOO_MANY_REFUNDS", f"The payment has been refunded {most} times"
    return None


def _wait_for_turn(attempt: RefundAttempt, capabilities: Capabilities) -> None:
    """Refunds of one payment queue up: the provider takes one in `min_interval`."""
    if capabilities.min_interval is None:
        return
    others = _of_payment(attempt).exclude(pk=attempt.pk).filter(sent_at__isnull=False)
    last = others.order_by("-sent_at").first()
    if last is not None:
        _wait_until(last, capabilities.min_interval, "another refund of this payment goes first")


def _wait_until(attempt: RefundAttempt, delay: timedelta, why: str) -> None:
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


def _capabilities(attempt: RefundAttempt) -> Capabilities:
    return provider(attempt.part.provider).capabilities
