"""Every change of a case: take one step of the life cycle, settle what hangs on it (hold,
receipt timer, claimed units, the order's mark), save. Callers hold the row (`locking`) and own
the transaction, so that the change and its reason are saved together or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers.cases import claims
from handlers.cases.errors import CameBack, NotAllowed
from handlers.cases.lifecycle import Lifecycle, Ruled
from handlers.cases.models import Case
from handlers.cases.status import Answer, Status
from handlers.orders import api as orders
from handlers.policies import api as policies
from handlers.refunds import api as refunds
from processes import clock

POLICY = frozenset({"auto", "silence", "default"})
"""Bases on which nobody decided, so that policy answers for the money; else people do."""


@dataclass(frozen=True, kw_only=True)
class Amended:
    """What the buyer asks for now."""

    amount: int
    reason: str
    round: int


def offer(case: Case, *, amount: int, by: str, note: str) -> None:
    """The seller proposes another amount.

    Raises:
        NotAllowed: more than was asked for, nothing, or the buyer's own proposal to himself.
    """
    _not_his_own_case(case, by)
    if not 0 < amount <= case.amount_requested:
        raise NotAllowed(f"Expected an offer of 1 to {case.amount_requested}, but found {amount}")
    life = _life(case)
    life.offer(amount=amount, by=by, note=note)
    _save(case, life)


def agree(case: Case, *, amount: int) -> None:
    """The buyer accepts the open offer: no more than that stays held.

    Raises:
        NotAllowed: the amount is not what was offered.
    """
    offered = case.offers.filter(answer=Answer.OPEN.value).values_list("amount", flat=True).first()
    if offered is not None and offered != amount:
        raise NotAllowed(f"Expected the offered {offered} to be agreed on, but found {amount}")
    life = _life(case)
    life.agree()
    refunds.adjust(case.case_no, amount)
    _save(case, life)


def decline_offer(case: Case, *, lapsed: bool) -> None:
    """The buyer does not want the open offer, or did not answer in time."""
    life = _life(case)
    life.decline(Answer.LAPSED if lapsed else Answer.DECLINED)
    _save(case, life)


def approve(case: Case, ruled: Ruled) -> None:
    """Money is granted and authorised; the hold becomes exactly that amount.

    Raises:
        NotAllowed: the buyer decides, or one person twice.
    """
    _check_people(case, ruled)
    life = _life(case)
    shipping = _shipping_with(case, ruled)
    whole = replace(ruled, amount=ruled.amount + shipping)
    life.approve(whole)
    _authorise(case, whole, shipping=shipping)
    _save(case, life)


def reject(case: Case, ruled: Ruled) -> None:
    """The seller refuses this round; the hold stays while the buyer can still answer."""
    _not_his_own_case(case, ruled.by)
    life = _life(case)
    life.reject(ruled)
    _save(case, life)


def amend(case: Case, *, amount: int, reason: str, note: str) -> Amended:
    """The buyer asks again after a rejection.

    Raises:
        AboveCeiling: more than can still be refunded (refunds.api).
        RoundsSpent: a line of the case was applied for as often as it may be.
    """
    if amount <= 0:
        raise NotAllowed(f"Expected an amount above 0, but found {amount}")
    orders.lock_money(case.order_no)
    life = _life(case)
    life.amend(amount=amount, reason=reason or case.reason, note=note)
    claims.count_round(case, limit=case.rounds_limit)
    refunds.adjust(case.case_no, amount)
    _save(case, life)
    return Amended(amount=amount, reason=case.reason, round=case.round)


def withdraw(case: Case, *, why: str) -> None:
    """The case ends at the buyer's word or silence."""
    life = _life(case)
    life.withdraw(why=why)
    _close(case, life)


def find_not_eligible(case: Case, *, why: str) -> None:
    """The case ends because the rules say no."""
    life = _life(case)
    life.find_not_eligible(why=why)
    _close(case, life)


def mark_shipped(case: Case) -> None:
    """The goods left while the case was open; nothing is decided by that."""
    case.shipped_meanwhile = True
    _save(case, _life(case))


def open_dispute(case: Case, *, by: str) -> None:
    """Customer service takes over."""
    life = _life(case)
    life.open_dispute(by=by)
    _save(case, life)


def give_verdict(case: Case, ruled: Ruled, *, refund: bool) -> None:
    """Customer service has decided; a refund is authorised by it.

    Raises:
        NotAllowed: one of the parties judges, or one person twice.
    """
    _check_people(case, ruled)
    life = _life(case)
    if refund:
        shipping = _shipping_with(case, ruled)
        whole = replace(ruled, amount=ruled.amount + shipping)
        life.grant(whole)
        _authorise(case, whole, shipping=shipping)
    else:
        life.deny(ruled)
    _save(case, life)


def close_by_verdict(case: Case) -> None:
    """The case ends because customer service granted nothing."""
    life = _life(case)
    life.close_by_verdict()
    _close(case, life)


def start_refund(case: Case) -> None:
    """The money is on its way."""
    life = _life(case)
    life.start_refund()
    _save(case, life)


def fail_refund(case: Case, *, why: str) -> None:
    """The money did not arrive; finance decides how it goes on."""
    life = _life(case)
    life.fail_refund(why=why)
    _save(case, life)


def finish_refund(case: Case) -> None:
    """The money has arrived: the order goes on without what was refunded.

    Raises:
        CameBack: it was taken back before the case could count it.
        NotAllowed: the refund's own books do not say so (M10).
    """
    if not refunds.is_settled(case.case_no):
        money = refunds.status(case.case_no)
        if money.state == "reversed" or money.came_back:
            raise CameBack(case.case_no)
        raise NotAllowed(f"Expected the refund of {case.case_no} to have succeeded")
    life = _life(case)
    life.finish_refund()
    _close(case, life)


def reverse(case: Case) -> bool:
    """The provider took its success back; False while the case does not count it yet."""
    if Status(case.status) is not Status.REFUNDED:
        return False
    life = _life(case)
    life.reverse()
    _save(case, life)
    return True


def most_by_rule(case: Case) -> int:
    """How much the case's policy lets a rule approve."""
    return int(policies.limits(case.policy_version, case.currency)["auto_approve"])


def _life(case: Case) -> Lifecycle:
    return Lifecycle(case, at=clock.now())


def _shipping_with(case: Case, ruled: Ruled) -> int:
    """The shipping that comes back with the last units, when all that was asked for is granted;
    who agreed on less has agreed on all. A rule's limit is for both together."""
    if ruled.amount < case.amount_requested:
        return 0
    most = most_by_rule(case) - ruled.amount if ruled.basis == "auto" else None
    return refunds.take_shipping(case.case_no, at_most=most)


def _authorise(case: Case, ruled: Ruled, *, shipping: int) -> None:
    """Raises FourEyesMissing with what one person may grant before the shipping is added."""
    people = () if ruled.basis in POLICY else (ruled.by, ruled.second_by)
    try:
        refunds.authorise(
            case.case_no,
            amount=ruled.amount,
            basis=ruled.basis,
            approvers=tuple(name for name in people if name),
            policy_limit=policies.limits(case.policy_version, case.currency)["four_eyes"],
        )
    except refunds.FourEyesMissing as missing:
        if missing.left is not None:
            missing.left = max(missing.left - shipping, 0)
        raise


def _close(case: Case, life: Lifecycle) -> None:
    case.closed_at = life.at
    claims.let_go(case)
    if Status(case.status) is not Status.REFUNDED:
        refunds.release(case.case_no)
    orders.unmark_aftersale(case.order_no, case.case_no)
    orders.resume_receipt(case.order_no, case.case_no)
    _save(case, life)


def _save(case: Case, life: Lifecycle) -> None:
    case.changed_at = life.at
    case.save()


def _check_people(case: Case, ruled: Ruled) -> None:
    _not_his_own_case(case, ruled.by, ruled.second_by)
    if ruled.second_by and ruled.second_by == ruled.by:
        raise NotAllowed(f"Expected somebody other than {ruled.by} to confirm it")


def _not_his_own_case(case: Case, *people: str) -> None:
    """Nobody grants, refuses or judges what he asked for himself (P7)."""
    if case.buyer in people:
        raise NotAllowed(f"Expected somebody other than the buyer {case.buyer} to decide")
