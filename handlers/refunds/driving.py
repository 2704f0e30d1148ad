"""Talking to providers: intent, then the call with no transaction open, then what came of it.

The protocol follows the provider's mode (architecture D6): `idempotent` sends the same key
again; `lookup` asks first, and not before the settle delay; `none` never calls twice, a person
decides. A new key is never made here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from handlers.refunds import facts
from handlers.refunds.calls import Exchange, call, exchange_for
from handlers.refunds.lifecycle import AttemptLife, outcome_of
from handlers.refunds.limits import beyond_limits, capabilities_of, wait_for_turn, wait_until
from handlers.refunds.locking import Opened, opened, real_now, refund_no_of
from handlers.refunds.models import RefundAttempt
from handlers.refunds.port import Capabilities, Mode, Outcome
from handlers.refunds.preparing import ensure_attempt
from handlers.refunds.recording import record
from handlers.refunds.statements import void_statements
from handlers.refunds.states import MAY_STILL_PAY, AttemptState, RefundState
from processes.contract import PermanentFailure

_MAX_TURNS = 12
"""Of one job: several tenders, each with a question and a call."""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """Nothing to call now; `outcome` is for the diagram."""

    outcome: str


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
        exchange = exchange_for("retry_abnormal", case, attempt)
    reply = call(exchange, deadline)
    recorded = record(exchange, reply)
    if recorded.attempt_state != AttemptState.ABNORMAL:
        return recorded.outcome
    return "pending" if reply.outcome is Outcome.UNKNOWN else "rejected"


def ask_once(refund_no: str, *, deadline: datetime) -> None:
    """Before money goes another way: hear the provider once more, if a key may still pay."""
    with transaction.atomic(durable=True):
        case = opened(refund_no=refund_no)
        attempt = case.attempt
        busy = attempt is not None and attempt.state in MAY_STILL_PAY
        if attempt is None or not busy or not capabilities_of(attempt).can_query:
            return
        exchange = exchange_for("query", case, attempt)
    record(exchange, call(exchange, deadline))


def _drive(provider_key: str, *, deadline: datetime, ask: bool) -> str:
    refund_no = refund_no_of(provider_key)
    for _ in range(_MAX_TURNS):
        with transaction.atomic(durable=True):
            act = _next_act(opened(refund_no=refund_no), ask=ask)
        if isinstance(act, Finished):
            return act.outcome
        recorded = record(act, call(act, deadline))
        next_part = recorded.attempt_state == AttemptState.SUCCEEDED
        unsent = act.operation == "query" and recorded.attempt_state == AttemptState.CREATED
        if recorded.outcome == "succeeded" or not (next_part or unsent):
            return recorded.outcome
    raise PermanentFailure(f"Expected refund {refund_no} to come to rest after {_MAX_TURNS} calls")


def _next_act(case: Opened, *, ask: bool) -> Finished | Exchange:
    """Decide under lock what to do now, and store the intent."""
    if case.refund.state == RefundState.CANCELLED:
        return Finished(outcome=outcome_of(case.refund.state))
    facts.pay_internally(case)
    attempt = ensure_attempt(case)
    if attempt is None:
        return Finished(outcome=outcome_of(case.refund.state))
    capabilities = capabilities_of(attempt)
    match attempt.state:
        case AttemptState.CREATED:
            return _send(case, attempt, capabilities)
        case AttemptState.SENT | AttemptState.UNKNOWN:
            return _settle_unknown(case, attempt, capabilities, ask=ask)
        case AttemptState.PROCESSING | AttemptState.ABNORMAL if ask and capabilities.can_query:
            return exchange_for("query", case, attempt)
    return Finished(outcome=outcome_of(case.refund.state))


def _settle_unknown(
    case: Opened, attempt: RefundAttempt, capabilities: Capabilities, *, ask: bool
) -> Exchange | Finished:
    """A call was made, or may have been: what next depends on the provider's promise.

    What may no longer be paid is not sent once more, only asked for.
    """
    if capabilities.mode is Mode.IDEMPOTENT:
        ask = ask or beyond_limits(case, attempt, capabilities) is not None
        return exchange_for("query", case, attempt) if ask else _send(case, attempt, capabilities)
    if capabilities.mode is Mode.LOOKUP:
        wait_until(attempt, capabilities.settle, "the provider may still be executing it")
        return exchange_for("query", case, attempt)
    raise PermanentFailure(
        f"Expected to know what became of {attempt.provider_key}: find out whether it was paid,"
        " then confirm it as paid or as not paid, with a second person"
    )


def _send(case: Opened, attempt: RefundAttempt, capabilities: Capabilities) -> Exchange | Finished:
    refusal = beyond_limits(case, attempt, capabilities)
    if refusal and attempt.state == AttemptState.CREATED:
        AttemptLife(attempt).reject()
        attempt.code, attempt.message = refusal
        attempt.save()
        case.restate()
        return Finished(outcome=outcome_of(case.refund.state))
    wait_for_turn(attempt, capabilities)
    before = attempt.state
    AttemptLife(attempt).send(at=real_now())
    attempt.save()
    void_statements(attempt)
    case.restate()
    return exchange_for("submit", case, attempt, before=before)
