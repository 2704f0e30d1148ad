"""What came of a call: logged, checked against our own record, applied under lock."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from handlers.refunds import exchanges, facts
from handlers.refunds.calls import Exchange, shown
from handlers.refunds.findings import note
from handlers.refunds.lifecycle import AttemptLife, outcome_of
from handlers.refunds.limits import capabilities_of
from handlers.refunds.locking import Opened, opened
from handlers.refunds.models import RefundAttempt
from handlers.refunds.port import Mode, Outcome, Reply, Status
from handlers.refunds.states import UNANSWERED, AttemptState, Finding, Proof
from processes.contract import PermanentFailure, Retry


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What came of a call."""

    outcome: str
    attempt_state: str


def record(exchange: Exchange, reply: Reply) -> Recorded:
    """Store what came of a call.

    Raises:
        Retry: surely nothing happened, and something should have.
        PermanentFailure: nobody can know but a person.
    """
    with transaction.atomic(durable=True):
        case = opened(refund_no=exchange.refund_no)
        attempt = RefundAttempt.objects.select_related("part__refund").get(pk=exchange.attempt_id)
        exchanges.log(
            exchange.provider, exchange.operation, exchange.provider_key, shown(exchange), reply
        )
        reply = _checked(attempt, reply)
        _apply(case, attempt, exchange, reply)
        outcome, state = outcome_of(case.refund.state), attempt.state
    if reply.outcome is Outcome.RETRY and exchange.operation != "query":
        raise Retry(reply.message or reply.code, after_seconds=reply.retry_after_s)
    if state == AttemptState.UNKNOWN and capabilities_of(attempt).mode is Mode.NONE:
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
        if attempt.state in UNANSWERED:
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
