"""The service tasks that grant or refuse: the seller's decision and customer service's verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.db import transaction

from handlers.cases import commands, news
from handlers.cases.errors import NotAllowed
from handlers.cases.lifecycle import Ruled
from handlers.cases.models import Case
from handlers.cases.once import money, once, text
from handlers.cases.status import Outcome
from handlers.currencies import written
from handlers.refunds.api import AboveCeiling, FourEyesMissing
from processes.contract import BpmnError, Call, Output, PermanentFailure, handles

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
