"""The service tasks `case.*`: what the diagrams ask of the case desk; granting is in `rulings`.

Each runs in one transaction with the case locked, and at most once a call (`once`).
"""

from __future__ import annotations

from handlers.cases import commands, news
from handlers.cases.errors import CameBack, NotAllowed, RoundsSpent
from handlers.cases.models import Case
from handlers.cases.once import money, once, text
from handlers.refunds import api as refunds
from handlers.refunds.api import AboveCeiling
from processes.contract import BpmnError, Call, Output, handles


@handles("case.offer", errors=("OFFER_REFUSED",))
@once
def offer(case: Case, call: Call) -> Output:
    """Propose another amount; throws OFFER_REFUSED when it is more than was asked for."""
    try:
        commands.offer(
            case, amount=money(call, "amount"), by=text(call, "by"), note=text(call, "note", "")
        )
    except NotAllowed as refusal:
        raise BpmnError("OFFER_REFUSED", str(refusal)) from refusal
    news.offer_made(case, call.idempotency_key)
    return {}


@handles("case.agree", errors=())
@once
def agree(case: Case, call: Call) -> Output:
    """The buyer accepts the offer."""
    commands.agree(case, amount=money(call, "amount"))
    news.offer_answered(case, call.idempotency_key)
    return {}


@handles("case.decline_offer", errors=())
@once
def decline_offer(case: Case, call: Call) -> Output:
    """The buyer declines the offer or lets it lapse."""
    commands.decline_offer(case, lapsed=text(call, "why") == "lapsed")
    news.offer_answered(case, call.idempotency_key)
    return {}


@handles("case.amend", errors=("AMOUNT_REFUSED", "ROUNDS_SPENT"))
@once
def amend(case: Case, call: Call) -> Output:
    """Ask again; throws AMOUNT_REFUSED above the ceiling and ROUNDS_SPENT after the last round."""
    try:
        amended = commands.amend(
            case,
            amount=money(call, "amount"),
            reason=text(call, "reason", ""),
            note=text(call, "note", ""),
        )
    except (AboveCeiling, NotAllowed) as refusal:
        raise BpmnError("AMOUNT_REFUSED", str(refusal)) from refusal
    except RoundsSpent as refusal:
        raise BpmnError("ROUNDS_SPENT", str(refusal)) from refusal
    news.amended(case, call.idempotency_key)
    return {"amount": amended.amount, "reason": amended.reason, "round": amended.round}


@handles("case.withdraw", errors=())
@once
def withdraw(case: Case, call: Call) -> Output:
    """The buyer gives up, by word or by silence, or another case takes over."""
    commands.withdraw(case, why=text(call, "why"))
    news.withdrawn(case, call.idempotency_key)
    return {}


@handles("case.not_eligible", errors=())
@once
def find_not_eligible(case: Case, call: Call) -> Output:
    """The rules say no."""
    commands.find_not_eligible(case, why=text(call, "why"))
    news.not_eligible(case, call.idempotency_key)
    return {}


@handles("case.mark_shipped", errors=())
@once
def mark_shipped(case: Case, call: Call) -> Output:
    """The goods left while the seller was deciding."""
    commands.mark_shipped(case)
    news.shipped_meanwhile(case, call.idempotency_key)
    return {}


@handles("case.open_dispute", errors=())
@once
def open_dispute(case: Case, call: Call) -> Output:
    """Call in customer service."""
    commands.open_dispute(case, by=text(call, "by"))
    news.dispute_opened(case, call.idempotency_key)
    return {}


@handles("case.close_by_verdict", errors=())
@once
def close_by_verdict(case: Case, _call: Call) -> Output:
    """Customer service granted nothing: the case is over."""
    commands.close_by_verdict(case)
    return {}


@handles("case.refunding", errors=())
@once
def start_refund(case: Case, _call: Call) -> Output:
    """The money is on its way."""
    commands.start_refund(case)
    return {}


@handles("case.refund_failed", errors=())
@once
def fail_refund(case: Case, call: Call) -> Output:
    """The money did not arrive; finance is told, and how much of it is still owed in money."""
    commands.fail_refund(case, why=text(call, "why", ""))
    owed = refunds.status(case.case_no).owed
    news.refund_failed(case, call.idempotency_key, owed=owed)
    return {"owed": owed or None}


@handles("case.refunded", errors=("REFUND_REVERSED",))
@once
def finish_refund(case: Case, _call: Call) -> Output:
    """The money has arrived; throws REFUND_REVERSED when it has left again meanwhile.

    Unless the refund's books say so, a person must look.
    """
    try:
        commands.finish_refund(case)
    except CameBack as error:
        raise BpmnError("REFUND_REVERSED", str(error)) from error
    return {}
