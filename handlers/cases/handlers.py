"""The service tasks `case.*`: what the diagrams ask of the case desk.

Each runs in one transaction with the case locked, and at most once a call (`once`). At
the end: what other capabilities report, when it concerns a case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.db import transaction

from handlers.cases import commands, news, reversals
from handlers.cases.errors import CameBack, NotAllowed, RoundsSpent
from handlers.cases.lifecycle import Ruled
from handlers.cases.models import Case
from handlers.cases.once import money, once, text
from handlers.cases.shipping import affected_by_shipping
from handlers.cases.status import Outcome
from handlers.currencies import written
from handlers.orders import api as orders
from handlers.refunds import api as refunds
from handlers.refunds.api import AboveCeiling, FourEyesMissing, Reversed, on_reversal
from processes import runtime
from processes.contract import SYSTEM, BpmnError, Call, Output, PermanentFailure, handles

SHIPPED = "order.shipped"
_BASES = frozenset({"seller", "auto", "silence", "agreement", "verdict"})


@handles("case.approve", errors=("APPROVAL_REFUSED",))
@once
def approve(case: Case, call: Call) -> Output:
    """Grant money, by people or by policy; throws APPROVAL_REFUSED when people grant too much."""
    basis = text(call, "basis")
    if basis not in _BASES:
        raise PermanentFailure(f"{call.topic}: expected a known basis, but found {basis!r}")
    ruled = Ruled(
        amount=money(call, "amount"),
        basis=basis,
        by=text(call, "by"),
        second_by=text(call, "second_by", ""),
    )
    if basis == "auto":
        _check_rule(case, ruled, call)
    try:
        _grant(commands.approve, case, ruled)
    except (AboveCeiling, FourEyesMissing) as refusal:
        if basis in commands.POLICY:
            raise
        raise _refused("APPROVAL_REFUSED", refusal) from refusal
    news.approved(case, call.idempotency_key)
    return {"agreed": case.amount_agreed}


def _check_rule(case: Case, ruled: Ruled, call: Call) -> None:
    """Whatever a decision table says: no rule approves more than the policy lets it."""
    most = commands.most_by_rule(case)
    if ruled.amount > most:
        raise PermanentFailure(
            f"{call.topic}: expected at most {written(most, case.currency)} to be approved by rule,"
            f" but found {written(ruled.amount, case.currency)}; a person must decide"
        )


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


@handles("case.reject", errors=())
@once
def reject(case: Case, call: Call) -> Output:
    """The seller refuses."""
    ruled = Ruled(
        basis="seller",
        by=text(call, "by"),
        reason=text(call, "reason", ""),
        note=text(call, "note", ""),
    )
    commands.reject(case, ruled)
    news.rejected(case, call.idempotency_key)
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


@handles("case.verdict", errors=("VERDICT_REFUSED",))
@once
def give_verdict(case: Case, call: Call) -> Output:
    """Customer service decides, or policy in its place; throws VERDICT_REFUSED when it may not.

    By default the buyer gets what he asked for, as far as the ceiling goes.
    """
    by_default = text(call, "basis", "verdict") == "default"
    outcome = Outcome.REFUND if by_default else _outcome(call)
    ruled = Ruled(
        amount=money(call, "amount") if outcome is Outcome.REFUND else 0,
        basis="default" if by_default else "verdict",
        by=text(call, "by", "policy"),
        second_by=text(call, "second_by", ""),
        reason=text(call, "reason", ""),
        responsible=text(call, "responsible", ""),
    )
    try:
        if outcome is Outcome.REFUND:
            _grant(partial(commands.give_verdict, refund=True), case, ruled)
        else:
            commands.give_verdict(case, ruled, refund=False)
    except (AboveCeiling, FourEyesMissing, NotAllowed) as refusal:
        raise _refused("VERDICT_REFUSED", refusal) from refusal
    news.verdict(case, call.idempotency_key, outcome=outcome.value)
    amount = case.amount_agreed if outcome is Outcome.REFUND else 0
    return {"outcome": outcome.value, "amount": amount}


def _refused(code: str, refusal: Exception) -> BpmnError:
    """What the diagram catches. `alone_limit`: how much of this order one person may still
    grant, when it is a second person that is missing."""
    left = refusal.left if isinstance(refusal, FourEyesMissing) else None
    return BpmnError(code, str(refusal), variables={} if left is None else {"alone_limit": left})


def _grant(grant: Callable[[Case, Ruled], None], case: Case, ruled: Ruled) -> None:
    """Grant what was ruled; where nobody decides, what is left of it if that is less.

    People are told when there is not enough. Policy must not get stuck with it: the hold
    may have shrunk by an offer, and the room been taken meanwhile.
    """
    if ruled.basis not in commands.POLICY:
        return grant(case, ruled)
    try:
        with transaction.atomic():
            grant(case, ruled)
    except AboveCeiling as error:
        if error.max_amount <= 0:
            raise
        case.refresh_from_db()
        grant(case, replace(ruled, amount=error.max_amount))


def _outcome(call: Call) -> Outcome:
    try:
        return Outcome(text(call, "outcome"))
    except ValueError as error:
        raise PermanentFailure(f"{call.topic}: {error}") from error


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


@on_reversal
def record_reversal(reversed_: Reversed) -> None:
    """The provider took back its success; in the transaction that books it.

    A case that has not counted the money yet learns it from `case.refunded`.
    """
    case = commands.locked(reversed_.case_no)
    if commands.reverse(case):
        reversals.begin(case)
        news.refund_reversed(case, f"reversed:{reversed_.provider_key}")


@orders.on_shipped
def tell_cases_that_goods_left(order: orders.OrderMoney) -> None:
    """Each open case whose goods are among them is told once, in the transaction that ships."""
    for case_no in affected_by_shipping(order):
        runtime.publish_message(
            name=SHIPPED,
            correlation_key=case_no,
            payload={},
            message_id=f"shipped:{case_no}",
            actor=SYSTEM,
        )
